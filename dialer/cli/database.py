"""The database for commands: the configured one or the embedded one, and never half migrated.

The embedded database is ours alone, so it is brought up to date on the way; a server that the
operator named is his, and he is told to run `callbank migrate`.
"""

import argparse
import os
from pathlib import Path

from dialer.cli.announce import announce
from dialer.config import Settings, load_settings
from dialer.errors import CallbankError
from dialer.parts import postgres
from dialer.storage import migrations


def settings_of(args: argparse.Namespace) -> Settings:
    """The settings of the data directory that the command line means."""
    home: Path = args.home
    return load_settings(os.environ, home=home)


def database_url(settings: Settings) -> str:
    """The URL of a database that answers, whatever its schema."""
    return postgres.open_database(settings, announce)


def ready_database_url(settings: Settings) -> str:
    """The URL of a database that answers and has this version's schema."""
    url = database_url(settings)
    pending = migrations.pending_steps(url)
    if not pending:
        return url
    if settings.database_url is not None:
        raise CallbankError(
            f"the database lacks {len(pending)} steps of its schema: run `callbank migrate`."
        )
    migrations.upgrade(url)
    return url
