"""Steps from one form of the ledger to the next, run by Alembic when a ledger is opened.

A group of tables has a chain of its own in `versions/` (a first step has `down_revision = None`).
"""
