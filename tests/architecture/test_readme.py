"""The README is true: what it shows of commands, files, settings and states is what there is.

Diagrams stand between `<!-- begin NAME -->` and `<!-- end NAME -->` and are made from the tables
that they show. After a table was changed, `python -m tests.architecture.test_readme` writes them
anew; the tests compare only.
"""

import argparse
import re
import shlex
from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path

import pytest

from dialer.cli.main import available, build_parser
from dialer.config import FILE_NAME, load_settings
from dialer.config_keys import KEYS, TRUNK_KEYS
from dialer.demo.table import result_of
from dialer.domain.agent import AgentState
from dialer.engine.agent import NEXT as AGENT_STEPS
from dialer.engine.attempt import NEXT as LINE_FACTS
from dialer.engine.attempt import State
from dialer.sim.scenario import parse
from tests.architecture import code_rules
from tests.architecture.import_rules import LADDER
from tests.architecture.source_tree import REPOSITORY

README = REPOSITORY / "README.md"
TEXT = README.read_text(encoding="utf-8")
TOP = ("agi", "asterisk-config", "dialer", "sql", "tests", ".ci")

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_PLACEHOLDER = re.compile(r"\b[A-Z][A-Z_]+\b")


# --- what the README shows, made from the code -----------------------------------------------


def attempt_states() -> str:
    """The states of an attempt's line as a diagram."""
    return _diagram(LINE_FACTS, start=State.DIALING, states=tuple(State))


def agent_states() -> str:
    """The states of an agent as a diagram."""
    return _diagram(AGENT_STEPS, start=AgentState.OFFLINE, states=tuple(AgentState))


def _diagram(
    table: Mapping[tuple[Enum, Enum], Enum], *, start: Enum, states: tuple[Enum, ...]
) -> str:
    """One arrow for each pair of states; what leads to one state from everywhere is a note."""
    from_everywhere = {
        fact: table[start, fact]
        for fact in dict.fromkeys(fact for _, fact in table)
        if len({table.get((state, fact)) for state in states}) == 1
    }
    arrows: dict[tuple[str, str], list[str]] = {}
    for (state, fact), after in table.items():
        if fact not in from_everywhere:
            arrows.setdefault((state.name, after.name), []).append(fact.name)
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {start.name}"]
    lines += [f"    {a} --> {b}: {', '.join(facts)}" for (a, b), facts in arrows.items()]
    for fact, after in from_everywhere.items():
        lines += [
            f"    note right of {after.name}",
            f"        from every state: {fact.name}",
            "    end note",
        ]
    return "\n".join([*lines, "```"])


def import_direction() -> str:
    """The ladder of packages, from the top down."""
    rungs = [[package.removeprefix("dialer.") for package in rung] for rung in LADDER]
    words = [r[0] if len(r) == 1 else "{ " + ", ".join(r) + " }" for r in rungs]
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + len(word) > 84:
            lines.append("   ")
        lines[-1] += f" → {word}"
    return "\n".join(["```text", *lines, "```"])


GENERATED: dict[str, Callable[[], str]] = {
    "attempt states": attempt_states,
    "agent states": agent_states,
    "import direction": import_direction,
}


def _span(name: str, text: str) -> tuple[int, int]:
    begin, end = f"<!-- begin {name} -->\n", f"\n<!-- end {name} -->"
    assert begin in text and end in text, f"README.md has no place for the {name}"
    return text.index(begin) + len(begin), text.index(end)


def rewrite() -> None:
    """Write every generated part of README.md anew."""
    text = TEXT
    for name, make in GENERATED.items():
        first, last = _span(name, text)
        text = text[:first] + make() + text[last:]
    README.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", GENERATED)
def test_a_diagram_shows_what_its_table_says(name: str) -> None:
    first, last = _span(name, TEXT)
    assert TEXT[first:last] == GENERATED[name](), "run: python -m tests.architecture.test_readme"


# --- commands --------------------------------------------------------------------------------


def _blocks(*languages: str) -> list[str]:
    return [body for language, body in _BLOCK.findall(TEXT) if language in languages]


def _without_blocks() -> str:
    return _BLOCK.sub("", TEXT)


def _whole_commands() -> list[str]:
    """Commands in shell blocks, as somebody would paste them."""
    lines = "\n".join(_blocks("sh")).replace("\\\n", " ").splitlines()
    return [" ".join(line.split()) for line in lines if line.startswith("./callbank ")]


def _mentioned_commands() -> list[str]:
    """Commands in running text, often without their arguments."""
    return [code for code in _INLINE.findall(_without_blocks()) if code.startswith("./callbank ")]


def test_the_readme_shows_commands() -> None:
    assert {"demo", "test"} <= {command.split()[1] for command in _whole_commands()}


def test_every_subcommand_is_mentioned() -> None:
    shown = {command.split()[1] for command in (*_whole_commands(), *_mentioned_commands())}
    assert {subcommand.name for subcommand in available()} <= shown


@pytest.mark.parametrize("command", _whole_commands())
def test_a_command_of_the_readme_is_understood(command: str) -> None:
    words = shlex.split(command, comments=True)[1:]
    build_parser(words).parse_args(words)


