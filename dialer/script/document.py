"""A document: what a campaign's volunteers read, as it was written, with its version.

Storage keeps documents, the web shows them; `reading` and `conduct` make sense of their bodies.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class DocumentKind(StrEnum):
    """What a document is for."""

    SCRIPT = "script"
    CONDUCT = "conduct"


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A version, and since when it is read. `body` is YAML that could be read when it was given."""

    version: str
    language: str
    since: float
    given_by: str
    body: str


def version_of(body: str) -> str:
    """The name of a version: the same words have the same one."""
    return hashlib.sha256(body.encode()).hexdigest()[:12]
