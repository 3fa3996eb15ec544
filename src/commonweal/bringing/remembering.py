"""What was told about a sender's files before: a file headed alike needs no telling."""

from __future__ import annotations

from commonweal.accounts.models import Person
from localwealth.errors import UnreadableFile
from localwealth.tables import grids

from .meanings import Choice
from .models import HeldFile, Mapping
from .reading import SEARCHED, Understood, signature_of

TRIED = 50


def remember(held: HeldFile, understood: Understood, choice: Choice, *, by: Person) -> None:
    """Keep what was told, for the next file of this sender that is headed like this."""
    Mapping.objects.update_or_create(
        place=held.place,
        sender=held.sender,
        signature=understood.signature,
        defaults={"choice": choice.kept(), "told_by": by},
    )


def remember_answers(held: HeldFile, signature: str) -> None:
    """Keep what was answered about a file, where its columns were told."""
    for mapping in Mapping.objects.filter(
        place=held.place, sender=held.sender, signature=signature
    ):
        mapping.answers |= held.answers
        mapping.save(update_fields=["answers", "told_at"])


def known_again(held: HeldFile, content: bytes) -> tuple[Choice, dict[str, str]] | None:
    """What was told about a file of the same sender with the same headings, wherever in the file
    they stand now, and what was answered; None where nothing was."""
    mappings = Mapping.objects.filter(place=held.place, sender=held.sender).order_by("-told_at")
    by_signature = {mapping.signature: mapping for mapping in mappings[:TRIED]}
    if not by_signature:
        return None
    try:
        file = grids.grids(content, held.file_name)
    except UnreadableFile:
        return None
    for grid in file.sheets:
        for number, line in enumerate(grid.lines[:SEARCHED], 1):
            mapping = by_signature.get(signature_of(line))
            if mapping is not None:
                choice = Choice.of(mapping.choice | {"sheet": grid.name, "heading": number})
                assert choice is not None
                return choice, dict(mapping.answers)
    return None
