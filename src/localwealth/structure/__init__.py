"""What an area lives by: its industries beside those of a larger area, and how that changed."""
