"""Run the steps on the connection the store hands over."""

from alembic import context

from provisioning.controller.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,  # SQLite cannot alter; Alembic copies
)
with context.begin_transaction():
    context.run_migrations()
