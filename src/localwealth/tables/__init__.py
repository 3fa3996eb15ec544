"""One way to read a table that somebody sends: bytes, lines of cells, and what the cells mean."""
