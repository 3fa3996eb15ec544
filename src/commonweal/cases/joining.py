"""A restricted person gets in touch again: the new record is joined to what is there, unseen.

Who takes the call reads nothing of it: the page, its words and the steps behind it are the same
for everybody. A named colleague is rung and decides whether it is one person.
"""

from __future__ import annotations

from django.db import transaction

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.residents import guards, keys, people
from commonweal.residents.keys import Described
from commonweal.residents.likeness import Alikeness, compare
from commonweal.residents.models import Different, PerhapsSame, Resident, ResidentKey

from . import changes, named, ringing
from .models import Case, CaseAlarm

NEAR = (Alikeness.LIKELY, Alikeness.POSSIBLE)
MOST = 40
AT_ONCE = 900


def restricted_like(person: Described, *, apart_from: Resident | None = None) -> list[Resident]:
    """Residents with a restricted case who may be the person described, whoever asks."""
    wanted = keys.only(keys.keys_of(person), keys.CANDIDATE_KINDS)
    rows = ResidentKey.objects.filter(digest__in=[digest for _, digest in wanted])
    # Two plain questions: in one, PostgreSQL reads all needs anew for each key until it has
    # counted its tables, which takes minutes after a large import.
    restricted = set(named.restricted_residents().values_list("case__resident", flat=True))
    near = Resident.objects.present().filter(
        pk__in=set(rows.filter(resident__in=restricted).values_list("resident", flat=True))
    )
    if apart_from is not None:
        near = near.exclude(pk=apart_from.pk)
        near = near.exclude(pk__in=Different.objects.filter(one=apart_from).values("other"))
        near = near.exclude(pk__in=Different.objects.filter(other=apart_from).values("one"))
    return [
        resident
        for resident in near.order_by("pk")[:MOST]
        if compare(person, people.described(resident)).verdict in NEAR
    ]


def perhaps_restricted(residents: list[Resident]) -> set[int]:
    """Keys of those of many residents for whom `restricted_like` may find somebody: who has a way
    to be found in common with a restricted one. In three questions, however many they are."""
    restricted = set(named.restricted_residents().values_list("case__resident", flat=True))
    holders: dict[int, set[int]] = {}
    for resident in residents if restricted else []:
        wanted = keys.only(keys.keys_of(people.described(resident)), keys.CANDIDATE_KINDS)
        for _, digest in wanted:
            holders.setdefault(digest, set()).add(resident.pk)
    digests, near = list(holders), set[int]()
    for start in range(0, len(digests), AT_ONCE):
        rows = ResidentKey.objects.filter(digest__in=digests[start : start + AT_ONCE])
        for digest, pk in rows.values_list("digest", "resident"):
            if pk in restricted and (others := holders[digest] - {pk}):
                near |= others
    return near


@transaction.atomic
def look(*, case: Case, by: Person | None) -> Person | None:
    """Join the person of a new case to every restricted one that they may be, where ``by`` could
    not have chosen that one; return who has the case of the first."""
    owner = None
    resident = case.resident
    for restricted in restricted_like(people.described(resident), apart_from=resident):
        if by is not None and guards.may_see(by, restricted):
            continue
        owner = join(resident=resident, lookalike=restricted, chosen_by=None, case=case) or owner
    return owner


@transaction.atomic
def join(
    *, resident: Resident, lookalike: Resident, chosen_by: Person | None, case: Case
) -> Person | None:
    """Two records are perhaps one person. Whoever has the restricted case is rung, and a new case
    that nobody has goes to them."""
    pair, fresh = PerhapsSame.objects.get_or_create(
        one=resident, other=lookalike, defaults={"chosen_by": chosen_by}
    )
    if pair.decided_at is not None:
        return None
    if fresh:
        record("joined unseen", about=resident, by=None, other=lookalike.code)
    restricted = lookalike.cases.filter(needs__help_type__is_restricted=True).order_by("-opened_at")
    known_case = restricted.exclude(state="closed").first() or restricted.first()
    if known_case is None:
        return None
    ringing.ring(case=known_case, cause=CaseAlarm.Cause.AGAIN)
    owner = known_case.assigned_to
    if owner is None or not named.may_own(owner, known_case):
        return None
    untaken = Case.objects.filter(pk=case.pk, assigned_to=None, state="new")
    if untaken.update(assigned_to=owner, state="working"):
        changes.note_handler(case, None, by=None)
    case.callbacks.filter(state="due", assigned_to=None).update(assigned_to=owner)
    return owner


def pairs_of(resident: Resident) -> list[tuple[PerhapsSame, Resident]]:
    """What is joined to a record and not decided, with the record on the other side."""
    pairs = PerhapsSame.objects.filter(decided_at=None).select_related("one", "other")
    return [
        *((pair, pair.other) for pair in pairs.filter(one=resident)),
        *((pair, pair.one) for pair in pairs.filter(other=resident)),
    ]
