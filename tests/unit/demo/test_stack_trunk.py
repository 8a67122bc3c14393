"""The demo in the containers dials invented people: no call of it may leave the machine."""

from pathlib import Path

import pytest

from dialer.config import TrunkSettings, load_settings
from dialer.demo.stack import TRUNK, simulated_trunk
from dialer.errors import UsageError
from dialer.parts.stack_files import DEMO_SETTINGS, SETTINGS

OUTSIDE = """
[sip]
bind = "0.0.0.0"
[[trunk]]
name = "carrier-a"
host = "sip.carrier.example"
"""


def trunk_of(home: Path, text: str) -> TrunkSettings:
    (home / "callbank.toml").write_text(text, encoding="utf-8")
    return simulated_trunk(load_settings({}, home=home))


def test_the_settings_of_init_demo_have_the_simulated_trunk(tmp_path: Path) -> None:
    trunk = trunk_of(tmp_path, DEMO_SETTINGS)
    assert (trunk.name, trunk.host, trunk.port) == (TRUNK, "127.0.0.1", 5070)


@pytest.mark.parametrize(
    "text",
    [SETTINGS, OUTSIDE, OUTSIDE + DEMO_SETTINGS],
    ids=["no trunk", "a carrier", "a carrier beside it"],
)
def test_any_other_trunk_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match=r"may have no trunk but \"simulated\" on 127\.0\.0\.1"):
        trunk_of(tmp_path, text)
