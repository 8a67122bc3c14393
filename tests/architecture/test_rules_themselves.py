"""The rules find what they are for: each over a small bad tree, and none over a good one."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.architecture import code_rules, import_rules
from tests.architecture.source_tree import Tree, read_tree
from tests.architecture.test_architecture import RULES

GOOD: dict[str, str] = {
    "dialer/__init__.py": '"""The service."""\n',
    "dialer/errors.py": '"""Errors."""\n\n\nclass CallbankError(Exception):\n    exit_code = 1\n',
    "dialer/domain/__init__.py": '"""Words."""\n',
    "dialer/compliance/__init__.py": '"""Rules."""\n',
    "dialer/compliance/gate.py": '''"""The gate."""

import dialer.domain


class DialPermit:
    """Leave."""


def may_dial() -> DialPermit:
    return DialPermit()
''',
    "dialer/engine/__init__.py": '"""Engine."""\n',
    "dialer/engine/commands.py": '''"""Wishes."""

from dialer.compliance.gate import DialPermit


class Command:
    """A wish."""


class TelephoneCommand(Command):
    """By telephone."""


class StoreCommand(Command):
    """Into the store."""


class Originate(TelephoneCommand):
    """Dial."""

    permit: DialPermit


class Save(StoreCommand):
    """Write."""


class Claim(Command):
    """Ask for leads."""
''',
    "dialer/lists/__init__.py": '"""Lists."""\n\nfrom pathlib import Path\n',
    "dialer/runtime/__init__.py": '"""Runtime."""\n',
    "dialer/runtime/pump.py": '''"""Pump."""

import asyncio

from dialer.engine.commands import Claim, Originate

_ORDER = (Originate, Claim)
''',
    "dialer/telephony/__init__.py": '"""Telephony."""\n',
    "dialer/telephony/link.py": '"""Link."""\n\nimport panoramisk\n',
    "dialer/telephony/gateway.py": '''"""Gateway."""

from agi import names
from dialer.engine import commands as cmd
from dialer.errors import CallbankError

_EXECUTORS = {cmd.Originate: names.CONTEXT_ANSWERED}
''',
    "dialer/storage/__init__.py": '"""Storage."""\n',
    "dialer/storage/batches.py": '''"""Batches."""

from dialer.engine.commands import Save

_TABLE = (Save,)
''',
    "dialer/metrics/__init__.py": '"""Metrics."""\n',
    "dialer/metrics/register.py": '"""Names."""\n\nfrom prometheus_client import Counter\n',
    "agi/__init__.py": '"""Scripts."""\n',
    "agi/names.py": '"""Names."""\n\nCONTEXT_ANSWERED = "callbank-answered"\nVAR = "CB_ATTEMPT"\n',
    "agi/session.py": '"""Session."""\n\nfrom asterisk.agi import AGI\n',
    "asterisk-config/extensions.conf.j2": (
        "; uses CB_ATTEMPT\n[callbank-answered]\nexten => s,1,Set(CB_OWN=${CB_ATTEMPT})\n"
        " same => n,NoOp(${CB_OWN}) ; not CB_THIS\n same => n,Goto(callbank-ask,s,1)\n"
        "[callbank-ask]\n"
    ),
}

LONG_FUNCTION = '"""Long."""\n\n\ndef long() -> None:\n' + "    pass\n" * 60
LONG_FILE = '"""Long."""\n' + "A = 1\n" * 400
WIDE = '"""Wide."""\n\n\nclass A:\n    def __init__(self, {}) -> None:\n        pass\n'


def build(root: Path, changes: Mapping[str, str]) -> Tree:
    for name, text in (GOOD | dict(changes)).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read_tree(root)


def test_a_good_tree_has_no_violations(tmp_path: Path) -> None:
    tree = build(tmp_path, {})
    assert [violation for rule in RULES for violation in rule(tree)] == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("dialer/domain/bad.py", "import dialer.engine"),  # up
        ("dialer/domain/bad.py", "from dialer.compliance.gate import DialPermit"),
        ("dialer/engine/bad.py", "from dialer.runtime import pump"),
        ("dialer/engine/bad.py", "from ..runtime import pump"),  # relative
        ("dialer/engine/bad.py", "from .. import runtime"),
        ("dialer/engine/bad.py", "from dialer import runtime"),
        ("dialer/engine/bad.py", "def f() -> None:\n    import dialer.runtime"),  # hidden
        ("dialer/engine/bad.py", "if TYPE_CHECKING:\n    from dialer.runtime import pump"),
        ("dialer/engine/bad.py", "importlib.import_module('dialer.runtime')"),
        ("dialer/engine/bad.py", "import dialer.lists"),  # sideways
        ("dialer/pacing/bad.py", "import dialer.compliance"),
        ("dialer/web/bad.py", "from dialer.storage import batches"),
        ("dialer/demo/bad.py", "import dialer.bench"),
        ("dialer/demo/bad.py", "import dialer.cli"),
        ("dialer/app.py", "import dialer.cli"),
        ("dialer/engine/bad.py", "from dialer.errors import CallbankError"),
        ("dialer/runtime/bad.py", "import dialer.config"),
        ("dialer/engine/bad.py", "from agi import names"),
        ("dialer/parts/bad.py", "from agi import names"),
        ("dialer/cli/bad.py", "import agi"),
        ("agi/bad.py", "from dialer.domain import lead"),
        ("agi/bad.py", "import dialer"),
        ("dialer/errors.py", "import dialer.domain"),
    ],
)
def test_an_import_that_does_not_point_down_is_found(tmp_path: Path, path: str, line: str) -> None:
    tree = build(tmp_path, {path: f'"""Bad."""\n\n{line}\n'})
    assert import_rules.import_direction(tree)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("dialer/app.py", "from dialer.telephony import gateway"),
        ("dialer/app.py", "import agi.session"),
        ("dialer/cli/good.py", "import dialer.demo"),
        ("dialer/cli/good.py", "from dialer.errors import CallbankError"),
        ("dialer/__main__.py", "from dialer.cli import main"),
        ("dialer/lists/good.py", "from dialer.compliance import zones"),
        ("dialer/sim/good.py", "from dialer.engine import commands"),
        ("dialer/parts/good.py", "from dialer.config import Settings"),
    ],
)
def test_an_import_that_points_down_is_not_found(tmp_path: Path, path: str, line: str) -> None:
    tree = build(tmp_path, {path: f'"""Good."""\n\n{line}\n'})
    assert import_rules.import_direction(tree) == []


def test_a_package_without_a_place_is_found(tmp_path: Path) -> None:
    tree = build(tmp_path, {"dialer/helpers/__init__.py": '"""Helpers."""\n'})
    assert import_rules.every_package_has_a_place(tree)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("dialer/telephony/other.py", "import panoramisk"),
        ("dialer/telephony/other.py", "from panoramisk.message import Message"),
        ("agi/other.py", "from asterisk.agi import AGI"),
        ("dialer/engine/other.py", "import prometheus_client"),
        ("dialer/runtime/other.py", "from sqlalchemy import text"),
        ("dialer/telephony/link.py", "import logging"),  # the owner no longer uses it
    ],
)
def test_a_foreign_package_out_of_its_place_is_found(tmp_path: Path, path: str, line: str) -> None:
    tree = build(tmp_path, {path: f'"""Other."""\n\n{line}\n'})
    assert import_rules.foreign_packages(tree)


def test_a_metric_that_is_made_elsewhere_is_found(tmp_path: Path) -> None:
    for line in (
        "from prometheus_client import Gauge",
        "from dialer.metrics.register import Register",
    ):
        text = f'"""Observer."""\n\n{line}\n'
        assert import_rules.metric_classes(build(tmp_path, {"dialer/metrics/observer.py": text}))


@pytest.mark.parametrize(
    ("package", "line"),
    [
        ("engine", "import time"),
        ("engine", "import asyncio"),
        ("engine", "from concurrent.futures import Future"),
        ("engine", "import numpy.random"),
        ("engine", "from numpy import random"),
        ("engine", "import os.path"),
        ("engine", "import logging"),
        ("domain", "from random import choice"),
        ("domain", "from uuid import uuid4"),
        ("compliance", "import sqlalchemy"),
        ("compliance", "import datetime\nNOW = datetime.datetime.now(datetime.UTC)"),
        ("compliance", "from datetime import datetime as d\nNOW = d.now()"),
        ("compliance", "from datetime import date\nTODAY = date.today()"),
        ("compliance", "from pathlib import Path"),
        ("compliance", "TEXT = open('rules')"),
        ("pacing", "import socket"),
        ("lists", "import urllib.request"),
        ("lists", "import time"),
    ],
)
def test_a_clock_or_chance_or_io_in_a_pure_package_is_found(
    tmp_path: Path, package: str, line: str
) -> None:
    tree = build(tmp_path, {f"dialer/{package}/bad.py": f'"""Bad."""\n\n{line}\n'})
    assert code_rules.purity(tree)


@pytest.mark.parametrize(
    "code",
    [
        "from dialer.compliance.gate import DialPermit\nP = DialPermit()",
        "from dialer.compliance import gate\nP = gate.DialPermit()",
        "from dialer.compliance.gate import DialPermit as Leave\nP = Leave()",
        "from dialer.compliance.gate import DialPermit\nclass Mine(DialPermit): ...",
        "import dataclasses\nP = dataclasses.replace(attempt.permit, expires_at=0.0)",
        "from dialer.domain.value import changed\nP = changed(attempt.permit, expires_at=0.0)",
    ],
)
def test_a_permit_that_the_gate_did_not_make_is_found(tmp_path: Path, code: str) -> None:
    tree = build(tmp_path, {"dialer/engine/bad.py": f'"""Bad."""\n\n{code}\n'})
    assert code_rules.permits(tree)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("dialer/telephony/gateway.py", '"""Executes nothing, not even Originate."""\n'),
        ("dialer/storage/batches.py", '"""Writes nothing."""\n'),
        ("dialer/runtime/pump.py", '"""Claims nothing."""\n'),
        (
            "dialer/storage/batches.py",
            '"""Dials."""\n\nfrom dialer.engine.commands import Originate, Save\n\n'
            "_TABLE = (Save, Originate)\n",
        ),
    ],
)
def test_a_command_without_its_one_executor_is_found(tmp_path: Path, path: str, text: str) -> None:
    assert code_rules.command_executors(build(tmp_path, {path: text}))


@pytest.mark.parametrize(
    "text",
    [
        LONG_FUNCTION,
        LONG_FILE,
        WIDE.format("a: int, b: int, c: int, d: int, e: int, f: int"),
        WIDE.format("a: int, b: int, c: int, *, d: int, e: int, **f: int"),
    ],
    ids=["function", "file", "constructor", "constructor with keywords"],
)
def test_what_has_grown_too_long_is_found(tmp_path: Path, text: str) -> None:
    assert code_rules.sizes(build(tmp_path, {"dialer/engine/long.py": text}))


def test_what_is_just_short_enough_is_not_found(tmp_path: Path) -> None:
    shorter = {
        "dialer/engine/a.py": LONG_FUNCTION.removesuffix("    pass\n"),
        "dialer/engine/b.py": LONG_FILE.removesuffix("A = 1\n"),
        "dialer/engine/c.py": WIDE.format("a: int, b: int, c: int, d: int, e: int"),
    }
    assert code_rules.sizes(build(tmp_path, shorter)) == []


@pytest.mark.parametrize(
    "code",
    [
        "def f(a) -> None: ...",
        "def f(a: int): ...",
        "def f(*args) -> None: ...",
        "def f(*, key) -> None: ...",
        "async def f(): ...",
        "class A:\n    def f(self, a) -> None: ...",
        "class A:\n    @staticmethod\n    def f(a) -> None: ...",
        "def f() -> None:\n    def g(a) -> None: ...",
    ],
)
def test_what_has_no_type_is_found(tmp_path: Path, code: str) -> None:
    tree = build(tmp_path, {"dialer/engine/bad.py": f'"""Bad."""\n\n{code}\n'})
    assert code_rules.annotations(tree)


def test_a_module_without_a_docstring_is_found(tmp_path: Path) -> None:
    assert code_rules.docstrings(build(tmp_path, {"agi/bad.py": "import sys\n"}))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("asterisk-config/extra.conf.j2", "exten => s,1,NoOp(${CB_NOBODY_SETS})\n"),
        ("asterisk-config/extra.conf.j2", "exten => s,1,Goto(callbank-nowhere,s,1)\n"),
        ("asterisk-config/extensions.conf.j2", "[callbank-other]\n"),  # loses shared names
        ("agi/bad.py", '"""Bad."""\n\nNAME = "CB_ATTEMPT"\n'),
        ("dialer/telephony/bad.py", '"""Bad."""\n\nNAME = "callbank-answered"\n'),
    ],
)
def test_a_name_that_dialplan_and_python_do_not_share_is_found(
    tmp_path: Path, path: str, text: str
) -> None:
    assert code_rules.dialplan_names(build(tmp_path, {path: text}))


def test_every_rule_has_been_tried_on_a_bad_tree() -> None:
    """A new rule gets its own test here."""
    assert {rule.__name__ for rule in RULES} == {
        "import_direction",
        "every_package_has_a_place",
        "foreign_packages",
        "metric_classes",
        "purity",
        "permits",
        "command_executors",
        "sizes",
        "annotations",
        "docstrings",
        "dialplan_names",
    }
