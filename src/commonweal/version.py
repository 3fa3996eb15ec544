"""Which version of the product this is: one place, asked by pages, commands, backups and health."""

from importlib.metadata import version

VERSION = version("commonweal")


def parts(text: str) -> tuple[int, ...]:
    """A version as something that can be compared: 0.10.0 is newer than 0.9.1."""
    return tuple(int(part) for part in text.split("+")[0].split(".") if part.isdecimal())
