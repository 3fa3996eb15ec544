"""Who of a list is here already, shown before anything happens. Nobody restricted is among them: to
whoever brings the list they are as new as anybody."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from commonweal.office.fields import keyed_hash
from commonweal.residents.models import Resident

from ..models import ListRow
from .known import Plan, find
from .persons import Listed
from .reading import Preview

# In longer lists looking up everybody takes minutes: it is done while they are carried out.
LOOKED_UP_MOST = 2000
STEP = 100


@dataclass
class Looked:
    """Of the rows of a list: ``known`` with the record that is the same person, how many are
    ``perhaps`` somebody who is here, ``earlier`` stood in an earlier list, and the rest ``new``.
    ``is_whole`` is False where the list is too long to be looked up before."""

    known: list[tuple[Listed, Resident]] = field(default_factory=list)
    new: int = 0
    perhaps: int = 0
    earlier: int = 0
    is_whole: bool = True


def look(shown: Preview) -> Looked:
    """Look up everybody of a list; nothing is changed by it."""
    looked = Looked(is_whole=len(shown.listed) <= LOOKED_UP_MOST)
    if not looked.is_whole:
        return looked
    living = [listed for listed in shown.listed if not listed.is_dead]
    for start in range(0, len(living), STEP):
        step = living[start : start + STEP]
        hashes = {listed.key: keyed_hash(f"{shown.layout.code}:{listed.key}") for listed in step}
        earlier = set(
            ListRow.objects.filter(
                layout=shown.layout.code, key_hash__in=hashes.values()
            ).values_list("key_hash", flat=True)
        )
        looked.earlier += len(earlier)
        plans = [Plan(listed) for listed in step if hashes[listed.key] not in earlier]
        find(plans)
        for plan in plans:
            if plan.resident is not None:
                looked.known.append((plan.listed, plan.resident))
            elif plan.outcome == "perhaps":
                looked.perhaps += 1
            else:
                looked.new += 1
    return looked


def fingerprint(shown: Preview, looked: Looked, help_type: str) -> str:
    """What somebody has seen of a list, as a hash: where it is another one as they press the
    button, they see it again first."""
    seen = [
        shown.sha256,
        shown.sender,
        shown.placed.sheet,
        shown.placed.line,
        shown.meanings,
        help_type,
        shown.rejected,
        [listed.row for listed in shown.dead],
        [(listed.row, resident.code) for listed, resident in looked.known],
        (looked.new, looked.perhaps, looked.earlier),
    ]
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()
