"""What the columns of a list of actions can mean, and what such lists call them."""

from __future__ import annotations

from commonweal.bringing.meanings import Meaning

MEANINGS = (
    Meaning(
        "key",
        "Reference",
        ("ref", "id", "no", "number", "action ref", "action id", "action number", "cyf"),
        hint="By what its sender knows an action again. Without one it is known by its title.",
        example="A1",
    ),
    Meaning(
        "title",
        "Title of the action",
        ("action", "name", "what", "activity", "project", "task", "teitl", "cam gweithredu"),
        is_needed=True,
        example="Open a training kitchen",
    ),
    Meaning(
        "description",
        "What it is about",
        ("details", "summary", "notes", "disgrifiad"),
        example="A kitchen in which people learn to cook for a living.",
    ),
    Meaning(
        "workstream",
        "Workstream",
        ("work stream", "programme", "strand", "group", "theme"),
        example="Skills",
    ),
    Meaning("pillars", "Pillars, cut by semicolons", ("pillar", "pillars of cwb", "cwb pillar")),
    Meaning(
        "partner",
        "Organisation that does it",
        ("organisation", "lead organisation", "delivery partner", "responsible body", "sefydliad"),
    ),
    Meaning(
        "owner",
        "Who answers for it (a post, not a name)",
        ("owner title", "lead", "lead officer", "responsible officer", "responsible", "job title"),
        example="Head of Skills",
    ),
    Meaning("measure", "How one will know", ("metric", "kpi", "indicator", "measure of success")),
    Meaning("decision", "Decision behind it", ("decided by", "approved by", "minute")),
    Meaning(
        "starts_on",
        "First day",
        ("start", "starts", "start date", "from", "begins", "beginning", "dyddiad dechrau"),
        example="2027-01-11",
    ),
    Meaning(
        "due_on",
        "Last day",
        (
            "due",
            "due date",
            "end",
            "ends",
            "end date",
            "by when",
            "deadline",
            "target date",
            "completion date",
            "timescale",
            "dyddiad gorffen",
        ),
        example="2027-09-30",
    ),
    Meaning("weight", "Weight", ("weighting",)),
    Meaning(
        "milestones",
        "Milestones, cut by semicolons",
        ("milestone", "steps", "outputs", "cerrig milltir"),
        hint="Each as title | day due | done, or the day on which it was done.",
        example="Lease signed | 2027-03-31; First course | 2027-09-30",
    ),
)
COLUMNS = tuple(meaning.name for meaning in MEANINGS)
