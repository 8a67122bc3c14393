"""`callbank health`: asks the running daemon whether it can work; for supervisors of processes."""

import argparse
import json

from dialer.cli.client import daemon_of
from dialer.cli.database import settings_of
from dialer.errors import CallbankError
from dialer.parts.secrets import load_secrets

LACKS = {"link_is_up": "Asterisk", "store_is_up": "the database"}


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `callbank health`."""
    parser.add_argument("--json", action="store_true", help="print what the daemon says as JSON")


def run(args: argparse.Namespace) -> int:
    """0 when it can dial; 1 when it cannot, or when nobody answers."""
    settings = settings_of(args)
    said = daemon_of(settings, load_secrets(settings.home)).health()
    if not said.keys() >= LACKS.keys():
        raise CallbankError(
            f"what answers on port {settings.web.port} is not Callbank's daemon: stop it, or set"
            " [web] port."
        )
    if args.json:
        print(json.dumps(said, indent=2))
    lacking = [name for key, name in LACKS.items() if not said[key]]
    if lacking:
        raise CallbankError(f"the phone bank runs without {' and '.join(lacking)}: see its log.")
    if not args.json:
        print("The phone bank can work.")
    return 0
