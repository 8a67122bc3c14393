"""A campaign's destinations on the command line: third parties to whom people may be put through.

Called by campaign_options.py; campaign_text.py shows them as they are written here.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace

from dialer.compliance.destinations import destination_problem
from dialer.domain.campaign import Campaign
from dialer.domain.transfer import DestinationKind, TransferDestination
from dialer.errors import UsageError

_SEPARATORS = str.maketrans("", "", " ()-./")
_KINDS = ", ".join(DestinationKind)


def add_destination_options(settings: argparse._ArgumentGroup) -> None:
    """One option that adds or changes a destination, and one that takes it away."""
    settings.add_argument(
        "--destination",
        dest="added_destinations",
        action="append",
        type=_destination,
        metavar="KIND:NAME=NUMBER",
        help="a third party to whom volunteers may put people through, such as"
        f" 'office:Senator Gray=+12025550100' or 'shift_lead:Shift lead=200' (kinds: {_KINDS};"
        " an extension has 2 to 6 digits); one of the same name is replaced; may be repeated",
    )
    settings.add_argument(
        "--remove-destination",
        dest="removed_destinations",
        action="append",
        metavar="NAME",
        help="take a destination away; may be repeated",
    )


def _destination(text: str) -> TransferDestination:
    kind, is_named, rest = text.partition(":")
    name, is_numbered, number = rest.rpartition("=")
    if not is_named or not is_numbered or kind not in list(DestinationKind):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no destination; write KIND:NAME=NUMBER like"
            f" 'office:Senator Gray=+12025550100' (kinds: {_KINDS})"
        )
    destination = TransferDestination(
        kind=DestinationKind(kind), name=name.strip(), number=number.translate(_SEPARATORS)
    )
    problem = destination_problem(destination)
    if problem:
        raise argparse.ArgumentTypeError(problem)
    return destination


def with_destinations(campaign: Campaign, args: argparse.Namespace) -> Campaign:
    """The campaign without those that were taken away, and with those that were given."""
    its = {one.name: one for one in campaign.destinations}
    for name in args.removed_destinations or ():
        if name not in its:
            known = ", ".join(f'"{one}"' for one in its) or "none"
            raise UsageError(f'there is no destination "{name}"; the campaign has: {known}.')
        del its[name]
    its |= {one.name: one for one in args.added_destinations or ()}
    return replace(campaign, destinations=tuple(its.values()))


def is_any_destination_given(args: argparse.Namespace) -> bool:
    """Whether any is to be added or taken away."""
    return bool(args.added_destinations or args.removed_destinations)


def destinations_text(destinations: Sequence[TransferDestination]) -> tuple[str, ...]:
    """Each as it can be given again."""
    return tuple(f"{one.kind}:{one.name}={one.number}" for one in destinations)
