"""What a backup holds beside the database: every folder of the town's data."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

FORMAT = "commonweal-backup/1"
# Folders of data that lie in the data folder under these names.
OWN = ("economy", "held", "imports", "layouts", "lists", "templates")
# What else lies there and needs no copy: made anew, or kept apart.
NOT_KEPT = {
    "static": "made anew by collectstatic",
    "away": "written anew when the town starts",
    "mail": "letters of a machine without a mail server",
    "texts": "texts of a machine without Notify",
    "keys": "kept apart, on request",
    "backups": "earlier backups, made before upgrades",
    "running.lock": "held by whoever serves",
    "commonweal.sqlite3": "the database itself, which is copied by its own means",
}


def folders() -> dict[str, Path]:
    """Every folder that holds data of the town, by its name in a backup."""
    of_the_town = {name: Path(settings.VAR) / name for name in OWN}
    return of_the_town | {
        "evidence": Path(settings.EVIDENCE_FOLDER),
        "cases": Path(settings.CASE_FOLDER),
        "spend": Path(settings.SPEND_FOLDER),
    }
