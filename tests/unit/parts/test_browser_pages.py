"""The sources of the browser pages, and what is done where they cannot be built."""

import json
import re
from pathlib import Path

import pytest

from dialer.parts import browser_pages
from dialer.parts.browser_pages import SOURCES

TEXTS = SOURCES / "src" / "texts"


def texts(language: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((TEXTS / f"{language}.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("language", sorted(file.stem for file in TEXTS.iterdir()))
def test_every_language_says_the_same_things_with_the_same_values(language: str) -> None:
    english, other = texts("en"), texts(language)
    assert other.keys() == english.keys()
    for key, text in other.items():
        values = set(re.findall(r"\{\w+\}", text))
        assert values == set(re.findall(r"\{\w+\}", english[key])), key
        assert text.strip()


def test_every_text_that_a_source_names_is_there() -> None:
    sources = [*(SOURCES / "src").rglob("*.tsx"), *(SOURCES / "src").rglob("*.ts")]
    named = {key for file in sources for key in re.findall(r'\bt\("([^"]+)"', file.read_text())}
    assert named
    assert named <= texts("en").keys()


def test_the_lock_file_has_a_hash_for_each_package_and_no_address() -> None:
    text = (SOURCES / "package-lock.json").read_text()
    assert "://" not in text
    packages = json.loads(text)["packages"]
    assert [name for name, its in packages.items() if name and "integrity" not in its] == []


def test_the_stamp_changes_with_a_source_and_a_name(tmp_path: Path) -> None:
    (tmp_path / "a.ts").write_text("1")
    first = browser_pages.stamp_of(tmp_path)
    (tmp_path / "a.ts").write_text("2")
    second = browser_pages.stamp_of(tmp_path)
    (tmp_path / "a.ts").rename(tmp_path / "b.ts")
    assert len({first, second, browser_pages.stamp_of(tmp_path)}) == 3


def test_pages_that_cannot_be_built_are_told_in_a_sentence_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, says in (("node", "echo v22.0.0"), ("npm", "echo no network >&2; exit 1")):
        (tools / name).write_text(f"#!/bin/sh\n{says}\n")
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    said: list[str] = []
    browser_pages.build_or_go_without(tmp_path / "web", said.append)
    assert "volunteers cannot join by their browsers" in said[-1]
    assert "no network" in said[-1]
    assert not browser_pages.built_in(tmp_path / "web").exists()


def test_pages_that_are_current_are_not_built_again(tmp_path: Path) -> None:
    built = browser_pages.built_in(tmp_path)
    built.mkdir()
    (built / "stamp").write_text(browser_pages.stamp_of(SOURCES))
    said: list[str] = []
    assert browser_pages.build(tmp_path, said.append) == built
    assert said == []
    assert list(tmp_path.iterdir()) == [built], "an image's directory cannot be written"
