"""Scripts that a test runs in a process of their own are no tests."""

collect_ignore = ["guesses_apart.py"]
