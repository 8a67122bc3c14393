"""Codes by which a volunteer's telephone and his page find each other.

His page shows one, he calls us and types it; or his telephone says one and he types it on a page.
It is good once and for a quarter of an hour, and is kept nowhere but here: after a restart he asks
for another.
"""

import secrets

from dialer.domain.volunteer import KEYPAD_DIGITS

LASTS_S = 900.0


class DialInCodes:
    """The codes that are good now, each with a volunteer's extension."""

    def __init__(self) -> None:
        self._codes: dict[str, tuple[str, float]] = {}  # extension, until when

    def code(self, extension: str, now: float) -> str:
        """A new code; one given to him before is good no more."""
        self._codes = {
            code: (whose, until)
            for code, (whose, until) in self._codes.items()
            if whose != extension and until > now
        }
        while True:
            code = f"{secrets.randbelow(10**KEYPAD_DIGITS):0{KEYPAD_DIGITS}d}"
            if code not in self._codes:
                self._codes[code] = (extension, now + LASTS_S)
                return code

    def take(self, code: str, now: float) -> str:
        """The extension whose code it is, which is used up by that; empty for any other."""
        extension, until = self._codes.pop(code, ("", 0.0))
        return extension if until > now else ""
