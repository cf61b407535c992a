"""A provider's own figures held against the ledger: its usage file read, matched by day and model, and explained."""
