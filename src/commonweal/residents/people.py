"""What people do with residents: write down, find again, say that two are two."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from localwealth.tables.telephones import telephones

from . import changes, finding, guards, key_rows, keys, placing, reaching
from .belongings import records_of
from .guards import guard
from .keys import Described
from .likeness import Alikeness, Likeness, compare
from .models import Different, PerhapsSame, Resident, ResidentKey
from .unwritten import refuse_codes

MOST_CANDIDATES = 40
# A telephone that more records have than people live together says nothing of who somebody is.
MOST_SHARE = 5


def described(resident: Resident) -> Described:
    return Described(
        first=resident.first_name,
        last=resident.last_name,
        others=tuple(line for line in resident.also_known_as.splitlines() if line.strip()),
        born=resident.born,
        phones=tuple(resident.phone_list),
        email=resident.email,
        nhs=resident.nhs_number,
        address=resident.address,
        postcode=resident.postcode,
        uprn=resident.uprn,
    )


def index(residents: Iterable[Resident], *, fresh: bool = False) -> None:
    """Bring the keys of residents up to date."""
    residents = list(residents)
    if not fresh:
        ResidentKey.objects.filter(resident__in=residents).delete()
    key_rows.write(
        (resident.pk, kind, digest)
        for resident in residents
        for kind, digest in sorted(finding.keys_of(described(resident)))
    )
    older = [resident.pk for resident in residents if resident.keyed != finding.VERSION]
    Resident.objects.filter(pk__in=older).update(keyed=finding.VERSION)


@transaction.atomic
def add(*, values: dict[str, Any], by: Person | None) -> Resident:
    """Write down a person. Nothing has to be known of them."""
    unguarded, rule = reaching.split(placed(cleaned(values)))
    resident = Resident.objects.create(**unguarded)
    index([resident], fresh=True)
    if rule is not None:
        reaching.say(resident=resident, rule=rule, source=reaching.Source.INTAKE, by=by)
    record("resident written down", about=resident, by=by)
    return resident


@transaction.atomic
def change(
    *,
    resident: Resident,
    values: dict[str, Any],
    by: Person,
    left_refuge: bool = False,
    because: str = "",
) -> Resident:
    """Change what is known of a person. Only what is given is touched, and what stood there goes
    into its history (`changes`); how they may be reached is changed by `reaching.write`.

    Raises
    ------
    Refused
        It was erased; the person is kept from who changes it; it would show where somebody lives
        who is in a refuge.
    """
    if not guards.may_see(by, resident):
        raise Refused(guards.PERSON_KEPT)
    if resident.state == Resident.State.ERASED:
        raise Refused("This record was erased. Open a new one.")
    if resident.merged_into is not None:
        raise Refused(f"This record was merged into {resident.merged_into.code}. Change that one.")
    refuse_codes(resident, because)
    stood = Resident.objects.select_for_update().get(pk=resident.pk)
    resident.lives = stood.lives
    leaves = values.get("lives", resident.lives) != resident.lives
    if leaves and resident.lives == Resident.Lives.REFUGE and not left_refuge:
        raise Refused("They live in a refuge. Tick that they have left it, if that is so.")
    # Only what differs is written: somebody else's change of another field stays.
    values = {n: v for n, v in cleaned(values).items() if v != getattr(resident, n)}
    if values.get("postcode") and not (values.get("area") or resident.area_id):
        values = placed(values | {"lives": values.get("lives", resident.lives)})
    before = {name: getattr(stood, name) for name in values if name in changes.KEPT_OF_PEOPLE}
    changes.note(stood, before, by=by, because=because.strip())
    for name, wanted in values.items():
        setattr(resident, name, wanted)
    resident.changed_at = timezone.now()
    resident.save(update_fields=[*values, "changed_at"])
    index([resident])
    record("resident changed", about=resident, by=by, fields=sorted(values))
    return resident


def cleaned(values: dict[str, Any]) -> dict[str, Any]:
    """Spaces trimmed; a postcode as it is usually written; the nought of a telephone put back."""
    trimmed = {k: v.strip() if isinstance(v, str) else v for k, v in values.items()}
    if numbers := trimmed.get("phones"):
        trimmed["phones"] = "\n".join(
            keys.one_spelling(
                number for line in numbers.splitlines() for number in telephones(line) or (line,)
            )
        )
    if postcode := trimmed.get("postcode"):
        squeezed = keys.postcode(postcode)
        trimmed["postcode"] = f"{squeezed[:-3]} {squeezed[-3:]}" if len(squeezed) > 4 else postcode
    return trimmed


def placed(values: dict[str, Any]) -> dict[str, Any]:
    """With the area of the postcode where nobody said one. Of a refuge nothing is worked out."""
    is_hidden = values.get("lives") == Resident.Lives.REFUGE
    if values.get("area") or is_hidden or not values.get("postcode"):
        return values
    return values | {"area": placing.area_of(values["postcode"])}


# --- Finding ----------------------------------------------------------------------------------


@dataclass
class Candidate:
    """Somebody who may be the same person, with how alike and why."""

    resident: Resident
    likeness: Likeness
    matched: list[str]

    @property
    def is_erased(self) -> bool:
        return self.resident.state == Resident.State.ERASED

    @property
    def is_likely(self) -> bool:
        """Probably the same person: whoever takes a call of theirs has to say whether it is."""
        return not self.is_erased and self.likeness.verdict == Alikeness.LIKELY


def candidates(
    person: Described, *, apart_from: Resident | None = None, for_person: Person | None = None
) -> list[Candidate]:
    """Everybody who may be this person, likeliest first: open, closed, archived and erased.

    An erased record can only say by which keys it was found. Without ``for_person`` the machine
    asks; with one, whoever is kept from them is left out.
    """
    person = without_shared(person)
    matches = _by_keys(keys.only(keys.keys_of(person), keys.CANDIDATE_KINDS), apart_from)
    different = set()
    if apart_from is not None:
        different = _different_from(apart_from)
    hidden = hidden_from(for_person, [resident.pk for resident, _ in matches])
    alike = []
    for resident, matched in matches:
        if resident.pk in different or resident.pk in hidden:
            continue
        if resident.state == Resident.State.ERASED:
            alike.append(Candidate(resident, _of_tombstone(matched), matched))
            continue
        likeness = compare(person, described(resident))
        if likeness.verdict != Alikeness.UNLIKELY:
            alike.append(Candidate(resident, likeness, matched))
    order = [Alikeness.LIKELY, Alikeness.POSSIBLE, Alikeness.HOUSEHOLD]
    alike.sort(key=lambda c: (order.index(c.likeness.verdict), -c.likeness.points, c.resident.pk))
    return alike


def without_shared(person: Described) -> Described:
    """A description without the telephones that half a street has: a hostel's, a surgery's."""
    digests = {keys.digest("phone", keys.phone(number)): number for number in person.phones}
    held = ResidentKey.objects.filter(kind="phone", digest__in=digests)
    shared = held.order_by().values("digest").annotate(many=Count("resident"))
    shared = shared.filter(many__gt=MOST_SHARE)
    numbers = {digests[row["digest"]] for row in shared}
    unshared = tuple(number for number in person.phones if number not in numbers)
    return replace(person, phones=unshared) if numbers else person


def alike(first: Resident, second: Resident) -> Likeness:
    """How alike two records are."""
    return compare(without_shared(described(first)), described(second))


def hidden_from(person: Person | None, pks: list[int]) -> set[int]:
    """Which of these residents are kept from a person."""
    if person is None:
        return set()
    seen = Resident.objects.filter(guard().visible_to(person), pk__in=pks)
    return set(pks) - set(seen.values_list("pk", flat=True))


def _of_tombstone(matched: list[str]) -> Likeness:
    """Of an erased person only keys are left: two that fit make it possible, no more."""
    strong = [kind for kind in matched if kind not in ("address", "last-place", "phone")]
    return Likeness(Alikeness.POSSIBLE if strong or len(matched) > 1 else Alikeness.HOUSEHOLD, [])


def _by_keys(
    wanted: set[tuple[str, int]], apart_from: Resident | None
) -> list[tuple[Resident, list[str]]]:
    """(resident, kinds of keys in common), those with most in common first."""
    digests = [digest for _, digest in wanted]
    if not digests:
        return []
    rows = ResidentKey.objects.filter(digest__in=digests)
    if apart_from is not None:
        rows = rows.exclude(resident=apart_from)
    counted = (
        rows.values_list("resident")
        .annotate(many=Count("digest"))
        .order_by("-many", "resident")[:MOST_CANDIDATES]
    )
    order = [pk for pk, _ in counted]
    matched: dict[int, list[str]] = {pk: [] for pk in order}
    for pk, kind in rows.filter(resident__in=order).values_list("resident", "kind"):
        if kind not in matched[pk]:
            matched[pk].append(kind)
    people = Resident.objects.exclude(state=Resident.State.MERGED).in_bulk(order)
    return [(people[pk], matched[pk]) for pk in order if pk in people]


def _different_from(resident: Resident) -> set[int]:
    records = records_of(resident)
    pairs = Different.objects.filter(one__in=records).values_list("other", flat=True)
    others = Different.objects.filter(other__in=records).values_list("one", flat=True)
    return {*pairs, *others}


def refuse_if_kept(by: Person, *residents: Resident) -> None:
    """Refuse what touches a record that is kept from who does it."""
    if not all(guards.may_see(by, resident) for resident in residents):
        raise Refused("One of the records is kept by named colleagues. They decide.")


# --- One person or two ------------------------------------------------------------------------


@transaction.atomic
def say_different(
    *, resident: Resident, lookalike: Resident, because: str, by: Person
) -> Different:
    """Two people, said by a person: the pair is not offered again."""
    refuse_if_kept(by, resident, lookalike)
    first, second = sorted((resident, lookalike), key=lambda side: side.pk)
    pair, _ = Different.objects.get_or_create(
        one=first, other=second, defaults={"because": because, "decided_by": by}
    )
    PerhapsSame.decide(first, second, is_same=False)
    record("residents are two people", about=first, by=by, other=second.code)
    return pair
