"""Who read a record, why somebody broke the glass, what was given out, what was erased."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from commonweal.residents.belongings import (
    CODE,
    DELETED,
    STAYS,
    Belonging,
    Reading,
    belongs,
    set_aside,
)
from commonweal.residents.belongs import FREE, STAFF

from ..models import (
    AccessEntry,
    CaseRead,
    Glass,
    OwnAddress,
    ReadsForgotten,
    Retention,
    RetentionRun,
    RingBack,
    SubjectAccess,
)


def _reads(reads: QuerySet[Any]) -> Iterator[Reading]:
    for read in reads.select_related("person", "case"):
        of_case = f", {read.case.code}" if read.case else ""
        third = "a volunteer" if read.link == "volunteer" else STAFF
        yield Reading(read.at, read.person.name, f"{read.what}{of_case}", read.link, third)


belongs(
    Belonging(
        CaseRead,
        by=("resident", "case__resident"),
        title="Read",
        erased=STAYS,
        reads=_reads,
        plain={"what": CODE, "link": CODE, "draft_code": CODE},
        remains="who opened the record, when and by which link",
    )
)

belongs(
    Belonging(
        Glass,
        by=("case__resident",),
        title="Glass broken",
        words=("because",),
        remains="who broke it, and when",
        gives=(
            ("case.code", "Case"),
            ("person.name", "By"),
            ("because", "Why"),
            ("until", "Until"),
        ),
        at="at",
        thirds={"person.name": STAFF, "because": FREE},
    )
)

belongs(
    Belonging(
        RingBack,
        by=("case__resident",),
        title="Rang back",
        erased=STAYS,
        plain={"facts": CODE},
        remains="when, to whom, and which facts were asked",
        gives=(
            ("case.code", "Case"),
            ("person.name", "To"),
            ("facts", "Facts that were asked"),
            ("fitted", "Whether they fitted"),
        ),
        at="at",
        thirds={"person.name": STAFF},
    )
)

belongs(
    Belonging(
        SubjectAccess,
        by=("resident",),
        title="Asked what is held",
        erased=STAYS,
        plain={"seen_sha256": CODE, "sha256": CODE},
        remains="when it was given out and by whom, and its hash",
        gives=(("given_at", "Given out"), ("given_by.name", "By"), ("sha256", "Hash")),
        at="asked_on",
        thirds={"given_by.name": STAFF},
    )
)

belongs(
    Belonging(
        AccessEntry,
        by=("access__resident",),
        title="Entry given out",
        words=("content", "passages", "struck_because"),
        plain={"key": CODE},
        erased=DELETED,
        remains="nothing",
        withheld={
            "content": "a copy of what is given by itself",
            "passages": "struck out",
            "struck_because": "says what was struck out",
        },
    )
)


set_aside(OwnAddress, because="of staff, as a keyed hash")
set_aside(ReadsForgotten, because="a moment, and when it was written down")
set_aside(Retention, because="the town's rules")
set_aside(RetentionRun, because="counts by purpose, and sentences of the system")
