"""The person themselves: their row, keys, merges, consents, reports of death, messages."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from .. import finding
from ..belongings import (
    CHOICE,
    CODE,
    DELETED,
    FIELDS,
    MACHINE,
    STAYS,
    Belonging,
    belongs,
    set_aside,
)
from ..models import (
    DeathReport,
    Different,
    Household,
    Lookalike,
    Merge,
    PerhapsSame,
    Resident,
    ResidentChange,
    ResidentKey,
    SafeContact,
)

OTHER = "another person's record"
STAFF = "staff"
FREE = "words of staff: they may name others"

belongs(
    Belonging(
        Resident,
        by=("",),
        title="Who they are",
        words=Resident.PERSONAL,
        plain={"code": CODE, "safe_days": CODE},
        remains="the code, the area, and the keyed hashes by which they are recognised",
        gives=(
            ("first_name", "First name"),
            ("last_name", "Last name"),
            ("also_known_as", "Also known as"),
            ("born", "Date of birth"),
            ("nhs_number", "NHS number"),
            ("language", "Language"),
            ("phones", "Telephones"),
            ("email", "E-mail"),
            ("address", "Address"),
            ("postcode", "Postcode"),
            ("uprn", "UPRN"),
            ("lives", "Where they live"),
            ("area.name", "Area"),
            ("contact", "How they may be reached"),
            ("safe_days", "On which days"),
            ("safe_from", "From"),
            ("safe_until", "Until"),
            ("safe_word", "Safe word"),
            ("safe_note", "When it is safe"),
            ("household.code", "Household"),
            ("state", "The record is"),
            ("is_dead", "Reported dead"),
            ("made_at", "Written down"),
        ),
        at="made_at",
        thirds={
            "safe_note": "it may name somebody from whom they are not safe",
            "also_known_as": "names, perhaps another person's",
        },
    )
)


def _forget_for_search(rows: QuerySet[ResidentKey]) -> None:
    """To be recognised on asking again takes some keys; to be looked up, or to be named in
    words that go out, takes others."""
    rows.filter(kind__in=finding.KINDS).delete()


belongs(
    Belonging(
        ResidentKey,
        by=("resident",),
        title="Keys",
        plain={"kind": CODE, "digest": CODE},
        erased=STAYS,
        before_erasing=_forget_for_search,
        goes="the keyed hashes by which they are found",
        remains="keyed hashes, by which somebody is recognised if they come again",
    )
)

belongs(
    Belonging(
        Merge,
        by=("kept", "gone"),
        title="Merge",
        words=("because", "journal", "undone_because"),
        plain={"reasons": MACHINE},
        also_erased={"reversible_until": timezone.now},
        remains="which records were merged, when and by whom",
        gives=(
            ("kept.code", "Record that stayed"),
            ("gone.code", "Record merged into it"),
            ("because", "Why"),
            ("merged_by.name", "By"),
            ("undone_at", "Undone"),
            ("undone_because", "Why it was undone"),
        ),
        withheld={"journal": "what stood in the record before; given as the record itself"},
        at="merged_at",
        thirds={"merged_by.name": STAFF, "because": FREE, "undone_because": FREE},
    )
)

belongs(
    Belonging(
        Different,
        by=("one", "other"),
        title="Said to be another person than",
        words=("because",),
        remains="that the two were said to be two people",
        gives=(
            ("one.code", "Record"),
            ("other.code", "Other record"),
            ("because", "Why"),
            ("decided_by.name", "By"),
        ),
        at="decided_at",
        thirds={"other.code": OTHER, "one.code": OTHER, "because": FREE, "decided_by.name": STAFF},
    )
)


belongs(
    Belonging(
        DeathReport,
        by=("resident",),
        title="Report that they had died",
        words=("because", "stopped", "withdrawn_because"),
        remains="when it was reported and withdrawn, and by whom",
        gives=(
            ("because", "Why"),
            ("reported_by.name", "By"),
            ("withdrawn_at", "Withdrawn"),
            ("withdrawn_because", "Why it was wrong"),
            ("withdrawn_by.name", "Withdrawn by"),
        ),
        withheld={"stopped": "numbers of the rows that it stopped; each is given by itself"},
        at="reported_at",
        thirds={
            "because": "whoever told it, and words of staff",
            "reported_by.name": STAFF,
            "withdrawn_because": FREE,
            "withdrawn_by.name": STAFF,
        },
    )
)


belongs(
    Belonging(
        SafeContact,
        by=("resident",),
        title="How they may be reached",
        words=SafeContact.PERSONAL,
        plain={"contact": CHOICE, "days": CODE},
        remains="when it was said, by whom, and in which way",
        gives=(
            ("in_words", "How"),
            ("note", "When it is safe"),
            ("word", "Safe word"),
            ("because", "Why it was loosened"),
            ("source", "From where"),
            ("by.name", "Written down by"),
        ),
        at="at",
        thirds={
            "note": "it may name somebody from whom they are not safe",
            "because": FREE,
            "by.name": STAFF,
        },
    )
)

belongs(
    Belonging(
        ResidentChange,
        by=("resident",),
        title="What stood in a field before",
        words=ResidentChange.PERSONAL,
        plain={"field": FIELDS},
        erased=DELETED,
        remains="nothing",
        gives=(
            ("field", "Field"),
            ("was", "What stood there"),
            ("because", "Why it was changed"),
            ("by.name", "Changed by"),
        ),
        at="at",
        thirds={"was": FREE, "because": FREE, "by.name": STAFF},
    )
)

belongs(
    Belonging(
        PerhapsSame,
        by=("one", "other"),
        title="Perhaps the same person",
        erased=STAYS,
        remains="that two records were held together until somebody decided",
        gives=(
            ("one.code", "Record"),
            ("other.code", "Other record"),
            ("chosen_by.name", "By the choice of"),
            ("decided_at", "Decided"),
        ),
        at="joined_at",
        thirds={"one.code": OTHER, "other.code": OTHER, "chosen_by.name": STAFF},
    )
)

belongs(
    Belonging(
        Lookalike,
        by=("one", "other"),
        title="Looks like another record",
        erased=DELETED,
        goes="which other records it was like",
        gives=(("one.code", "Record"), ("other.code", "Other record"), ("points", "How alike")),
        at="compared_at",
        thirds={"one.code": OTHER, "other.code": OTHER},
    )
)

set_aside(Household, because="a code that joins people; erasing takes the person out of it")
