"""Names of payees to entries of registers."""
