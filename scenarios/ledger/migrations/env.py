"""How Alembic runs the steps: on the connection it is given, inside its transaction."""

from alembic import context

from scenarios.ledger.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,  # for its names of constraints
)
with context.begin_transaction():
    context.run_migrations()
