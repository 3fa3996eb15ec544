"""Why the database can't be worked with, in a sentence for whoever runs the town.

Pages say in a visitor's words that something is away (`design.away`); here it is said to the one
who can mend it, with the variable that leads there.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from commonweal.jobs.database import Trouble, trouble_of

_NOT_LET_IN = ("authentication failed", "no password supplied", "pg_hba.conf")
_NOT_ALLOWED = ("permission denied", "must be owner", "must be able to")
_NO_DATABASE = ("unable to open database file",)
_DAMAGED = ("file is not a database", "malformed")


def why_not(error: BaseException) -> str:
    """What stands between a command and the database; "" where the fault may be the product's."""
    if not isinstance(error, DatabaseError | InterfaceError):
        return ""
    message = str(error)
    for says in (_refused_at_the_door, why_not_allowed, _about_the_file):
        if sentence := says(message):
            return sentence
    trouble = trouble_of(error)
    return _SAID[trouble](message) if trouble else ""


def why_not_allowed(message: str) -> str:
    """Which role lacks which right, and where to name the one that has it; "" for other words."""
    if not any(part in message.lower() for part in _NOT_ALLOWED):
        return ""
    role = connection.settings_dict["USER"] or "that is signed in"
    if not settings.DATABASE_MAKES_TABLES:
        return (
            f"The role {role}, as which DATABASE_URL signs in, has no rights on the town's tables. "
            "Give them: './commonweal grant', with the owner's address in DATABASE_OWNER_URL."
        )
    if not settings.DATABASE_APP_ROLE:
        return (
            f"The role {role}, as which DATABASE_URL signs in, may make no tables. Set "
            "DATABASE_OWNER_URL, for this command alone, to the address of the role that owns the "
            "database, as postgresql://town_owner:password@host/name."
        )
    return (
        f"The role {role}, as which DATABASE_OWNER_URL signs in, may make no tables. As a "
        f"superuser, run: ALTER DATABASE {connection.settings_dict['NAME']} OWNER TO {role}"
    )


def _refused_at_the_door(message: str) -> str:
    named, lower = connection.settings_dict, message.lower()
    if any(part in lower for part in _NOT_LET_IN) or (
        'role "' in lower and "does not exist" in lower
    ):
        return (
            f"{_place()} does not let the role {named['USER']} in. Look at the name and the "
            f"password in {_variable()}."
        )
    if f'database "{str(named["NAME"]).lower()}" does not exist' in lower:
        return f"{_place()} has no database {named['NAME']}. Make it, or mend {_variable()}."
    return ""


def _about_the_file(message: str) -> str:
    file, lower = connection.settings_dict["NAME"], message.lower()
    if any(part in lower for part in _NO_DATABASE):
        return (
            f"The database {file} can't be opened: its folder is not there, or this user may not "
            "go there. Run the command as the service's user, or mend COMMONWEAL_VAR or "
            "DATABASE_URL."
        )
    if any(part in lower for part in _DAMAGED):
        return (
            f"{file} is no database, or is damaged. Put it aside and bring back a backup: "
            "'./commonweal restore FILE'."
        )
    return ""


def _away(message: str) -> str:
    return (
        f"{_place()} does not answer. See that it runs, and that {_variable()} names the right "
        "host and port."
    )


def _read_only(message: str) -> str:
    if connection.vendor == "sqlite":
        return (
            f"{connection.settings_dict['NAME']} may only be read by this user. Run the command "
            "as the service's user, and see that the disk is not mounted read-only."
        )
    return f"{_place()} is only read at present: nothing can be written there."


_SAID: dict[Trouble, Callable[[str], str]] = {
    Trouble.AWAY: _away,
    Trouble.READ_ONLY: _read_only,
    Trouble.BUSY: lambda message: "The database is busy with somebody else's work. Try again.",
    Trouble.FULL: lambda message: "The disk is full. Make room and run the command again.",
}


def _place() -> str:
    if connection.vendor == "sqlite":
        return f"The database {connection.settings_dict['NAME']}"
    named = connection.settings_dict
    port = f":{named['PORT']}" if named["PORT"] else ""
    return f"PostgreSQL at {named['HOST'] or 'the usual socket'}{port}"


def _variable() -> str:
    is_owner = settings.DATABASE_MAKES_TABLES and os.environ.get("DATABASE_OWNER_URL", "").strip()
    return "DATABASE_OWNER_URL" if is_owner else "DATABASE_URL"
