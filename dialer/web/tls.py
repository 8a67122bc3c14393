"""The web server's own certificate, for those who have no reverse proxy before it.

`Certificate` gives the context for `https`, and takes a renewed certificate over while the server
runs: connections that begin after that get the new one.
"""

import asyncio
import logging
import ssl
from dataclasses import dataclass, field
from pathlib import Path

from dialer.errors import CallbankError

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 10.0


@dataclass(kw_only=True)
class Certificate:
    """A certificate (PEM, with what leads to its authority) and its key, in files."""

    certificate: Path
    key: Path
    context: ssl.SSLContext = field(init=False)
    _seen: tuple[float, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Raises CallbankError with a sentence when it cannot be used."""
        self._seen = self._changed_at()
        self.context = self._read()

    async def keep_current(self) -> None:
        """Take over what is renewed, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            await asyncio.to_thread(self.look)

    def look(self) -> None:
        """Take over a changed certificate; one that cannot be used is told, once."""
        try:
            now = self._changed_at()
            if now == self._seen:
                return
            self._seen = now
            self._read()  # whole and fitting, before the one in use is touched
            self.context.load_cert_chain(self.certificate, self.key)
            logger.info("the certificate %s is taken over", self.certificate)
        except CallbankError as error:
            logger.error("The certificate in use is kept: %s", error)
        except OSError as error:  # changed between two looks: the next one sees it whole
            self._seen = ()
            logger.error("The certificate in use is kept: %s", error)

    def _read(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.load_cert_chain(self.certificate, self.key, password=_no_password)
        except ssl.SSLError as error:
            raise CallbankError(self._why_not(error)) from error
        return context

    def _why_not(self, error: ssl.SSLError) -> str:
        if error.reason == "KEY_VALUES_MISMATCH":
            return f"{self.key} is not the key of {self.certificate}: see [web] key."
        return (
            f"{self.certificate} and {self.key} are no certificate and key in PEM form, the key"
            " without a password: see [web] certificate and key."
        )

    def _changed_at(self) -> tuple[float, ...]:
        found: list[float] = []
        for path in (self.certificate, self.key):
            try:
                with path.open("rb"):
                    found.append(path.stat().st_mtime)
            except OSError as error:
                raise CallbankError(
                    f"{path} cannot be read ({error.strerror}): see [web] certificate and key."
                ) from error
        return tuple(found)


def _no_password() -> str:
    """A daemon has nobody to ask, and must not wait for one at its terminal."""
    return ""
