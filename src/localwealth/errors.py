"""What analysis refuses, in sentences fit to show."""


class UnreadableFile(ValueError):
    """A file can't be read as a table. The message says why."""
