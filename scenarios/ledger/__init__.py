"""The ledger (台账): what happened and who decided it, in SQLite or PostgreSQL, append-only.

The only room that knows SQLAlchemy. Its door is `scenarios.ledger.store`.
"""
