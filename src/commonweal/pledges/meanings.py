"""What the columns of a list of pledges can mean, and what such lists call them."""

from __future__ import annotations

from dataclasses import replace

from commonweal.bringing.meanings import Meaning, register

MEANINGS: tuple[Meaning, ...] = (
    Meaning(
        "partner",
        "Organisation",
        ("name", "enw", "signatory", "llofnodwr", "member", "aelod"),
        shares=("organisation",),
        is_needed=True,
        hint="Who promises.",
        example="Acorn Joinery Ltd",
    ),
    Meaning(
        "sector",
        "Sector",
        ("type of organisation", "organisation type", "sector type"),
        hint="public, private or voluntary",
        example="private",
    ),
    Meaning(
        "reference",
        "Reference",
        ("pledge id", "pledge reference", "pledge no", "pledge number"),
        shares=("reference", "number"),
        hint="By what the sender knows a pledge again.",
        example="P-001",
    ),
    Meaning(
        "statement",
        "What is promised",
        (
            "pledge",
            "promise",
            "commitment",
            "pledge text",
            "description",
            "action",
            "what we pledge",
            "our pledge",
            "addewid",
            "ymrwymiad",
        ),
        is_needed=True,
        hint="In the organisation's own words.",
        example="We will give our people 200 hours of volunteering in local schools.",
    ),
    Meaning(
        "measure",
        "What is counted",
        ("category", "theme", "categori", "thema"),
        shares=("measure",),
        is_needed=True,
        hint="A measure of the town's menu, by name or code.",
    ),
    Meaning(
        "baseline",
        "Starting point",
        ("base", "start", "starting value", "current", "from"),
        hint="Nought where it isn't said.",
        example="0",
    ),
    Meaning(
        "target",
        "Target",
        ("goal", "to", "target value", "how much", "amount", "quantity", "targed", "nod"),
        is_needed=True,
        example="200",
    ),
    Meaning(
        "due_on",
        "Due date",
        ("by", "erbyn"),
        shares=("due", "end"),
        is_needed=True,
        example="2029-03-31",
    ),
    Meaning(
        "made_on",
        "Day on which it was made",
        (
            "date",
            "signed",
            "signed on",
            "date signed",
            "pledged on",
            "start date",
            "date pledged",
            "dyddiad",
            "dyddiad llofnodi",
        ),
    ),
    Meaning(
        "owner_title",
        "Who answers for it (a post, not a name)",
        shares=("owner",),
        example="Head of People",
    ),
    Meaning(
        "who_benefits",
        "Who benefits",
        ("beneficiaries", "beneficiary", "for whom"),
        example="Pupils of the town's schools",
    ),
    Meaning(
        "claimed",
        "Reached so far",
        ("progress", "achieved", "done so far", "actual", "delivered", "to date"),
        example="",
    ),
    Meaning(
        "claimed_on",
        "Reached by (day)",
        ("progress date", "as of", "reported on", "updated on", "last updated"),
    ),
    Meaning("status", "Status in the sender's words", ("rag",), shares=("status",)),
    Meaning(
        "reason",
        "Reason or remark",
        shares=("note",),
        hint="Kept beside what it explains: a changed term, a status, a withdrawal.",
    ),
)
# Registers of others have promises without a target or a date (decision 0005).
OF_REGISTERS: tuple[Meaning, ...] = tuple(
    replace(meaning, is_needed=meaning.is_needed and meaning.name not in ("target", "due_on"))
    for meaning in MEANINGS
)
register("pledges", MEANINGS)
