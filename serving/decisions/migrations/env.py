"""Run by Alembic, in the transaction that ``serving.decisions.schema.upgrade`` has opened."""

from alembic import context

from serving.decisions.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
