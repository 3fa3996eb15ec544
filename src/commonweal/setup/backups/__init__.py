"""One file that holds a town, and the way back: database, every folder, what it must add up to.

A backup is a tar archive: the database (SQLite's own copy, or PostgreSQL's dump), the folders that
hold data, and ``manifest.json``, which says what was in it: the SHA-256 of each file, the number
of rows of each table, the head of the ledger, the hash of each closed statement. It may be made
while the town is written to. With a recipient it is encrypted to an age public key, which only
the one who holds the key can open, with us or without (``age -d``).

Keys are never in it: whoever finds a backup finds no person's data.
"""
