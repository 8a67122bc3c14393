"""Which Prometheus is taken: installed, fetched earlier, fetched now, or none with a clear word."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from dialer.config import Settings, load_settings
from dialer.parts import prometheus

APT_THAT_FETCHES = """#!/bin/sh
case "$*" in
  *download*promtool*) exit 100 ;;
  *download*) touch prometheus_2.deb prometheus-alertmanager_0.deb ;;
esac
"""
APT_WITHOUT_LISTS = """#!/bin/sh
case "$*" in
  *update*) mkdir -p "$(dirname "$0")/read" ;;
  *download*Dir::State::lists*|*Dir::State::lists*download*) touch prometheus_2.deb ;;
  *) echo "E: Unable to locate package prometheus"; exit 100 ;;
esac
"""
APT_WITHOUT_NETWORK = """#!/bin/sh
echo "E: Temporary failure resolving"
exit 100
"""
DPKG = """#!/bin/sh
mkdir -p "$3/usr/bin"
for name in prometheus promtool prometheus-alertmanager amtool; do
  printf '#!/bin/sh\\necho "prometheus, version 2.45.3+ds (branch: x)"\\n' >"$3/usr/bin/$name"
  chmod 755 "$3/usr/bin/$name"
done
"""


def program(place: Path, name: str, text: str) -> None:
    place.mkdir(parents=True, exist_ok=True)
    (place / name).write_text(text)
    (place / name).chmod(0o755)


def install(place: Path, says: str) -> None:
    for name in ("prometheus", "promtool"):
        program(place, name, f"#!/bin/sh\necho '{says}'\n")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({}, home=tmp_path / "home")


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    """An environment whose first programs are those of `tmp_path/bin`."""
    path = f"{tmp_path / 'bin'}:/usr/bin:/bin"
    monkeypatch.setenv("PATH", path)
    return {"PATH": path}


@pytest.mark.parametrize(
    ("says", "version"),
    [
        ("prometheus, version 2.42.0+ds (branch: debian/sid, revision: 2.42.0+ds-5)", "2.42.0"),
        ("prometheus, version 3.5.3+ds1 (branch: debian/sid)", "3.5.3"),
    ],
)
def test_an_installed_one_is_taken(
    tmp_path: Path, settings: Settings, says: str, version: str
) -> None:
    install(tmp_path / "bin", says)
    found = prometheus.find(settings, environ={"PATH": str(tmp_path / "bin")})
    assert found is not None
    assert found.version == version
    assert found.alertmanager is None


@pytest.mark.parametrize("says", ["prometheus, version 2.33.5 (branch: x)", "another program", ""])
def test_one_that_is_too_old_or_something_else_is_passed_over(
    tmp_path: Path, settings: Settings, says: str
) -> None:
    install(tmp_path / "bin", says)
    assert prometheus.find(settings, environ={"PATH": str(tmp_path / "bin")}) is None


def test_a_server_without_promtool_is_passed_over(tmp_path: Path, settings: Settings) -> None:
    program(tmp_path / "bin", "prometheus", "#!/bin/sh\necho 'prometheus, version 2.42.0'\n")
    assert prometheus.find(settings, environ={"PATH": str(tmp_path / "bin")}) is None


@pytest.mark.parametrize("apt", [APT_THAT_FETCHES, APT_WITHOUT_LISTS])
def test_the_systems_packages_are_unpacked_and_found_again(
    tmp_path: Path, settings: Settings, system: Mapping[str, str], apt: str
) -> None:
    program(tmp_path / "bin", "apt-get", apt)
    program(tmp_path / "bin", "dpkg-deb", DPKG)
    made = prometheus.find_or_fetch(settings, announce=print, environ=system)
    assert made.server == settings.prometheus.tree / "usr" / "bin" / "prometheus"
    assert made.alertmanager is not None
    assert prometheus.find(settings, environ=system) == made
    assert sorted(path.name for path in settings.prometheus.tree.parent.iterdir()) == [
        ".prometheus.lock",
        "tree",
    ]
    assert [path.name for path in settings.prometheus.tree.iterdir()] == ["usr"]


def test_without_lists_of_packages_they_are_read_into_a_folder_of_ours(
    tmp_path: Path, settings: Settings, system: Mapping[str, str]
) -> None:
    program(tmp_path / "bin", "apt-get", APT_WITHOUT_LISTS)
    program(tmp_path / "bin", "dpkg-deb", DPKG)
    prometheus.find_or_fetch(settings, announce=print, environ=system)
    assert (tmp_path / "bin" / "read").is_dir()


def test_one_that_cannot_be_fetched_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, settings: Settings, system: Mapping[str, str]
) -> None:
    program(tmp_path / "bin", "apt-get", APT_WITHOUT_NETWORK)
    program(tmp_path / "bin", "dpkg-deb", DPKG)
    with pytest.raises(prometheus.NoPrometheusError, match="run `apt-get install prometheus`"):
        prometheus.find_or_fetch(settings, announce=print, environ=system)
    assert [path.name for path in settings.prometheus.tree.parent.iterdir()] == [
        ".prometheus.lock"
    ]


def test_on_a_system_without_apt_it_is_said_what_to_install(
    tmp_path: Path, settings: Settings
) -> None:
    with pytest.raises(prometheus.NoPrometheusError, match="install prometheus with this system's"):
        prometheus.find_or_fetch(settings, announce=print, environ={"PATH": str(tmp_path)})
