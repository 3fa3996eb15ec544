"""The codes of a resident's grants, for those who look that they stand in no words."""

from __future__ import annotations

from commonweal.residents import unwritten
from commonweal.residents.models import Resident

from .models import IssuedCode


def codes_of(resident: Resident) -> list[str]:
    """Every code that is kept, handed over or not, whatever became of its payment."""
    issued = IssuedCode.objects.filter(payment__award__resident=resident).exclude(code="")
    return list(issued.values_list("code", flat=True))


unwritten.CODES.append(codes_of)
