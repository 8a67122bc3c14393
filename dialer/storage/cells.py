"""Values as cells of a table that people open in a spreadsheet. For exports."""

import json
from datetime import datetime

FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n")
KEPT_AS_THEY_ARE = ("e164", "caller_id", "calling_number", "called_number")
"""Telephone numbers begin with + and hold digits only."""


def cell(name: str, value: object) -> str:
    """A value as a cell's text that no spreadsheet calculates."""
    if value is None:
        return ""
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False) if value else ""
    text = str(plain(value))
    if name not in KEPT_AS_THEY_ARE and text.startswith(FORMULA_BEGINS):
        return "'" + text
    return text


def plain(value: object) -> object:
    """A value as JSON takes it."""
    return value.isoformat() if isinstance(value, datetime) else value
