"""The store's SQL, loaded once from queries.sql: as text, and as SQLAlchemy's statements."""

from pathlib import Path

from sqlalchemy import TextClause, text

from dialer.storage.named import load_queries

SQL_TEXTS = load_queries(Path(__file__).with_name("queries.sql"))

QUERIES: dict[str, TextClause] = {name: text(sql) for name, sql in SQL_TEXTS.items()}
