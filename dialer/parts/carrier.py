"""The simulated telephone network: which number behaves how, and its Asterisk's configuration.

A second Asterisk plays the called persons, machines and dead lines for demo, tests and benchmarks,
and also runs the bot volunteers' SIP telephones. What a number does is a function of the seed and
the number alone: `behaviour_of` and `fate_of` here, and the same arithmetic in
asterisk-config/carrier/.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from pathlib import Path

from dialer.parts.render import AgentPhone
from dialer.parts.speech import (
    AGENT_PHRASES,
    BEEP,
    FAX_ANSWER,
    NOT_IN_SERVICE,
    PERSON_PHRASES,
    PERSONS,
    SIT,
    VOICEMAIL_GREETINGS,
    SpeechTools,
    Voice,
    sound_name,
    speak,
    tone_file,
)
from dialer.parts.templates import (
    TEMPLATES,
    Rendered,
    check,
    make_home,
    render_files,
    values_of,
)


class Behaviour(StrEnum):
    """What a called number does. The values are contexts in the carrier's dialplan."""

    PERSON_HELLO = "person_hello"  # says hello, talks, hangs up; leaves when he hears silence
    EARLY_HANGUP = "early_hangup"  # answers and hangs up within a second
    VOICEMAIL = "voicemail"  # greeting, beep, then it records
    BUSY = "busy"  # 486
    NO_ANSWER = "no_answer"  # rings on
    NOT_IN_SERVICE = "not_in_service"  # 404
    SIT_EARLY = "sit_early"  # SIT and announcement before the answer, then 404
    SIT_ANSWERED = "sit_answered"  # SIT and announcement on an answered line
    CONGESTION = "congestion"  # 503
    DECLINED = "declined"  # 603
    UNWANTED = "unwanted"  # 607
    REJECTED = "rejected"  # 608
    FAX = "fax"  # CED tone
    SLOW_ANSWER = "slow_answer"  # a person, after a long ring
    DIES_MIDCALL = "dies_midcall"  # a person; the line fails under him
    LATE_ANSWER = "late_answer"  # a person, after everybody else would have given up
    PERSON_PATIENT = "person_patient"  # says hello, then stays silent until we hang up
    PERSON_OPTS_OUT = "person_opts_out"  # says hello, hears a voice, presses 9
    PERSON_SILENT = "person_silent"  # answers and never says a word
    PERSON_ECHOES = "person_echoes"  # says hello, then all that he hears, until we hang up


FORCED = tuple(Behaviour)
"""Numbers NXX-555-01bb do the bb-th of these, whatever the seed; beyond them the mix decides."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CarrierMix:
    """How often numbers behave how (weights need no particular sum), and how long things take."""

    seed: int = 1
    weights: tuple[tuple[Behaviour, int], ...] = (
        (Behaviour.PERSON_HELLO, 190),
        (Behaviour.EARLY_HANGUP, 15),
        (Behaviour.VOICEMAIL, 320),
        (Behaviour.BUSY, 35),
        (Behaviour.NO_ANSWER, 240),
        (Behaviour.NOT_IN_SERVICE, 50),
        (Behaviour.SIT_EARLY, 15),
        (Behaviour.SIT_ANSWERED, 10),
        (Behaviour.CONGESTION, 10),
        (Behaviour.DECLINED, 20),
        (Behaviour.UNWANTED, 5),
        (Behaviour.REJECTED, 5),
        (Behaviour.FAX, 10),
        (Behaviour.SLOW_ANSWER, 50),
        (Behaviour.DIES_MIDCALL, 10),
        (Behaviour.LATE_ANSWER, 15),
    )
    ring_s: tuple[float, float] = (1.0, 8.0)
    slow_ring_s: tuple[float, float] = (10.0, 14.0)
    late_ring_s: float = 45.0
    talk_s: tuple[float, float] = (8.0, 40.0)
    early_talk_s: tuple[float, float] = (0.2, 0.83)  # how long an EARLY_HANGUP stays
    volunteers_speak: bool = True  # else their telephones send silence, as cheaply as can be
    patience_s: tuple[int, int] = (2, 4)  # how long a person listens to silence


@dataclass(frozen=True, kw_only=True, slots=True)
class CarrierSettings:
    """The carrier's Asterisk. It speaks to loopback addresses only."""

    home: Path
    module_dir: Path
    data_dir: Path
    sounds: Path  # where speech and tones are kept
    sip_port: int = 5070
    rtp_start: int = 20002
    rtp_end: int = 30000
    pbx_port: int = 5060  # where the bots register
    max_files: int = 65536
    trunk_password: str = ""  # of the endpoint "locked", which challenges every call


@dataclass(frozen=True, kw_only=True, slots=True)
class Fate:
    """What a number's dice say, whether or not its behaviour asks for it."""

    behaviour: Behaviour
    ring_s: float  # of a SLOW_ANSWER the slow ring
    talk_s: float  # a person's, from when he has heard somebody
    patience_s: int
    voice: int  # which of PERSONS
    voicemail: int  # which of VOICEMAIL_GREETINGS
    early_talk_s: float  # of an EARLY_HANGUP
    breaks_off_s: float  # of DIES_MIDCALL, from the end of his greeting