@pytest.mark.parametrize("command", _mentioned_commands())
def test_a_command_mentioned_in_the_readme_exists(command: str) -> None:
    words = shlex.split(command)[1:]
    parser = build_parser(words)
    for word in words:
        if word.startswith("-"):
            assert word in _options(parser), f"{word} is no option of {parser.prog}"
        elif (places := _places(parser)) is not None:
            assert word in places, f"{word} is no subcommand of {parser.prog}"
            parser = places[word]


def _places(parser: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser] | None:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return action.choices
    return None


def _options(parser: argparse.ArgumentParser) -> set[str]:
    return {option for action in parser._actions for option in action.option_strings}


def test_an_option_named_alone_belongs_to_a_command() -> None:
    known: set[str] = set()
    for subcommand in available():
        parser = build_parser([subcommand.name])
        places = _places(parser)
        assert places is not None
        parsers = [places[subcommand.name]]
        for each in parsers:
            known |= _options(each)
            parsers.extend((_places(each) or {}).values())
    named = {c.split()[0] for c in _INLINE.findall(_without_blocks()) if c.startswith("--")}
    assert named <= known


# --- files -----------------------------------------------------------------------------------


def _listed_paths() -> list[str]:
    """The paths of the tree listing: what stands before two blanks, below its line's folder."""
    (listing,) = [body for body in _blocks("text") if body.startswith("callbank  ")]
    folders: list[tuple[int, str]] = []
    paths = []
    for line in filter(str.strip, listing.splitlines()):
        indent = len(line) - len(line.lstrip())
        names = re.split(r"\s{2,}", line.strip())[0].split()
        folders = [(depth, name) for depth, name in folders if depth < indent]
        base = "".join(name for _, name in folders)
        paths += [base + name for name in names]
        if names[0].endswith("/"):
            folders.append((indent, names[0]))
    return paths


@pytest.mark.parametrize("path", _listed_paths())
def test_a_path_of_the_tree_exists(path: str) -> None:
    assert (REPOSITORY / path).exists()
    assert path.endswith("/") == (REPOSITORY / path).is_dir()


def test_the_tree_leaves_no_package_out() -> None:
    packages = [
        path
        for folder in (REPOSITORY / "dialer", REPOSITORY / "tests")
        for path in folder.iterdir()
        if path.is_dir() and any(path.rglob("*.py"))
    ]
    listed = set(_listed_paths())
    assert [str(p) for p in packages if f"{p.relative_to(REPOSITORY)}/" not in listed] == []


def _mentioned_paths() -> list[str]:
    found = []
    for code in dict.fromkeys(_INLINE.findall(_without_blocks())):
        path = code.split("::")[0]
        if path.split("/")[0] in TOP and "/" in path and not set(path) & set(" <>*{"):
            found.append(path)
    return found


@pytest.mark.parametrize("path", _mentioned_paths())
def test_a_path_mentioned_in_the_readme_exists(path: str) -> None:
    assert (REPOSITORY / path).exists()


def test_the_readme_names_no_place_of_a_developers_machine() -> None:
    assert not re.search(r"/(?:work|root|home|var/tmp)/", TEXT)


# --- settings, figures, sizes ----------------------------------------------------------------


def test_the_example_settings_are_accepted_and_show_every_key_of_a_trunk(tmp_path: Path) -> None:
    (example,) = (block for block in _blocks("toml") if "[[trunk]]" in block)
    (tmp_path / FILE_NAME).write_text(example, encoding="utf-8")
    settings = load_settings({}, home=tmp_path)
    assert settings.trunks
    for key in TRUNK_KEYS:
        assert re.search(rf"^{key.name} = ", example, re.MULTILINE), key.name


def test_the_example_scenario_can_be_played() -> None:
    (example,) = (block for block in _blocks("toml") if "[carrier]" in block)
    assert parse(example, name="example", place="README.md").agents == 12


def test_a_setting_named_in_the_readme_exists() -> None:
    places = {key.place for key in KEYS} | {f"[[trunk]] {key.name}" for key in TRUNK_KEYS}
    variables = {key.environment_name for key in KEYS} | {"CALLBANK_HOME", "CALLBANK_PYTHON"}
    variables.add("CALLBANK_TRUNK_")  # and the trunk's name
    variables.add("CALLBANK_TEST_STACK")  # tests/stack/engine.py
    for code in _INLINE.findall(_without_blocks()):
        if re.match(r"\[+[a-z]+\]+ \w", code):
            assert code.split(" =")[0] in places, code
        for name in re.findall(r"\bCALLBANK_[A-Z_]+", code):
            assert name in variables, name


def test_the_figures_explained_are_the_figures_printed() -> None:
    nothing = {
        "attempts": {}, "answered": 0, "connected": 0, "abandoned": 0, "abandon_rate": None,
        "bridge_ms": {}, "utilisation": None, "wait_s_mean": None, "double_dials": 0,
        "open_attempts": 0,
    }  # fmt: skip
    section = TEXT.split("What the demo measures\n", 1)[1].split("\n## ", 1)[0]
    explained = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert explained == list(result_of(nothing, 0.0))


def test_the_sizes_stated_are_the_sizes_kept() -> None:
    stated = (
        f"functions of at most {code_rules.LONGEST_FUNCTION} lines, files of at most "
        f"{code_rules.LONGEST_FILE}, constructors with at most {code_rules.MOST_PARAMETERS}"
    )
    assert stated in " ".join(TEXT.split())


if __name__ == "__main__":
    rewrite()
