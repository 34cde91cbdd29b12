"""Run the steps on the connection the database hands over."""

from alembic import context

from provisioning.controller.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,  # SQLite cannot alter; Alembic copies
)
with context.begin_transaction():
    context.run_migrations()
