"""Cases that changed hands at one stroke."""

from __future__ import annotations

from commonweal.residents.belongings import STAYS, Belonging, belongs, set_aside
from commonweal.residents.belongs import STAFF

from ..models import CaseMove, MovedCase

belongs(
    Belonging(
        MovedCase,
        by=("case__resident",),
        title="Who was given their case",
        erased=STAYS,
        remains="who of staff had the case before and after it was shared out",
        gives=(
            ("case.code", "Case"),
            ("was.name", "Was with"),
            ("became.name", "Went to"),
            ("move.made_at", "When"),
        ),
        thirds={"was.name": STAFF, "became.name": STAFF},
    )
)

set_aside(CaseMove, because="who of staff shared cases out, and when")
