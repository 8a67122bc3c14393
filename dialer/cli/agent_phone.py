"""`callbank agent phone` and `callbank agent token`: what a volunteer types into his softphone.

Both are derived from the installation's secrets, so they need no running daemon and can be shown
again at any time.
"""

import argparse
import json
import socket

from dialer.cli.announce import announce
from dialer.cli.database import settings_of
from dialer.config import LOOPBACK, Settings
from dialer.house import phone_of, tokens_of
from dialer.parts.secrets import load_secrets
from dialer.storage.admin import Administration

WILDCARDS = ("0.0.0.0", "::", "*")

_NOWHERE = ("192.0.2.1", 9)
"""A documentation address: asking which way leads there sends nothing."""


async def show_token(administration: Administration, args: argparse.Namespace) -> int:
    """The bearer token of his softphone page and of the HTTP API."""
    agent = await administration.agent(args.name)
    token = tokens_of(load_secrets(args.home)).agent_token(agent.id)
    print(json.dumps({"id": agent.id, "name": agent.name, "token": token}) if args.json else token)
    return 0


async def show_phone(administration: Administration, args: argparse.Namespace) -> int:
    """Server, user name and password for a softphone or a desk telephone."""
    settings = settings_of(args)
    agent = await administration.agent(args.name)
    its = {
        "name": agent.name,
        "server": server_of(settings),
        "port": settings.sip.port,
        "transports": ["udp", "tcp"],
        "user": agent.extension,
        "password": phone_of(agent, load_secrets(args.home)).password,
        "codecs": ["PCMU", "PCMA"],
    }
    if args.json:
        print(json.dumps(its))
    else:
        print(f"SIP server:    {its['server']}:{its['port']} (UDP or TCP)")
        print(f"SIP user:      {its['user']}")
        print(f"SIP password:  {its['password']}")
        print("Codecs:        PCMU (G.711 u-law), PCMA (G.711 A-law)")
    if settings.sip.bind in LOOPBACK:
        announce(
            "only telephones on this machine reach that address: set [sip] bind = "
            '"0.0.0.0" in callbank.toml and start `callbank serve` again for others.'
        )
    return 0


def server_of(settings: Settings) -> str:
    """The address under which telephones reach our Asterisk."""
    if settings.sip.external_address:
        return settings.sip.external_address
    return this_machine() if settings.sip.bind in WILDCARDS else settings.sip.bind


def this_machine() -> str:
    """Our address towards the network; the host's name where there is no way out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_NOWHERE)
        except OSError:
            return socket.getfqdn()
        return str(probe.getsockname()[0])
