"""Proposals of residents and enterprises: sent, read, supported, answered, done."""
