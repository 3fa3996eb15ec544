"""Reading what bodies publish."""
