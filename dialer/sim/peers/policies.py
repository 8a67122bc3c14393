"""Every policy that the simulator and its benchmark know by name: ours, the peers', the ceiling.

A name may carry a knob after a colon, where the policy has one: `power:2.3`, `vicidial-ratio:1.4`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from dialer.domain.campaign import DialMethod
from dialer.errors import UsageError
from dialer.pacing.by_rule import Progressive, Ratio
from dialer.pacing.floor import Pacer
from dialer.pacing.predictive import Predictive
from dialer.sim.peers.impact import Impact
from dialer.sim.peers.issabel import Issabel
from dialer.sim.peers.omnidialer import Omnidialer
from dialer.sim.peers.one_odds import OneOdds
from dialer.sim.peers.oracle import Oracle
from dialer.sim.peers.power import Power
from dialer.sim.peers.vicidial import Vicidial
from dialer.sim.peers.vicidial_rules import Method, Settings

Factory = Callable[[float | None], Pacer]


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """A way of pacing. The engine asks `pacer` for each of its campaigns."""

    name: str
    says: str
    make: Factory
    method: DialMethod = DialMethod.PREDICTIVE  # what the campaign is set to
    knob_name: str = ""  # "" where there is none
    knob: float | None = None
    abandon_target: float | None = None  # of the campaign; None: the peer knows no target

    def pacer(self) -> Pacer:
        """A new pacer that has learned nothing yet."""
        return self.make(self.knob)


def _vicidial(method: Method, *, available: bool = False) -> Factory:
    return lambda level: Vicidial(
        Settings(method=method, level=level, is_tally_available_only=available)
    )


def _vicidials() -> Iterator[Policy]:
    """VICIdial's methods, each with its two ways of counting agents."""
    for method in Method:
        mode = str(method).removeprefix("ADAPT_").lower().replace("_", "-")
        is_ratio = method is Method.RATIO
        says = f"VICIdial {method}" + ("; level tuned by hand where none is given" * is_ratio)
        knob_name = "level" if is_ratio else "first level"
        yield Policy(
            name=f"vicidial-{mode}", says=says, make=_vicidial(method), knob_name=knob_name
        )
        yield Policy(
            name=f"vicidial-{mode}-available",
            says=f"{says}; with the available-only tally, in which talkers do not count",
            make=_vicidial(method, available=True),
            knob_name=knob_name,
        )


_ALL = (
    Policy(
        name="progressive",
        says="ours: one line for each free agent, who is reserved for it",
        make=lambda _: Progressive(),
        method=DialMethod.PROGRESSIVE,
    ),
    Policy(
        name="ratio",
        says="ours: the campaign's ratio of lines for each free agent, within the budget",
        make=lambda _: Ratio(),
        method=DialMethod.RATIO,
    ),
    Policy(
        name="predictive",
        says="ours: the look-ahead, aiming at the legal limit of abandoned people",
        make=lambda _: Predictive(),
        abandon_target=0.03,
    ),
    Policy(
        name="predictive-1pct",
        says="ours: the look-ahead, aiming at one person in a hundred",
        make=lambda _: Predictive(),
        abandon_target=0.01,
    ),
    Policy(
        name="predictive-one-odds",
        says="ours: the look-ahead, without the odds of each lead",
        make=lambda _: OneOdds(),
        abandon_target=0.03,
    ),
    Policy(
        name="power",
        says="r lines for each idle agent; r tuned by hand where none is given",
        make=Power,
        knob_name="r",
    ),
    *_vicidials(),
    Policy(
        name="omnidialer",
        says="OMniDialer, predictive",
        make=lambda boost: Omnidialer(aggressiveness=boost or 1.0),
        knob_name="aggressiveness",
    ),
    Policy(name="impact", says="Impact Dialing", make=lambda _: Impact()),
    Policy(name="issabel", says="Issabel (Elastix), overcommit on", make=lambda _: Issabel()),
    Policy(
        name="oracle",
        says="the ceiling: our look-ahead, told when every agent will be free",
        make=lambda _: Oracle(),
        abandon_target=0.03,
    ),
)

POLICIES: Mapping[str, Policy] = {policy.name: policy for policy in _ALL}


def policy_named(text: str) -> Policy:
    """The policy of a name, with its knob if one is given."""
    name, colon, knob = text.partition(":")
    policy = POLICIES.get(name)
    if policy is None:
        raise UsageError(f"there is no policy {name!r}; the known ones are {', '.join(POLICIES)}")
    return _turned(policy, knob) if colon else policy


def policies_like(text: str) -> list[str]:
    """The names that a pattern with * or ? fits, or the one name (with its knob) that it is."""
    if not {"*", "?"} & {*text}:
        policy_named(text)
        return [text]
    found = [name for name in POLICIES if fnmatchcase(name, text)]
    if not found:
        raise UsageError(f"no policy fits {text!r}; the known ones are {', '.join(POLICIES)}")
    return found


def _turned(policy: Policy, knob: str) -> Policy:
    if not policy.knob_name:
        raise UsageError(f"the policy {policy.name} has no knob to set to {knob!r}")
    try:
        value = float(knob)
    except ValueError:
        value = 0.0
    if not 0 < value <= 100:
        raise UsageError(
            f"{policy.knob_name} of the policy {policy.name} is a number above 0 and at most 100,"
            f" not {knob!r}"
        )
    return replace(policy, knob=value)
