"""SQL kept in .sql files under names, each with a line of prose above it.

    -- name: due_leads
    -- What it is for.
    SELECT ...

Parameters are written :like_this.
"""

import re
from pathlib import Path

_HEAD = re.compile(r"^-- name: *(\w+) *$", re.MULTILINE)


def load_queries(path: Path) -> dict[str, str]:
    """The file's queries by name, without their comments."""
    parts = _HEAD.split(path.read_text(encoding="utf-8"))[1:]
    named = zip(parts[::2], parts[1::2], strict=True)
    return {name: _without_comments(body) for name, body in named}


def _without_comments(sql: str) -> str:
    kept = (line for line in sql.splitlines() if not line.lstrip().startswith("--"))
    return "\n".join(kept).strip().rstrip(";")
