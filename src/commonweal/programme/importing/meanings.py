"""What the columns of a list of actions can mean, and what such lists call them."""

from __future__ import annotations

from commonweal.bringing.meanings import Meaning, register

MEANINGS = (
    Meaning(
        "key",
        "Reference",
        ("action ref", "action id", "action number"),
        shares=("reference", "number"),
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
        ("notes", "nodiadau"),
        shares=("description",),
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
        ("lead organisation", "delivery partner", "responsible body", "sefydliad arweiniol"),
        shares=("organisation",),
    ),
    Meaning(
        "owner",
        "Who answers for it (a post, not a name)",
        shares=("owner",),
        example="Head of Skills",
    ),
    Meaning("measure", "How one will know", shares=("measure",)),
    Meaning("decision", "Decision behind it", ("decided by", "approved by", "minute")),
    Meaning(
        "starts_on",
        "First day",
        ("start", "from", "beginning", "o"),
        shares=("start",),
        example="2027-01-11",
    ),
    Meaning(
        "due_on",
        "Last day",
        shares=("due", "end"),
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
register("actions", MEANINGS)
COLUMNS = tuple(meaning.name for meaning in MEANINGS)
