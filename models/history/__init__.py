"""What happened, and who decided it: rows of the ledger, frozen."""
