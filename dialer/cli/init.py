"""`callbank init`: writes once what Docker Compose or systemd needs; needs no installed package."""

import argparse
import json
import re
from pathlib import Path

from dialer.cli.announce import announce
from dialer.errors import UsageError
from dialer.parts.stack_files import StackPlan, write_stack
from dialer.parts.systemd import install, unit_files

CHECKOUT = Path(__file__).resolve().parents[2]
SYSTEMD_HOME = Path("/var/lib/callbank")
ROOT = Path("/")


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `callbank init`."""
    parser.add_argument(
        "--site", default="localhost", metavar="NAME",
        help="the host name that browsers use; a public one gets a certificate (localhost)",
    )  # fmt: skip
    parser.add_argument(
        "--alerts-to", default="", metavar="URL", help="the chat webhook that alerts are sent to"
    )
    parser.add_argument(
        "--demo", action="store_true", help="settings for docker compose --profile demo"
    )
    parser.add_argument(
        "--systemd", action="store_true", help="print units for a machine without containers"
    )
    parser.add_argument(
        "--install", action="store_true", help="with --systemd: write them into /etc (as root)"
    )
    parser.add_argument("--json", action="store_true", help="print the files' names as JSON")


def run(args: argparse.Namespace) -> int:
    """Write the files, or print the units; 2 when they are there already."""
    if args.install and not args.systemd:
        raise UsageError("--install belongs to --systemd.")
    if args.systemd:
        return _systemd(args)
    if not re.fullmatch(r"[A-Za-z0-9.:-]{1,253}", args.site):
        raise UsageError(f"--site must be a host name or an address, not {args.site!r}.")
    if not re.fullmatch(r"(https?://[^\s\"']+)?", args.alerts_to):
        raise UsageError("--alerts-to must be an address such as https://chat.example/hooks/1.")
    written = write_stack(
        StackPlan(
            home=args.home,
            environment_file=CHECKOUT / ".env",
            site=args.site,
            is_demo=args.demo,
            alerts_to=args.alerts_to,
        )
    )
    _say(args, written)
    announce("start it: docker compose " + ("--profile demo " if args.demo else "") + "up -d")
    return 0


def _systemd(args: argparse.Namespace) -> int:
    files = unit_files(CHECKOUT, SYSTEMD_HOME)
    if not args.install:
        for place, text in files.items():
            print(f"# /{place}\n{text}")
        return 0
    _say(args, install(files, ROOT))
    announce(
        "start it: systemd-sysusers && systemctl daemon-reload && systemctl enable --now callbank"
    )
    return 0


def _say(args: argparse.Namespace, written: tuple[Path, ...]) -> None:
    if args.json:
        print(json.dumps({"written": [str(path) for path in written]}, indent=2))
        return
    for path in written:
        print(f"written: {path}")
