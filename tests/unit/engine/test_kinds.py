"""Events and commands are values, all of them: `changed` and `maker` know no others."""

import inspect
from types import ModuleType

import pytest

from dialer.domain.value import maker
from dialer.engine import commands, events, requests, store_commands


@pytest.mark.parametrize("module", [commands, events, requests, store_commands])
def test_every_event_and_every_command_is_a_value(module: ModuleType) -> None:
    kinds = [kind for _, kind in inspect.getmembers(module, inspect.isclass)]
    made = [kind for kind in kinds if issubclass(kind, events.Event | commands.Command)]
    assert made
    for kind in made:
        maker(kind)  # raises TypeError for what is none: put @value before the class
