"""Rules about the code itself: purity, permits, executors, sizes, annotations, docstrings."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.source_tree import Module, Tree, dotted, is_within

PURE = (
    "dialer.domain", "dialer.yaml_text", "dialer.compliance", "dialer.pacing", "dialer.script",
    "dialer.engine", "dialer.lists", "dialer.practice",
)  # fmt: skip

IMPURE_IMPORTS = (
    "aiohttp", "alembic", "asyncio", "concurrent", "ctypes", "http", "io", "logging",
    "multiprocessing", "numpy.random", "os", "pathlib", "psycopg", "random", "secrets", "select",
    "selectors", "shutil", "signal", "socket", "sqlalchemy", "sqlite3", "ssl", "subprocess",
    "tempfile", "threading", "time", "urllib", "uuid",
)  # fmt: skip
"""Clock, chance, network, files, processes, databases: what a pure package has no name for."""

FILE_READERS = {"dialer.lists": ("io", "pathlib", "os")}
"""Lists are read from files as they are parsed, so that a million rows need no memory."""

IMPURE_METHODS = ("now", "utcnow", "today")
"""Whoever has them is a clock; pure code is told the time."""

LONGEST_FUNCTION = 60
LONGEST_FILE = 400
MOST_PARAMETERS = 5

Function = ast.FunctionDef | ast.AsyncFunctionDef


def purity(tree: Tree) -> list[str]:
    """Clocks, chance and I/O in the pure packages."""
    found = []
    for module in tree.under(*PURE):
        allowed = next((a for p, a in FILE_READERS.items() if is_within(module.name, p)), ())
        for line, name in module.imports:
            if any(is_within(name, bad) for bad in IMPURE_IMPORTS if bad not in allowed):
                found.append(f"{module.name}:{line} imports {name}: the package is pure")
        for node in ast.walk(module.syntax):
            if isinstance(node, ast.Call) and _is_impure_call(node, may_open=bool(allowed)):
                found.append(f"{module.place(node)} calls {dotted(node.func)}: it is pure")
    return found


def _is_impure_call(node: ast.Call, *, may_open: bool) -> bool:
    name = dotted(node.func)
    if name in ("open", "input", "print"):
        return not (may_open and name == "open")
    return "." in name and name.rpartition(".")[2] in IMPURE_METHODS


def permits(tree: Tree) -> list[str]:
    """Dial permits that are made, or changed, outside of the gate."""
    found = []
    for module in tree.modules:
        if module.name == "dialer.compliance.gate":
            continue
        names = {"DialPermit"} | _aliases(module, "DialPermit")
        for node in ast.walk(module.syntax):
            if isinstance(node, ast.Call) and _makes_permit(node, names):
                found.append(f"{module.place(node)} makes a DialPermit: only the gate may")
            elif isinstance(node, ast.ClassDef) and any(
                dotted(base).rpartition(".")[2] in names for base in node.bases
            ):
                found.append(f"{module.place(node)} extends DialPermit: only the gate may")
    return found


def _makes_permit(node: ast.Call, names: set[str]) -> bool:
    called = dotted(node.func).rpartition(".")[2]
    if called in ("replace", "__replace__", "changed") and node.args:
        return dotted(node.args[0]).rpartition(".")[2] == "permit"
    return called in names


def _aliases(module: Module, name: str) -> set[str]:
    return {
        alias.asname
        for node in ast.walk(module.syntax)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name == name and alias.asname
    }


# --- every command has its one executor ----------------------------------------------------------

EXECUTORS = {
    "TelephoneCommand": "dialer.telephony.gateway",
    "StoreCommand": "dialer.storage.batches",
    "Command": "dialer.runtime.pump",
}
ANSWERS_TO_WHOEVER_ASKED = {"RefuseAgent": "dialer.web", "ShowPreview": "dialer.web"}
"""The pump hands these back to the request that caused them."""


def command_executors(tree: Tree) -> list[str]:
    """Commands that nobody executes, or that two execute."""
    commands = tree.named("dialer.engine.commands")
    if commands is None:
        return []
    found = []
    for name, family in _commands(commands).items():
        owner = ANSWERS_TO_WHOEVER_ASKED.get(name, EXECUTORS[family])
        modules = tree.under(owner)
        if modules and not any(_names(module, name) for module in modules):
            found.append(f"{name}: {owner} does not execute it")
        found += [
            f"{name}: {other} names it too, but {owner} executes it"
            for other in EXECUTORS.values()
            # The pump sees every command pass by, so it may name others' to sort them.
            if other not in (owner, EXECUTORS["Command"])
            for module in tree.under(other)
            if _names(module, name)
        ]
    return found


def _commands(module: Module) -> dict[str, str]:
    """Each command that can be issued, with its family's name."""
    classes = [node for node in module.syntax.body if isinstance(node, ast.ClassDef)]
    bases = {node.name: [dotted(base) for base in node.bases] for node in classes}
    return {
        name: next(base for base in of if base in EXECUTORS)
        for name, of in bases.items()
        if name not in EXECUTORS and any(base in EXECUTORS for base in of)
    }


