"""What stood in the fields of a case before: it goes with the person."""

from __future__ import annotations

from commonweal.residents.belongings import DELETED, FIELDS, Belonging, belongs
from commonweal.residents.belongs import FREE, STAFF

from ..models import CaseChange

belongs(
    Belonging(
        CaseChange,
        by=("case__resident",),
        title="What stood in a field of a case before",
        words=CaseChange.PERSONAL,
        plain={"field": FIELDS},
        erased=DELETED,
        remains="nothing",
        gives=(
            ("case.code", "Case"),
            ("need.help_type.name", "Need"),
            ("field", "Field"),
            ("was", "What stood there"),
            ("because", "Why it was changed"),
            ("by.name", "Changed by"),
        ),
        at="at",
        thirds={"was": FREE, "because": FREE, "by.name": STAFF},
    )
)
