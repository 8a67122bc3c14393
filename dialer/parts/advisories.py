"""Asterisk's published security advisories that concern a dialer, and which of them a version has.

The table is data: an advisory names, for every branch that got the fix, the first version with it.
Called by `doctor`; extend it when Asterisk's maintainers publish a new one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

Version = tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Advisory:
    """One published flaw, or several that were fixed together."""

    name: str
    what: str
    fixed_in: tuple[Version, ...]


ADVISORIES = (
    Advisory(name="CVE-2023-49294", what="AMI GetConfig reads files outside its directory",
             fixed_in=((20, 5, 1), (21, 0, 1))),
    Advisory(name="CVE-2023-49786", what="a DTLS hello stops a call's media",
             fixed_in=((20, 5, 1), (21, 0, 1))),
    Advisory(name="CVE-2024-42365", what="AMI write=originate runs programs",
             fixed_in=((20, 9, 2), (21, 4, 2), (22, 0, 0))),
    Advisory(name="CVE-2024-42491", what="a malformed name answer crashes the SIP resolver",
             fixed_in=((20, 9, 3), (21, 4, 3), (22, 0, 0))),
    Advisory(name="CVE-2024-53566", what="AMI ListCategories reads files outside its directory",
             fixed_in=((20, 11, 1), (21, 6, 1), (22, 1, 1))),
    Advisory(name="CVE-2025-47779", what="a SIP user can pose as another in MESSAGE",
             fixed_in=((20, 14, 1), (21, 9, 1), (22, 4, 1))),
    Advisory(name="CVE-2025-47780", what="cli_permissions.conf does not hold",
             fixed_in=((20, 14, 1), (21, 9, 1), (22, 4, 1))),
    Advisory(name="CVE-2025-49832", what="a forged STIR/SHAKEN header crashes it",
             fixed_in=((20, 15, 1), (21, 10, 1), (22, 5, 1))),
    Advisory(name="CVE-2025-57767", what="a malformed Authorization header crashes it",
             fixed_in=((20, 15, 2), (21, 10, 2), (22, 5, 2))),
    Advisory(name="CVE-2026-23738 to -23741", what="httpstatus scripting, XML entities, core dumps",
             fixed_in=((20, 18, 2), (21, 12, 1), (22, 8, 2))),
    Advisory(name="pjproject in 22.10.0", what="14 flaws in the SIP and media library",
             fixed_in=((20, 20, 0), (22, 10, 0))),
    Advisory(name="20 advisories in 22.10.1",
             what="SIP over TCP use after free, AMI digest crash, and more",
             fixed_in=((20, 20, 1), (22, 10, 1))),
)  # fmt: skip


def unfixed(version: Sequence[int]) -> list[Advisory]:
    """The advisories that a version still has; a branch that got no fix counts as unfixed."""
    return [advisory for advisory in ADVISORIES if not _is_fixed(advisory, tuple(version))]


def _is_fixed(advisory: Advisory, version: Version) -> bool:
    if not version:
        return False
    for fixed in advisory.fixed_in:
        if fixed[0] == version[0]:
            return version >= fixed
    return version[0] > max(fixed[0] for fixed in advisory.fixed_in)
