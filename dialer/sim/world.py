"""What a simulated world is like, as values: carrier, list, floor of volunteers, detector, faults.

The defaults are the reference model of pacing-and-amd.md A2a. scenario.py reads these from a
file, swarm.py draws them by lot; everything else in the simulator obeys them. Rates are shares
(0 to 1); `per_hour` is for each volunteer, trunk or floor as the field says. 0 turns a thing off.
"""

from dataclasses import dataclass
from enum import StrEnum

from dialer.domain.campaign import AmdMode, DialMethod
from dialer.domain.lead import LineType


class EndKind(StrEnum):
    """How a line ends that reaches no person."""

    BUSY = "busy"
    NOT_IN_SERVICE = "not_in_service"  # special information tones: the number does not exist
    CONGESTION = "congestion"
    REJECTED = "rejected"
    VOICEMAIL = "voicemail"  # answered by a machine; its time includes the detector's verdict
    NO_ANSWER = "no_answer"


@dataclass(frozen=True, kw_only=True, slots=True)
class LineEnd:
    """A share of the lines that reach nobody, and when these end, counted from the INVITE."""

    kind: EndKind
    share: float
    from_s: float
    to_s: float


REFERENCE_ENDS = (
    LineEnd(kind=EndKind.BUSY, share=0.11, from_s=1.5, to_s=4.0),
    LineEnd(kind=EndKind.NOT_IN_SERVICE, share=0.04, from_s=1.5, to_s=4.0),
    LineEnd(kind=EndKind.VOICEMAIL, share=0.15, from_s=3.0, to_s=6.0),
    LineEnd(kind=EndKind.VOICEMAIL, share=0.30, from_s=18.0, to_s=25.0),
    LineEnd(kind=EndKind.NO_ANSWER, share=0.40, from_s=25.0, to_s=25.0),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class TrunkLaw:
    """One trunk to the network, and how often it fails."""

    name: str = "main"
    channel_limit: int = 5000
    calls_per_second: float = 1000.0
    failures_per_hour: float = 0.0
    failure_s: float = 60.0  # every call on it comes to nothing for so long
    refused_share: float = 0.0  # of its calls, also when it does not fail


@dataclass(frozen=True, kw_only=True, slots=True)
class Carrier:
    """The telephone network and the people behind it.

    A person's telephone rings after `setup_from_s` to `setup_to_s`, and he answers a gamma time
    later, drawn anew while the whole is over `longest_ring_s`. The answer rate swings as
    1 + swing * sin(2 pi h / swing_period_h), h in worked hours; and is multiplied by
    `switch_factor` in every second `switch_every_h` (another list).
    """

    answer_rate: float = 0.2
    setup_from_s: float = 2.0
    setup_to_s: float = 4.0
    ring_shape: float = 2.8
    ring_scale_s: float = 3.0
    longest_ring_s: float = 25.0
    ends: tuple[LineEnd, ...] = REFERENCE_ENDS
    swing: float = 0.0
    swing_period_h: float = 1.5
    switch_every_h: float = 0.0
    switch_factor: float = 0.5
    attempt_factors: tuple[float, ...] = (1.0,)  # of the 1st, 2nd ... attempt; the last repeats
    greeting_from_s: float = 0.0  # how long people say hello; 0 to 0: no speech is heard
    greeting_to_s: float = 0.0
    patience_s: float = 0.0  # mean time until a waiting person hangs up; 0: he waits
    connect_s: float = 0.0  # from our word until person and agent hear each other
    trunks: tuple[TrunkLaw, ...] = (TrunkLaw(),)


@dataclass(frozen=True, kw_only=True, slots=True)
class NumberClass:
    """A part of the list: the kind of line, and how readily it is answered."""

    share: float = 1.0
    line_type: LineType = LineType.LANDLINE
    answer_factor: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Leads:
    """The list. With `count` 0 it never runs out.

    With `odds_to` above 0, people of different areas differ: the answer rate of an area lies
    between `odds_from` and `odds_to`, evenly spread, instead of the carrier's `answer_rate`.
    """

    count: int = 0
    classes: tuple[NumberClass, ...] = (NumberClass(),)
    areas: int = 1
    odds_from: float = 0.0
    odds_to: float = 0.0
    shared_number_share: float = 0.0  # leads whose number is another lead's too


@dataclass(frozen=True, kw_only=True, slots=True)
class Volunteers:
    """The floor: how long calls take, and who comes and goes.

    Talk and wrap-up are lognormal. The number at work follows `shifts` (shares of the team,
    rounded, at least 1) in successive slices of `shift_min` minutes, over and over.
    """

    talk_mean_s: float = 120.0
    talk_cv: float = 1.0
    wrap_mean_s: float = 15.0
    wrap_cv: float = 0.6
    shifts: tuple[float, ...] = (1.0,)
    shift_min: float = 20.0
    pick_up_s: float = 0.0
    breaks_per_hour: float = 0.0
    break_mean_s: float = 300.0
    vanishings_per_hour: float = 0.0
    return_after_s: float = 60.0
    reloads_per_hour: float = 0.0  # of his page, which is his telephone then
    reload_s: float = 3.0
    result_in_talk_share: float = 0.0  # give the result before the person has hung up
    callback_share: float = 0.0  # of conversations: the person wants to be called again later
    not_home_share: float = 0.0  # of conversations: another person answered; tried again
    hangs_up_share: float = 0.0  # of conversations that the volunteer ends, not the person
    transfer_share: float = 0.0  # of conversations: the person is to be put through to an office
    other_language_share: float = 0.0  # of conversations: the person wants to be called in Spanish
    speakers_share: float = 0.0  # of the team: they speak it
    leaves_message_share: float = 0.0  # of machines that he hears: he leaves the recorded message


@dataclass(frozen=True, kw_only=True, slots=True)
class Detector:
    """Answering-machine detection, with its delay and its errors.

    With mode OFF machines are put through, and the volunteer hangs up on them. A detector that
    needs no time and makes no errors is none of ours: as in A2a the line simply ends, and no
    answered call is given up for a machine, which the abandonment ledger would have to doubt.
    """

    mode: AmdMode = AmdMode.GATE
    person_delay_s: float = 0.0  # from answer to verdict
    machine_delay_s: float = 0.0
    person_as_machine: float = 0.0
    machine_as_person: float = 0.0
    volunteer_notices_s: float = 4.0  # until he hangs up on a machine

    def is_ideal(self) -> bool:
        """Whether machines are known for what they are before they have answered."""
        errors = self.person_as_machine or self.machine_as_person
        delays = self.person_delay_s or self.machine_delay_s
        return self.mode is AmdMode.GATE and not errors and not delays


@dataclass(frozen=True, kw_only=True, slots=True)
class Faults:
    """What goes wrong between Asterisk, the engine and the store."""

    event_delay_s: float = 0.0  # each AMI event comes up to so much later
    keeps_order: bool = True  # delayed events still come in their order
    duplicated_share: float = 0.0
    lost_share: float = 0.0
    link_cuts_per_hour: float = 0.0
    link_cut_s: float = 5.0
    crashes_per_hour: float = 0.0
    crash_s: float = 10.0
    store_cuts_per_hour: float = 0.0
    store_cut_s: float = 10.0
    commit_s: float = 0.0  # how long the store takes to write


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """The campaign's settings."""

    dial_method: DialMethod = DialMethod.PROGRESSIVE
    ratio: float = 1.0
    ring_timeout_s: float = 25.0
    wrap_up_limit_s: float = 600.0
    abandon_target: float = 0.01
    abandon_limit: float = 0.03
    warm_up_answers: int = 100
    machine_error_bound: float = 0.0  # what an audit of machine verdicts has shown
    past_answered: int = 1000  # in the abandonment ledger before the evening begins
    has_message: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """A whole world. Times of day are of one zone; work begins at nine."""

    name: str = "stationary"
    carrier: Carrier = Carrier()
    leads: Leads = Leads()
    volunteers: Volunteers = Volunteers()
    detector: Detector = Detector()
    faults: Faults = Faults()
    rules: Rules = Rules()
    burn_in_min: float = 30.0  # not counted; 0 where traffic swings
    day_h: float = 12.0  # work in a day, from nine; the rest of the hours follow next day
    tick_s: float = 1.0  # legal clocks are kept exactly besides
