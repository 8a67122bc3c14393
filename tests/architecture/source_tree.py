"""A source tree as the architecture tests see it: parsed modules and what each one imports.

Everything is read from the syntax tree, so imports inside functions and under TYPE_CHECKING
count like any other. The rules (rules.py) are functions from a tree to a list of violations.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeGuard

REPOSITORY = Path(__file__).resolve().parents[2]

OUR_PACKAGES = ("dialer", "agi")


@dataclass(frozen=True, kw_only=True)
class Module:
    """One Python file. `name` is dotted: dialer.engine.floor, agi, dialer.errors."""

    name: str
    path: Path
    text: str

    @cached_property
    def syntax(self) -> ast.Module:
        """The parsed file."""
        return ast.parse(self.text, filename=str(self.path))

    @property
    def is_package(self) -> bool:
        """Whether the file is a package's __init__."""
        return self.path.name == "__init__.py"

    @cached_property
    def imports(self) -> tuple[tuple[int, str], ...]:
        """(line, dotted name) of all that is imported; `from a import b` gives a and a.b."""
        return tuple(_imports(self))

    def place(self, node: ast.AST) -> str:
        """Where something stands, for a person: module and line."""
        return f"{self.name}:{getattr(node, 'lineno', 1)}"


@dataclass(frozen=True, kw_only=True)
class Tree:
    """The modules under one root folder."""

    root: Path
    modules: tuple[Module, ...]

    def named(self, name: str) -> Module | None:
        """The module of that dotted name, if the tree has it."""
        return next((module for module in self.modules if module.name == name), None)

    def under(self, *packages: str) -> tuple[Module, ...]:
        """The modules of these packages, and the packages themselves."""
        return tuple(m for m in self.modules if any(is_within(m.name, p) for p in packages))


def is_within(name: str, package: str) -> bool:
    """Whether a dotted name is the package or something in it."""
    return name == package or name.startswith(package + ".")


def read_tree(root: Path) -> Tree:
    """Parse every Python file of dialer/ and agi/ under the root."""
    modules = []
    for package in OUR_PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            modules.append(Module(name=name, path=path, text=path.read_text(encoding="utf-8")))
    return Tree(root=root, modules=tuple(modules))


def _imports(module: Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module.syntax):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(module, node)
            yield node.lineno, base
            for alias in node.names:
                yield node.lineno, f"{base}.{alias.name}"
        elif isinstance(node, ast.Call) and _called(node) in ("import_module", "__import__"):
            # Only a name written out can be judged; the command line's table of commands is not.
            yield from ((node.lineno, str(a.value)) for a in node.args if _is_text(a))


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = module.name.split(".") if module.is_package else module.name.split(".")[:-1]
    kept = package[: len(package) - node.level + 1]
    return ".".join([*kept, *([node.module] if node.module else [])])


def _is_text(node: ast.AST) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _called(node: ast.Call) -> str:
    return dotted(node.func).rpartition(".")[2]


def dotted(node: ast.AST) -> str:
    """`a.b.c` for names and attributes, empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return f"{base}.{node.attr}" if base else f"?.{node.attr}"
    return ""
