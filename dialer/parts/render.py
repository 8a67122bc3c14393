"""Asterisk's configuration, rendered from asterisk-config/ into the data directory.

`render_pbx` writes everything; `render_trunks`, `render_agents` and `render_queues` only the file
that changes when one is added, so that the reload which they name never drops a live call.
Called by the composition root, `doctor` and the tests.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dialer.parts.templates import (
    BANNER,
    TEMPLATES,
    Rendered,
    RenderError,
    check,
    check_unique,
    environment,
    make_home,
    render_files,
    values_of,
)

AMI_USER = "callbank"
METRICS_USER = "prometheus"
"""The user of Asterisk's own metrics, `/metrics` of its web server."""

AMI_EVENTS = (
    "FullyBooted",
    "Shutdown",
    "Newchannel",
    "Newstate",
    "OriginateResponse",
    "Hangup",
    "BridgeEnter",
    "BridgeLeave",
    "ChannelTalkingStart",
    "ChannelTalkingStop",
    "QueueCallerJoin",
    "QueueCallerLeave",
    "QueueCallerAbandon",
    "UserEvent",
    "ContactStatus",
)
"""The kinds of AMI events that Callbank parses; manager.conf lets no other through."""

# --- what is rendered -----------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class PbxSettings:
    """Callbank's own Asterisk: its directories, addresses and limits."""

    home: Path  # etc, run, log, spool, lib, db are made below it
    module_dir: Path
    data_dir: Path  # Asterisk's astdatadir, with documentation and sounds
    sip_host: str = "127.0.0.1"
    sip_port: int = 5060
    ami_host: str = "127.0.0.1"
    ami_port: int = 5038
    http_host: str = "127.0.0.1"
    http_port: int = 8088
    agi_host: str = "127.0.0.1"
    agi_port: int = 4573
    rtp_start: int = 10000
    rtp_end: int = 20000
    session_limit: int = 2500  # 1,000 browsers and room for those that come back
    max_files: int = 65536
    local_networks: tuple[str, ...] = ()
    local_address: str = ""
    external_address: str = ""  # set when Asterisk stands behind NAT
    optout_prompt: str = ""  # sound file without its ending
    tick: str = ""  # sound file without its ending: a person arrives, to who has no screen
    messages_dir: str = ""  # where the messages for callers are, inbound-<digits>.wav


@dataclass(frozen=True, kw_only=True, slots=True)
class PbxSecrets:
    """What only Asterisk and the daemon know."""

    ami_secret: str
    agi_token: str
    metrics_password: str = ""  # of METRICS_USER, who scrapes Asterisk; empty: nobody does


@dataclass(frozen=True, kw_only=True, slots=True)
class SipTrunk:
    """A trunk as PJSIP sees it. `endpoint` is its name in Originate's channel."""

    endpoint: str
    host: str
    port: int = 5060
    transport: str = "udp"
    username: str = ""
    password: str = ""
    registers: bool = False
    from_user: str = ""
    from_domain: str = ""
    inbound_addresses: tuple[str, ...] = ()
    codecs: tuple[str, ...] = ("ulaw", "alaw")
    sends_pai: bool = False
    qualify_s: int = 30  # 0: never ask whether it is there


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentPhone:
    """An agent's telephone: a SIP client, or the softphone in his browser."""

    extension: str
    password: str
    is_browser: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class CampaignQueue:
    """A campaign's queue. Of two queues with a waiting person the heavier is served first."""

    campaign_id: int
    weight: int = 0


# --- rendering ------------------------------------------------------------------------------


