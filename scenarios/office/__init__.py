"""The office, kept in the ledger of its data folder: accounts, logins, and who did what."""
