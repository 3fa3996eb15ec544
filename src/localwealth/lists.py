"""Lists kept as text beside the modules that read them: one entry a line, ``#`` for a remark."""

from __future__ import annotations

from importlib import resources


def entries(package: str, place: str) -> list[str]:
    """The entries of a list, in their order.

    Parameters
    ----------
    package
        The package in whose folder the file is: ``localwealth.registers``.
    place
        Where it is there, without its ending: ``words/fillers``.

    Examples
    --------
    >>> entries("localwealth.registers", "words/fillers")[:3]
    ['UK', 'GB', 'GROUP']
    """
    text = resources.files(package).joinpath(f"{place}.txt").read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def table(package: str, place: str) -> dict[str, str]:
    """The entries of a list of two columns, ``key = meaning``, in their order.

    Raises
    ------
    ValueError
        A line has no ``=``, or a key stands twice.

    Examples
    --------
    >>> table("localwealth.spend", "industries")["01"]
    'Crops and animals'
    """
    meanings: dict[str, str] = {}
    for line in entries(package, place):
        key, sign, meaning = line.partition(" = ")
        if not sign or key in meanings:
            raise ValueError(f"{place}.txt: {line!r} is no entry, or its key stands twice.")
        meanings[key] = meaning
    return meanings


def readings(package: str, place: str) -> dict[str, tuple[str, ...]]:
    """The same where a key means several things, parted by commas.

    >>> readings("localwealth.registers", "words/readings")["MAN"]
    ('MANAGEMENT', 'MANCHESTER')
    """
    return {key: tuple(text.split(", ")) for key, text in table(package, place).items()}