def _names(module: Module, name: str) -> bool:
    return any(
        (isinstance(node, ast.Name) and node.id == name)
        or (isinstance(node, ast.Attribute) and node.attr == name)
        for node in ast.walk(module.syntax)
    )


# --- sizes, annotations, docstrings --------------------------------------------------------------


def sizes(tree: Tree) -> list[str]:
    """Functions, files and parameter lists that have grown too long."""
    found = []
    for module in tree.modules:
        lines = len(module.text.splitlines())
        if lines > LONGEST_FILE:
            found.append(f"{module.name} has {lines} lines; split it ({LONGEST_FILE} at most)")
        for function in _functions(module):
            length = (function.end_lineno or function.lineno) - function.lineno + 1
            if length > LONGEST_FUNCTION:
                found.append(
                    f"{module.place(function)} {function.name} has {length} lines"
                    f" ({LONGEST_FUNCTION} at most)"
                )
            count = len(_parameters(function)) - 1
            if function.name == "__init__" and count > MOST_PARAMETERS:
                found.append(
                    f"{module.place(function)} __init__ takes {count} things"
                    f" ({MOST_PARAMETERS} at most)"
                )
    return found


def annotations(tree: Tree) -> list[str]:
    """Parameters and results without a type."""
    found = []
    for module in tree.modules:
        methods = {
            id(item)
            for node in ast.walk(module.syntax)
            if isinstance(node, ast.ClassDef)
            for item in node.body
            if isinstance(item, Function) and not _is_static(item)
        }
        for function in _functions(module):
            parameters = _parameters(function)
            if id(function) in methods:
                parameters = parameters[1:]  # self, cls
            found += [
                f"{module.place(function)} {function.name}: {parameter.arg} has no type"
                for parameter in parameters
                if parameter.annotation is None
            ]
            if function.returns is None:
                found.append(f"{module.place(function)} {function.name}: its result has no type")
    return found


def docstrings(tree: Tree) -> list[str]:
    """Modules that do not say what they are."""
    return [
        f"{module.name} begins without a docstring"
        for module in tree.modules
        if not ast.get_docstring(module.syntax)
    ]


def _functions(module: Module) -> Iterator[Function]:
    return (node for node in ast.walk(module.syntax) if isinstance(node, Function))


def _parameters(function: Function) -> list[ast.arg]:
    args = function.args
    stars = [arg for arg in (args.vararg, args.kwarg) if arg is not None]
    return [*args.posonlyargs, *args.args, *args.kwonlyargs, *stars]


def _is_static(function: Function) -> bool:
    return any(dotted(decorator) == "staticmethod" for decorator in function.decorator_list)


# --- names that Python shares with the dialplan --------------------------------------------------

_WORD = re.compile(r"\bCB_[A-Z][A-Z_]*|\bcallbank-[a-z]+(?:-[a-z]+)*")
_SECTION = re.compile(r"^\[([a-z-]+)\]", re.MULTILINE)
_SET_IN_DIALPLAN = re.compile(r"(?:Set\(_{0,2}|^)(CB_[A-Z_]+) ?=", re.MULTILINE)
_COMMENT = re.compile(r"(?:^|(?<=\s));.*$", re.MULTILINE)


def dialplan_names(tree: Tree) -> list[str]:
    """Names in asterisk-config that nothing defines, and shared names that it does not know."""
    names = tree.named("agi.names")
    folder = tree.root / "asterisk-config"
    if names is None or not folder.is_dir():
        return []
    shared = _string_constants(names)
    # The simulated network is another Asterisk with a dialplan of its own.
    templates = [p for p in sorted(folder.rglob("*.j2")) if "carrier" not in p.parts]
    texts = {p: _COMMENT.sub("", p.read_text(encoding="utf-8")) for p in templates}
    whole = "\n".join(texts.values())
    defined = shared | set(_SECTION.findall(whole)) | set(_SET_IN_DIALPLAN.findall(whole))
    unknown = [
        f"{path.name}: {word} is neither in agi/names.py nor defined in the templates"
        for path, text in texts.items()
        for word in sorted(set(_WORD.findall(text)) - defined)
        if not any(known.startswith(word + "-") for known in defined)
    ]
    # A variable given only for whoever reads the log of a call is named in a comment.
    used = {w for path in templates for w in _WORD.findall(path.read_text(encoding="utf-8"))}
    unused = [
        f"agi/names.py: {word} is not in the templates"
        for word in sorted(shared)
        if _WORD.fullmatch(word) and word not in used
    ]
    return unknown + unused + _names_written_again(tree, shared)


def _names_written_again(tree: Tree, shared: set[str]) -> list[str]:
    """Shared names that Python writes out instead of taking them from agi/names.py."""
    return [
        f"{module.place(node)} writes {node.value!r} out: take it from agi/names.py"
        for module in tree.under("agi", "dialer.telephony")
        if module.name != "agi.names"
        for node in ast.walk(module.syntax)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value in shared
        and _WORD.fullmatch(node.value)
    ]


def _string_constants(module: Module) -> set[str]:
    return {
        node.value.value
        for node in module.syntax.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }
