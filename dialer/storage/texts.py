"""The store's SQL, loaded once from queries.sql: for SQLAlchemy, and for the driver itself."""

import re
from pathlib import Path

from sqlalchemy import TextClause, text

from dialer.storage.named import load_queries

_SQL = load_queries(Path(__file__).with_name("queries.sql"))

QUERIES: dict[str, TextClause] = {name: text(sql) for name, sql in _SQL.items()}

DRIVER_QUERIES: dict[str, bytes] = {
    name: re.sub(r"(?<!:):(\w+)", r"%(\1)s", sql.replace("%", "%%")).encode()
    for name, sql in _SQL.items()
}
