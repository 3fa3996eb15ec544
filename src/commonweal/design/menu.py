"""The menus: what everybody sees, and the desks of somebody's roles."""

from __future__ import annotations

MENU = (
    ("/", "Home"),
    ("/charter/", "Charter"),
    ("/partners/", "Partners"),
    ("/pledges/", "Pledges"),
    ("/programme/", "Programme"),
    ("/spend/", "Local spend"),
    ("/economy/", "Economy"),
    ("/have-your-say/", "Your say"),
    ("/balance/", "Balance sheet"),
    ("/help/", "Help"),
    ("/data/", "Data"),
)
DESKS = (
    ("charter_manager", "/desk/charter/", "Charter desk"),
    ("programme_lead", "/desk/programme/", "Programme desk"),
    ("analyst", "/desk/spend/", "Spend desk"),
    ("analyst", "/desk/economy/", "Economy desk"),
    ("programme_lead", "/desk/economy/", "Economy desk"),
    ("charter_manager", "/desk/economy/", "Economy desk"),
    ("charter_manager", "/desk/voice/", "Have your say"),
    ("programme_lead", "/desk/voice/", "Have your say"),
    ("reviewer", "/desk/review/", "Reviews"),
    ("charter_manager", "/desk/balance/", "Books"),
    ("programme_lead", "/desk/balance/", "Books"),
    ("reviewer", "/desk/balance/", "Books"),
    ("validator", "/desk/balance/", "Books"),
    ("reviewer", "/desk/tiers/", "Tiers"),
    ("validator", "/desk/tiers/", "Tiers"),
    ("call_handler", "/desk/help/", "Help desk"),
    ("desk_manager", "/desk/help/", "Help desk"),
    ("named_colleague", "/desk/help/", "Help desk"),
    ("grants_assessor", "/desk/grants/", "Grants"),
    ("grants_approver", "/desk/grants/", "Grants"),
    ("finance_officer", "/desk/grants/", "Grants"),
    ("data_protection_officer", "/desk/reads/", "Reads"),
    ("administrator", "/desk/town/", "Town"),
    ("administrator", "/desk/people/", "Roles"),
    ("administrator", "/desk/letters/", "Letters and jobs"),
    ("administrator", "/desk/rooms/", "Rooms"),
    ("administrator", "/desk/record/", "Record"),
    ("data_protection_officer", "/desk/record/", "Record"),
)


def where(path: str) -> str:
    """The menu entry that a page belongs to."""
    return next(
        (entry for entry, _ in reversed(MENU) if entry != "/" and path.startswith(entry)),
        "/" if path == "/" else "",
    )


def desks_of(roles: set[str]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((path, title) for role, path, title in DESKS if role in roles))
