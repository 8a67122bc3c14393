"""Prometheus's own tools accept what we give them, and the rules do what their unit tests want."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from dialer.parts.prometheus import PrometheusPrograms
from dialer.parts.prometheus_server import FOLDER, RULES, Orders
from tests.integration.prometheus_here import prometheus_here


@pytest.fixture(scope="module")
def programs() -> PrometheusPrograms:
    return prometheus_here()


def run(*words: object, cwd: Path | None = None) -> str:
    done = subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, check=False, cwd=cwd
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


def test_promtool_finds_nothing_wrong_with_the_rules(programs: PrometheusPrograms) -> None:
    run(programs.tool, "check", "rules", "--lint=all", "--lint-fatal", *sorted(RULES.glob("*.yml")))


@pytest.mark.parametrize(
    "path", sorted((FOLDER / "tests").glob("*.yml")), ids=lambda path: path.stem
)
def test_the_alerts_do_what_their_unit_tests_want(
    programs: PrometheusPrograms, path: Path
) -> None:
    assert "SUCCESS" in run(programs.tool, "test", "rules", path.name, cwd=path.parent)


@pytest.mark.parametrize("is_alone", [True, False])
def test_promtool_accepts_the_configuration(
    programs: PrometheusPrograms, is_alone: bool, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("abc", encoding="utf-8")
    configuration = tmp_path / "prometheus.yml"
    orders = Orders(callbank="bank:8080")
    if not is_alone:
        orders = replace(
            orders, asterisk="pbx:8088", asterisk_password_file=secret, alertmanager="bank:9093"
        )
    configuration.write_text(orders.as_yaml("127.0.0.1:9090"), encoding="utf-8")
    said = run(programs.tool, "check", "config", configuration)
    assert f"{len(list(RULES.glob('*.yml')))} rule files found" in said


def test_amtool_accepts_the_alertmanagers_file_and_finds_somebody_for_every_alert(
    programs: PrometheusPrograms,
) -> None:
    if programs.alert_tool is None:
        pytest.skip("no amtool here: only Debian's package has been fetched with it")
    configuration = FOLDER / "alertmanager.yml"
    run(programs.alert_tool, "check-config", configuration)
    for severity in ("critical", "warning"):
        told = run(
            programs.alert_tool, "config", "routes", "test",
            f"--config.file={configuration}", f"severity={severity}",
        )  # fmt: skip
        assert told.splitlines()[0] == "chat"
