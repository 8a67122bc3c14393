"""Who runs the command, for what is written down with his name."""

import getpass
import os


def operator() -> str:
    """His login."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return f"user {os.getuid()}"
