"""Alembic's environment: runs the steps in versions/ on the connection that it is handed.

Called through dialer/storage/migrations.py only, which holds the locks and sets the time limits.
Steps are written by hand as SQL; nothing is generated from the tables.
"""

from alembic import context

connection = context.config.attributes.get("connection")
if connection is None:
    context.configure(
        dialect_name="postgresql", output_buffer=context.config.output_buffer, as_sql=True
    )
else:
    context.configure(connection=connection, transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