def behaviour_of(number: str, mix: CarrierMix) -> Behaviour:
    """What the number (digits, `+` or not) does."""
    return fate_of(number, mix).behaviour


def fate_of(number: str, mix: CarrierMix) -> Fate:
    """What the number (digits, `+` or not) does, and how long it takes."""
    digits = "".join(letter for letter in number if letter.isdigit())
    hashed = hashlib.md5(f"{mix.seed}:{digits}".encode(), usedforsecurity=False).hexdigest()
    dice = "".join(letter for letter in hashed if letter.isdigit()) + digits
    behaviour = _behaviour(digits, int(dice[:4]), mix)
    is_slow = behaviour is Behaviour.SLOW_ANSWER
    patience_from_s, patience_to_s = mix.patience_s
    return Fate(
        behaviour=behaviour,
        ring_s=_between(mix.slow_ring_s if is_slow else mix.ring_s, int(dice[4:7]) / 1000),
        talk_s=_between(mix.talk_s, int(dice[5:8]) / 1000),
        patience_s=patience_from_s + int(dice[7:9]) % (patience_to_s - patience_from_s + 1),
        voice=int(dice[6:8]) % len(PERSONS),
        voicemail=int(dice[6:8]) % len(VOICEMAIL_GREETINGS),
        early_talk_s=_between(mix.early_talk_s, int(dice[8]) / 9),
        breaks_off_s=1.0 + 0.25 * int(dice[8]),
    )


def _behaviour(digits: str, draw: int, mix: CarrierMix) -> Behaviour:
    if digits[-7:-2] == "55501" and int(digits[-2:]) < len(FORCED):
        return FORCED[int(digits[-2:])]
    for behaviour, limit in thresholds(mix):
        if draw < limit:
            return behaviour
    raise AssertionError("the last threshold is above every draw")


def _between(span: tuple[float, float], share: float) -> float:
    return span[0] + (span[1] - span[0]) * share


def thresholds(mix: CarrierMix) -> tuple[tuple[Behaviour, int], ...]:
    """For each behaviour of the mix the draw (0 to 9999) below which it is taken."""
    total = sum(weight for _, weight in mix.weights)
    limits = accumulate(weight for _, weight in mix.weights)
    return tuple(
        (behaviour, limit * 10000 // total)
        for (behaviour, _), limit in zip(mix.weights, limits, strict=True)
    )


_SHARED = (
    "asterisk",
    "logger",
    "rtp",
    "cdr",
    "cel",
    "indications",
    "udptl",
    "acl",
    "sorcery",
    "pjproject",
    "ccss",
)

_OWN = ("modules", "pjsip", "extensions", "manager", "http", "features")


def render_carrier(
    settings: CarrierSettings,
    mix: CarrierMix,
    tools: SpeechTools,
    *,
    bots: Sequence[AgentPhone] = (),
) -> Rendered:
    """Write the carrier's configuration below `settings.home`, and its sounds."""
    into = make_home(settings.home)
    check(settings, "the carrier's settings")
    for bot in bots:
        check(bot, f"bot {bot.extension!r}")
    values = {
        **values_of(settings),
        **_sounds(settings.sounds, tools),
        "transmits_silence": True,
        "external_address": "",
        "local_address": "",
        "mix": mix,
        "thresholds": thresholds(mix),
        "forced": FORCED,
    }
    shared = render_files([f"{name}.conf" for name in _SHARED], values, into)
    own = render_files(
        [f"{name}.conf" for name in _OWN], values, into, folder=TEMPLATES / "carrier"
    )
    return (
        shared
        + own
        + render_bots(bots, settings.pbx_port, into)
    )


def render_bots(bots: Sequence[AgentPhone], pbx_port: int, into: Path) -> Rendered:
    """Write the bot volunteers' registrations into the carrier's etc directory."""
    values = {"bots": bots, "pbx_port": pbx_port}
    return render_files(["pjsip_bots.conf"], values, into, folder=TEMPLATES / "carrier")


def _sounds(into: Path, tools: SpeechTools) -> dict[str, object]:
    def said(text: str, voice: Voice) -> str:
        return sound_name(speak(text, voice, into, tools))

    answering = Voice(name="en-us+m2", words_per_minute=165)
    return {
        "greetings": [said(text, voice) for voice, text in PERSONS],
        "phrases": [
            said(text, PERSONS[number % len(PERSONS)][0])
            for number, text in enumerate(PERSON_PHRASES)
        ],
        "agent_phrases": [said(text, Voice(name="en-us+f1")) for text in AGENT_PHRASES],
        "voicemails": [said(text, answering) for text in VOICEMAIL_GREETINGS],
        "not_in_service": said(NOT_IN_SERVICE, Voice(name="en-us+f3")),
        "beep": sound_name(tone_file("beep", BEEP, into)),
        "sit": sound_name(tone_file("sit", SIT, into)),
        "fax": sound_name(tone_file("fax-answer", FAX_ANSWER, into)),
    }
