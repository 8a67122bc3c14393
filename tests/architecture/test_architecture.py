"""The shape of the house is kept: each rule over the whole tree, one violation a line."""

from collections.abc import Callable

import pytest

from tests.architecture import code_rules, import_rules
from tests.architecture.source_tree import REPOSITORY, Tree, read_tree

RULES: tuple[Callable[[Tree], list[str]], ...] = (
    import_rules.import_direction,
    import_rules.every_package_has_a_place,
    import_rules.foreign_packages,
    import_rules.metric_classes,
    code_rules.purity,
    code_rules.permits,
    code_rules.command_executors,
    code_rules.sizes,
    code_rules.annotations,
    code_rules.docstrings,
    code_rules.dialplan_names,
)


@pytest.fixture(scope="module")
def tree() -> Tree:
    return read_tree(REPOSITORY)


def test_the_tree_is_found(tree: Tree) -> None:
    names = {module.name for module in tree.modules}
    assert {"dialer", "agi", "dialer.compliance.gate", "dialer.engine.commands"} <= names


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_tree_keeps_the_rule(rule: Callable[[Tree], list[str]], tree: Tree) -> None:
    violations = rule(tree)
    assert not violations, "\n" + "\n".join(violations)