def render_pbx(
    settings: PbxSettings,
    secrets: PbxSecrets,
    *,
    trunks: Sequence[SipTrunk] = (),
    agents: Sequence[AgentPhone] = (),
    campaigns: Sequence[CampaignQueue] = (),
) -> Rendered:
    """Write all of the pbx's configuration below `settings.home`."""
    into = make_home(settings.home)
    check(settings, "the telephone settings")
    check(secrets, "secrets.json")
    values = {
        **values_of(settings),
        **_ami_values(secrets.ami_secret, _loopback_permits(settings.ami_host)),
        "agi_token": secrets.agi_token,
        "metrics_user": METRICS_USER,
        "metrics_password": secrets.metrics_password,
        "transmits_silence": False,
    }
    own = {
        path.name.removesuffix(".j2")
        for path in TEMPLATES.glob("*.conf.j2")
        if path.name not in _PARTS
    }
    rendered = render_files(own, values, into)
    return (
        rendered
        + render_trunks(trunks, into)
        + render_agents(agents, into)
        + render_queues(campaigns, into)
    )


_PARTS = frozenset(
    {
        "manager_user.conf.j2",
        "dialplan.conf.j2",
        "pjsip_trunks.conf.j2",
        "pjsip_agents.conf.j2",
        "queues_campaigns.conf.j2",
    }
)
"""Templates that others include, or that have a function of their own here."""


def render_trunks(trunks: Sequence[SipTrunk], into: Path) -> Rendered:
    """Write pjsip_trunks.conf into Asterisk's etc directory."""
    for trunk in trunks:
        check(trunk, f"trunk {trunk.endpoint!r}")
        if trunk.registers and not trunk.username:
            raise RenderError(f"Trunk {trunk.endpoint!r} cannot register: it has no username.")
    check_unique("trunk", [trunk.endpoint for trunk in trunks])
    values = {"trunks": trunks, "names_transports": True}
    return render_files(["pjsip_trunks.conf"], values, into)


def render_agents(agents: Sequence[AgentPhone], into: Path) -> Rendered:
    """Write pjsip_agents.conf into Asterisk's etc directory."""
    for agent in agents:
        check(agent, f"agent {agent.extension!r}")
    check_unique("agent extension", [agent.extension for agent in agents])
    return render_files(["pjsip_agents.conf"], {"agents": agents}, into)


def render_queues(campaigns: Sequence[CampaignQueue], into: Path) -> Rendered:
    """Write queues_campaigns.conf into Asterisk's etc directory."""
    check_unique("campaign", [str(campaign.campaign_id) for campaign in campaigns])
    return render_files(["queues_campaigns.conf"], {"campaigns": campaigns}, into)


def render_includes(
    settings: PbxSettings,
    secrets: PbxSecrets,
    *,
    trunks: Sequence[SipTrunk] = (),
    agents: Sequence[AgentPhone] = (),
    campaigns: Sequence[CampaignQueue] = (),
    ami_permit: Sequence[str] = ("127.0.0.1/255.255.255.255",),
    ami_username: str = AMI_USER,
) -> dict[str, str]:
    """What an operator's own Asterisk or FreePBX needs: file name -> text to append to it."""
    check(settings, "the telephone settings")
    check(secrets, "secrets.json or [ami] password")
    for part in (*trunks, *agents):
        check(part, "an entry")
    values = {**values_of(settings), **_ami_values(secrets.ami_secret, ami_permit)}
    values |= {"agi_token": secrets.agi_token, "banner": BANNER}
    values |= {"trunks": trunks, "agents": agents, "campaigns": campaigns}
    values |= {"ami_username": ami_username, "names_transports": False}
    templates = environment(TEMPLATES)
    return {
        name: templates.get_template(f"includes/{name}.j2").render(values)
        for name in (
            "extensions_custom.conf",
            "pjsip_custom.conf",
            "queues_custom.conf",
            "manager_custom.conf",
        )
    }


def _ami_values(secret: str, permit: Sequence[str]) -> dict[str, object]:
    return {
        "ami_username": AMI_USER,
        "ami_secret": secret,
        "ami_permit": tuple(permit),
        "ami_events": AMI_EVENTS,
    }


def _loopback_permits(host: str) -> tuple[str, ...]:
    if host in {"127.0.0.1", "localhost"}:
        return ("127.0.0.1/255.255.255.255",)
    return ("127.0.0.1/255.255.255.255", f"{host}/255.255.255.255")
