"""A SIP telephone in tests: an Asterisk of its own that registers as any softphone or desk phone.

`SipTelephone` is given nothing but the line that a page's QR code holds. It picks up by itself, as
many desk phones can. `whistle` has a party of a call make a tone, and writes down what it hears.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dialer.parts.carrier import CarrierMix, CarrierSettings, render_carrier
from dialer.parts.processes import free_ports
from dialer.parts.render import AgentPhone
from tests.asterisk.e2e.venue import Venue
from tests.asterisk.harness import AsteriskProcess, speech_tools

ADDRESS = re.compile(r"sip:([^:@]+):([^:@]+)@([0-9.]+):([0-9]+)")
"""User, password, host, port, as softphones read them."""

RTP = (31000, 31998)
HERE = "127.0.0.1"
"""Where it looks for its registrar; it cannot go elsewhere."""

Console = Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class SipTelephone:
    """One that is switched on."""

    user: str
    asterisk: AsteriskProcess

    def registration(self) -> str:
        """What the registrar said last: `Registered`, `Rejected`; or that it was not asked."""
        shown = self.asterisk.run("pjsip show registrations")
        found = re.search(rf"bot-{self.user}/\S+ +\S+ +(\w+)", shown)
        return found[1] if found else ""

    def register(self) -> None:
        """Once more, as it does by itself every two minutes."""
        self.asterisk.run(f"pjsip send register bot-{self.user}")

    def calls(self) -> list[str]:
        """The channels on which it has picked up."""
        listed = self.asterisk.run("core show channels concise").splitlines()
        return [line.split("!")[0] for line in listed if "!Up!" in line]


@contextmanager
def sip_telephone(address: str, venue: Venue, home: Path) -> Iterator[SipTelephone]:
    """A telephone with these credentials; it is switched off at the end."""
    found = ADDRESS.fullmatch(address)
    assert found is not None, "no softphone can read this"
    user, password, host, port = found.groups()
    assert host == HERE
    (own_port,) = free_ports(1)
    settings = CarrierSettings(
        home=home,
        module_dir=venue.stage.program.modules_dir,
        data_dir=venue.stage.program.data_dir,
        sounds=venue.home / "speech",
        sip_port=own_port,
        rtp_start=RTP[0],
        rtp_end=RTP[1],
        pbx_port=int(port),
    )
    line = AgentPhone(extension=user, password=password)
    render_carrier(settings, CarrierMix(), speech_tools(venue.stage.program), bots=[line])
    its = SipTelephone(user=user, asterisk=AsteriskProcess(venue.stage.program, home))
    its.asterisk.start()
    try:
        yield its
    finally:
        its.asterisk.stop()


def whistle(console: Console, channel: str, tone: str, heard: Path) -> None:
    """The party of that channel makes this tone over and over, and what it hears is kept."""
    console("module load app_mixmonitor.so")
    name = heard.stem
    console(f"dialplan add extension {name},1,Playback,{tone} into whistling")
    console(f"dialplan add extension {name},2,Goto,1 into whistling")
    console(f"mixmonitor start {channel} {heard.with_suffix('.all.wav')},r({heard})")
    console(f"channel redirect {channel} whistling,{name},1")
