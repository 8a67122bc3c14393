"""What a volunteer reads: the campaign's code of conduct, or the shipped one, and its script."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from dialer.script.conduct import Conduct, read_conduct
from dialer.script.document import Document, DocumentKind, version_of
from dialer.script.language import Script
from dialer.script.reading import read_script
from dialer.web.volunteer.ports import Documents

LANGUAGES = ("en", "es")
"""In which the page speaks; the first one where nothing else is known."""

SHIPPED = Path(__file__).parent.parent / "conduct"


async def conduct(documents: Documents, campaign_id: int, language: str) -> tuple[Conduct, str]:
    """The code of conduct in that language or else another, and its version."""
    own = await documents.current(campaign_id, DocumentKind.CONDUCT)
    kept = own or _shipped()
    chosen = _in(kept, language)
    assert chosen is not None  # the shipped ones are always there
    return read_conduct(chosen.version, chosen.body), chosen.version


async def script(
    documents: Documents, campaign_id: int, language: str
) -> tuple[Script, str] | None:
    """The script in that language or else another, and its version; None where there is none."""
    chosen = _in(await documents.current(campaign_id, DocumentKind.SCRIPT), language)
    return None if chosen is None else (_script(chosen.version, chosen.body), chosen.version)


@dataclass(frozen=True, kw_only=True, slots=True)
class Readings:
    """The same for who leads volunteers by telephone (keypad/ports.py)."""

    documents: Documents

    async def conduct(self, campaign_id: int, language: str) -> tuple[Conduct, str]:
        """The code of conduct in that language or else another, and its version."""
        return await conduct(self.documents, campaign_id, language)

    async def script(self, campaign_id: int, language: str) -> tuple[Script, str] | None:
        """The script in that language or else another, and its version."""
        return await script(self.documents, campaign_id, language)

    async def script_languages(self, campaign_id: int) -> tuple[str, ...]:
        """The languages in which there is a script."""
        return tuple(await self.documents.current(campaign_id, DocumentKind.SCRIPT))


def _in(kept: Mapping[str, Document], language: str) -> Document | None:
    usual = next(iter(kept.values()), None)
    return kept.get(language) or kept.get(LANGUAGES[0]) or usual


@lru_cache(maxsize=64)
def _script(version: str, body: str) -> Script:
    return read_script(version, body)


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, Document]:
    bodies = {name: (SHIPPED / f"{name}.yaml").read_text(encoding="utf-8") for name in LANGUAGES}
    return {
        name: Document(
            version=version_of(body), language=name, since=0.0, given_by="callbank", body=body
        )
        for name, body in bodies.items()
    }
