"""Adapter: PostgreSQL through SQLAlchemy Core and psycopg. Rows become dataclasses by hand."""
