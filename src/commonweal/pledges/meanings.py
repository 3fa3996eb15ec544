"""What the columns of a list of pledges can mean, and what such lists call them."""

from __future__ import annotations

from dataclasses import replace

from commonweal.bringing.meanings import Meaning

MEANINGS: tuple[Meaning, ...] = (
    Meaning(
        "partner",
        "Organisation",
        (
            "name",
            "organisation name",
            "partner name",
            "company",
            "signatory",
            "employer",
            "organization",
            "member",
            "business",
            "sefydliad",
        ),
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
        ("ref", "id", "pledge id", "pledge reference", "no", "number"),
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
        ),
        is_needed=True,
        hint="In the organisation's own words.",
        example="We will give our people 200 hours of volunteering in local schools.",
    ),
    Meaning(
        "measure",
        "What is counted",
        ("metric", "indicator", "category", "kpi", "theme"),
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
        ("goal", "to", "target value", "how much", "amount", "quantity", "targed"),
        is_needed=True,
        example="200",
    ),
    Meaning(
        "due_on",
        "Due date",
        (
            "due",
            "due by",
            "by",
            "deadline",
            "by when",
            "end date",
            "target date",
            "complete by",
            "completion date",
        ),
        is_needed=True,
        example="2029-03-31",
    ),
    Meaning(
        "made_on",
        "Day on which it was made",
        ("date", "signed", "signed on", "date signed", "pledged on", "start date", "date pledged"),
    ),
    Meaning(
        "owner_title",
        "Who answers for it (a post, not a name)",
        ("owner", "lead", "responsible", "job title", "role"),
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
    Meaning("status", "Status in the sender's words", ("state", "rag")),
    Meaning("reason", "Reason or remark", ("note", "notes", "remark", "comment", "comments")),
)
# Registers of others have promises without a target or a date (decision 0005).
OF_REGISTERS: tuple[Meaning, ...] = tuple(
    replace(meaning, is_needed=meaning.is_needed and meaning.name not in ("target", "due_on"))
    for meaning in MEANINGS
)
