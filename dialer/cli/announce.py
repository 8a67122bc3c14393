"""How commands say what they do while they do it: on stderr, because results go to stdout."""

import sys


def announce(words: str) -> None:
    print(f"callbank: {words}", file=sys.stderr, flush=True)
