"""`callbank migrate`: bring the database to this version's schema, or say what is missing."""

import argparse
import json

from dialer.cli.announce import announce
from dialer.cli.database import database_url, settings_of
from dialer.storage import migrations

EXIT_PENDING = 1


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `callbank migrate`."""
    only = parser.add_mutually_exclusive_group()
    only.add_argument(
        "--check", action="store_true", help="change nothing; exit code 1 if steps are missing"
    )
    only.add_argument(
        "--sql", action="store_true", help="print all steps as SQL, for an empty database"
    )
    parser.add_argument("--json", action="store_true", help="print the steps as JSON")


def run(args: argparse.Namespace) -> int:
    """Migrate, check or print."""
    if args.sql:
        print(migrations.upgrade_sql())
        return 0
    url = database_url(settings_of(args))
    if args.check:
        steps = migrations.pending_steps(url)
        _say(args, "missing", steps, "the database is up to date.")
        return EXIT_PENDING if steps else 0
    _say(args, "done", migrations.upgrade(url), "the database was up to date.")
    return 0


def _say(args: argparse.Namespace, word: str, steps: tuple[str, ...], otherwise: str) -> None:
    if args.json:
        print(json.dumps({word: list(steps)}))
        return
    for step in steps:
        print(f"{word}: {step}")
    if not steps:
        announce(otherwise)
