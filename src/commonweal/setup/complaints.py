"""What a command says when it can't go on: one sentence for whoever runs the town.

An error that is none of these is the product's own fault, and keeps its traceback; so does each
one when `--traceback` is given.
"""

from __future__ import annotations

import re
from contextlib import suppress

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import CommandError
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, InterfaceError

from commonweal.office.errors import Refused
from localwealth.errors import UnreadableFile

from . import database, files, guard, roles

_TOLD = (Refused, CommandError, ImproperlyConfigured, roles.NotApart, UnreadableFile)

_OF_A_CHECK = re.compile(r"\(commonweal\.E\d+\) (.+)")


def sentence_of(error: BaseException) -> str:
    """What to say about an error; "" where it is the product's own."""
    if isinstance(error, SystemCheckError) and (ours := _OF_A_CHECK.findall(str(error))):
        return " ".join(ours)
    if isinstance(error, ValidationError):
        return "; ".join(error.messages)
    if isinstance(error, _TOLD):
        return str(error)
    if isinstance(error, DatabaseError | InterfaceError):
        return database.why_not(error) or _another_version()
    if isinstance(error, OSError):
        return files.why_not(error)
    return ""


def _another_version() -> str:
    """A table or a column may be missing because no town is here, or one of another version."""
    with suppress(DatabaseError):
        return guard.why_not_serve()
    return ""
