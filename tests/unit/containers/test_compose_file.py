"""docker-compose.yml and the Dockerfiles, read as files: what each service must have.

Docker Compose judges the file by its schema where there is one, no engine needed; it is brought up
in tests/stack.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from dialer.config import load_settings
from dialer.parts.prometheus_server import Orders
from dialer.parts.stack_files import FOLDERS

CHECKOUT = Path(__file__).resolve().parents[3]
TEXT = (CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONCE = ("migrate", "volunteers")
EXPORTERS = ("node", "postgres")
DOCKERFILES = sorted(
    path for path in CHECKOUT.rglob("Dockerfile") if "var" not in path.relative_to(CHECKOUT).parts
)
every_service = pytest.mark.parametrize("name", SERVICES)


def resolved(text: str, variables: dict[str, str]) -> str:
    """The text with ${NAME}, ${NAME:-default} and ${NAME:?why} as Compose reads them."""
    while match := re.search(r"\$\{(\w+)(?::-((?:[^{}]|\$\{\w+\})*)|:\?[^{}]*)?\}", text):
        text = text.replace(match[0], variables.get(match[1], match[2] or ""))
    return text


def test_the_services_of_the_stack_are_there() -> None:
    core = {"db", "migrate", "dialer", "asterisk", "caddy", "prometheus", "alertmanager", "grafana"}
    assert {name for name, service in SERVICES.items() if not service.get("profiles")} == core
    profiles = {name: service["profiles"] for name, service in SERVICES.items() if name not in core}
    assert profiles == {
        "carrier": ["demo"], "volunteers": ["demo"], "backup": ["backup"],
        "node-exporter": ["exporters"], "postgres-exporter": ["exporters"],
    }  # fmt: skip


@every_service
def test_every_image_is_pinned_and_can_be_replaced(name: str) -> None:
    image = SERVICES[name]["image"]
    assert re.match(r"\$\{[A-Z_]+_IMAGE:-", image), image
    repository, _, tag = resolved(image, {}).rpartition(":")
    assert repository and re.search(r"\d+\.\d+", tag), f"{image} names no exact version"


@every_service
def test_every_service_is_limited_logged_and_kept_running(name: str) -> None:
    service = SERVICES[name]
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}
    assert service["restart"] == ("no" if name in ONCE else "unless-stopped")
    assert service["healthcheck"] == {"disable": True} if name in ONCE else (
        service["healthcheck"]["test"][0] == "CMD"
    )


@every_service
def test_every_service_has_no_more_rights_than_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    is_root = service["user"].startswith("0")
    assert is_root == (name == "caddy")
    assert service.get("cap_add") == (["NET_BIND_SERVICE"] if is_root else None)


@every_service
def test_no_secret_is_written_into_the_file(name: str) -> None:
    for key, value in SERVICES[name].get("environment", {}).items():
        if re.search(r"PASS|SECRET|TOKEN", key):
            assert str(value).startswith("/run/secrets/"), f"{key} is not a file"
        assert not re.search(r"://[^/@\s]+:[^/@\s]+@", resolved(str(value), {})), key
    given = {Path(secret).name for secret in SERVICES[name].get("secrets", [])}
    assert given <= set(COMPOSE["secrets"])


def test_every_secret_is_a_file_that_init_writes(tmp_path: Path) -> None:
    written = initialised(tmp_path)
    for name, secret in COMPOSE["secrets"].items():
        path = Path(resolved(secret["file"], written))
        assert path.stat().st_mode & 0o777 == 0o600, name


def test_every_bound_folder_is_one_that_init_makes(tmp_path: Path) -> None:
    written = initialised(tmp_path)
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            if isinstance(volume, dict):
                assert volume["bind"] == {"create_host_path": False}
                assert Path(resolved(volume["source"], written)).exists(), volume
            elif volume.startswith("./"):
                assert (CHECKOUT / volume.split(":")[0]).exists(), volume
    assert "database" in FOLDERS


def initialised(tmp_path: Path) -> dict[str, str]:
    """What .env says after `init` in a copy of what it needs."""
    for package in ("dialer/cli", "dialer/parts"):
        shutil.copytree(CHECKOUT / package, tmp_path / package)
    for name in ("dialer/__init__.py", "dialer/__main__.py", "dialer/errors.py", "pyproject.toml"):
        shutil.copy(CHECKOUT / name, tmp_path / name)
    subprocess.run(
        [sys.executable, "-S", "-P", "-m", "dialer", "init"], check=True, capture_output=True,
        env={"CALLBANK_HOME": str(tmp_path / "home"), "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    lines = (tmp_path / ".env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def test_the_dialer_drains_before_it_is_made_to_end() -> None:
    dialer = SERVICES["dialer"]
    drain_s = int(dialer["command"][dialer["command"].index("--drain-seconds") + 1])
    assert drain_s < int(dialer["stop_grace_period"].removesuffix("s"))
    assert "asterisk" in dialer["depends_on"], "Compose stops the dialer first"


def test_the_database_is_migrated_once_before_the_dialer_starts() -> None:
    needs = SERVICES["dialer"]["depends_on"]
    assert needs["migrate"] == {"condition": "service_completed_successfully"}
    for service in ("dialer", "migrate"):
        assert SERVICES[service]["depends_on"]["db"] == {"condition": "service_healthy"}


def test_asterisk_reads_its_configuration_and_cannot_write_it() -> None:
    mounts = {each["target"]: each for each in SERVICES["asterisk"]["volumes"]}
    pbx = "/var/lib/callbank/asterisk/pbx"
    assert mounts[f"{pbx}/etc"]["read_only"] and SERVICES["asterisk"]["read_only"]
    assert SERVICES["asterisk"]["environment"]["CALLBANK_PBX"] == pbx


def test_grafana_knows_nobody_who_has_not_logged_in() -> None:
    environment = SERVICES["grafana"]["environment"]
    assert environment["GF_AUTH_ANONYMOUS_ENABLED"] == "false"
    assert environment["GF_USERS_ALLOW_SIGN_UP"] == "false"


def test_proxy_and_prometheus_look_where_the_services_listen(tmp_path: Path) -> None:
    usual = load_settings({}, home=tmp_path)
    proxied = (CHECKOUT / "dialer/web/Caddyfile").read_text(encoding="utf-8")
    assert set(re.findall(r"reverse_proxy 127\.0\.0\.1:(\d+)", proxied)) == {
        str(usual.web.port), str(usual.http.port), "3000"
    }  # fmt: skip
    scraped = yaml.safe_load((CHECKOUT / "dashboards/prometheus/stack.yml").read_text())
    jobs = scraped["scrape_configs"]
    scraped["scrape_configs"] = [job for job in jobs if job["job_name"] not in EXPORTERS]
    orders = Orders(
        callbank=f"127.0.0.1:{usual.web.port}",
        asterisk=f"127.0.0.1:{usual.http.port}",
        asterisk_password_file=Path("/run/secrets/asterisk_metrics_password"),
        alertmanager="127.0.0.1:9093",
        rules=Path("/etc/prometheus/rules"),
    )
    assert scraped == yaml.safe_load(orders.as_yaml("127.0.0.1:9090"))


def test_docker_compose_finds_the_file_to_be_of_its_schema(tmp_path: Path) -> None:
    docker = shutil.which("docker")
    asked = [str(docker), "compose", "version"]
    if docker is None or subprocess.run(asked, capture_output=True, check=False).returncode != 0:
        pytest.skip("no Docker Compose here: the schema is looked at in tests/stack only")
    initialised(tmp_path)
    ended = subprocess.run(
        [docker, "compose", "--file", str(CHECKOUT / "docker-compose.yml"),
         "--env-file", str(tmp_path / ".env"), "--profile", "*", "config", "--quiet"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr


def test_a_database_of_ones_own_leaves_ours_unstarted_and_nobody_waits_for_it() -> None:
    scale = SERVICES["db"]["scale"]
    assert [resolved(scale, {}), resolved(scale, {"DATABASE_SCALE": "0"})] == ["1", "0"]
    for name in ("migrate", "dialer"):
        url = SERVICES[name]["environment"]["CALLBANK_DATABASE_URL"]
        assert resolved(url, {"DATABASE_URL": "postgresql://db.example/x"}).endswith("example/x")


def test_whoever_loads_a_page_while_the_dialer_is_away_is_told_in_both_languages() -> None:
    mounted = [each for each in SERVICES["caddy"]["volumes"] if "away.html" in each]
    assert mounted == ["./dialer/web/away.html:/etc/caddy/away.html:ro"]
    page = (CHECKOUT / "dialer/web/away.html").read_text(encoding="utf-8")
    assert re.search(r'<html lang="en">.*in a moment.*lang="es".*en un momento', page, re.DOTALL)
    assert '<meta http-equiv="refresh"' in page and not re.search('(src|href)="(?!data:)', page)


def test_the_linter_finds_nothing_in_the_dockerfiles() -> None:
    assert len(DOCKERFILES) == 3
    linter = Path(sys.executable).parent / "hadolint"
    ended = subprocess.run(
        [str(linter), *map(str, DOCKERFILES)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout


def test_the_images_hold_no_data_directory_and_no_tests() -> None:
    ignored = (CHECKOUT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert "*" in ignored and not allowed & {"var", "tests", ".env", ".git"}
    dockerfile = (CHECKOUT / "dialer/Dockerfile").read_text(encoding="utf-8")
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)
    for name in " ".join(copied).split():
        assert name.split("/")[0] in allowed, f"{name} is not in the build's context"


@pytest.mark.parametrize(
    "script", ["asterisk-config/run-rendered", "dialer/in-image", "sql/backup.sh",
               "tests/stack/stand_ins/postgres-entrypoint"],
)  # fmt: skip
def test_the_images_scripts_are_whole_shell_scripts(script: str) -> None:
    path = CHECKOUT / script
    assert path.stat().st_mode & 0o111, "it can be executed"
    subprocess.run(["sh", "-n", str(path)], check=True)
