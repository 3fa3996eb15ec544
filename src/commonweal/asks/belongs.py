"""Asks name nobody; a draw may have been for somebody's need."""

from __future__ import annotations

from commonweal.residents.belongings import STAYS, Belonging, belongs, set_aside
from commonweal.residents.belongs import STAFF

from .models import Alarm, Answer, Ask, Draw

belongs(
    Belonging(
        Draw,
        by=("need__case__resident",),
        title="Use of what a partner offered",
        erased=STAYS,
        remains="how much was used of which offer; for whom stands in no ledger",
        gives=(
            ("answer.ask.title", "Of what"),
            ("quantity", "How much"),
            ("drawn_by.name", "Written down by"),
        ),
        at="drawn_on",
        thirds={"drawn_by.name": STAFF},
    )
)

set_aside(Ask, because="published; guarded against names where it is written")
set_aside(Answer, because="what a partner offers, published")
set_aside(Alarm, because="counts of a day; words of staff about it, encrypted")
