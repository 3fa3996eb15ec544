"""A ward's letter: what is promised, done and late there, what is open for a say, on one page."""
