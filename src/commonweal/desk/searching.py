"""Finding people by what a handler types: any reference, name, birth, number, place, or several.

Everything typed has to fit; where nobody fits it all, those whom most of it fits are shown. Each
hit says by what it was found, and the page says what was tried. Everything passes through
``among``, so that who may not be seen is neither shown nor counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils import timezone

from commonweal.asks.models import Ask
from commonweal.cases.models import Case, IntakeDraft, Referral
from commonweal.grants.models import Award
from commonweal.office.one_of import OneOf
from commonweal.residents import finding, keys, references
from commonweal.residents.clues import Clue, Reading, clues_of
from commonweal.residents.models import Resident, ResidentKey
from commonweal.volunteers.models import Task

MOST_TYPED = 200
MOST_MERGES = 8


@dataclass
class Hit:
    """Somebody who was found, and by what."""

    resident: Resident
    by: list[str]

    @property
    def is_erased(self) -> bool:
        return self.resident.state == Resident.State.ERASED


@dataclass
class Found:
    """What came of a search: who, by what, what was tried, what was not understood."""

    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    # Nobody fits everything that was typed: these fit a part of it.
    is_partial: bool = False
    tried: list[tuple[str, int]] = field(default_factory=list)
    not_understood: list[str] = field(default_factory=list)
    # Forms that were begun and not sent, by their reference.
    drafts: list[IntakeDraft] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    # So many records can be found by a part of these ways only, until their keys are made.
    waiting: int = 0

    @property
    def residents(self) -> list[Resident]:
        return [hit.resident for hit in self.hits]


def search(
    typed: str,
    *,
    among: QuerySet[Resident] | None = None,
    drafts: QuerySet[IntakeDraft] | None = None,
    most: int = 30,
) -> Found:
    """Find people.

    Parameters
    ----------
    among
        Who may be found; nobody else is shown or counted. Everybody by default.
    drafts
        Which unsent forms may be found by their reference. All by default.
    most
        So many hits are returned; ``total`` says how many there are.
    """
    outcome = Found()
    people = Resident.objects.all() if among is None else among
    forms = IntakeDraft.objects.all() if drafts is None else drafts
    text = keys.usual_signs(typed.replace("\x00", " ")).strip()[:MOST_TYPED]
    if not text:
        return outcome
    unread = _by_references(text, people, forms, outcome)
    if not outcome.hits and not outcome.drafts and not outcome.asks:
        outcome.waiting = finding.waiting()
        _by_clues(unread, people, outcome, most)
    return outcome


def with_cases(outcome: Found, *, most: int = 3) -> list[tuple[Hit, list[Case], list[Case]]]:
    """Each hit with their cases, in one query for all of them: those shown at once, and the rest.

    Every open one is shown, the most urgent first and of these the one that waits longest; then
    the one whose reference was typed; then the newest, until ``most`` are shown.
    """
    cases: dict[int, list[Case]] = defaultdict(list)
    for case in Case.objects.filter(resident__in=outcome.residents).order_by("-opened_at", "pk"):
        cases[case.resident_id].append(case)
    return [(hit, *_at_once(cases[hit.resident.pk], hit, most)) for hit in outcome.hits]


def _place(case: Case, hit: Hit) -> tuple[bool, int, bool, float]:
    """Where a case stands among those of its person."""
    opened_s = case.opened_at.timestamp()
    if case.state == Case.State.CLOSED:
        return True, f"case {case.code}" not in hit.by, True, -opened_s
    return False, case.urgency, not case.in_danger, opened_s


def _at_once(cases: list[Case], hit: Hit, most: int) -> tuple[list[Case], list[Case]]:
    """(cases shown at once, the rest) of somebody's cases."""
    cases.sort(key=lambda case: _place(case, hit))
    # What is open, or was named by its reference, however many.
    stand = sum(_place(case, hit)[:2] < (True, True) for case in cases)
    shown = max(most, stand)
    return cases[:shown], cases[shown:]


# --- References -------------------------------------------------------------------------------


def _by_references(
    text: str, people: QuerySet[Resident], forms: QuerySet[IntakeDraft], outcome: Found
) -> str:
    """Take every reference out of what was typed; give back what is left of it."""
    spans = list(references.spans(text))
    if not spans:
        return text
    codes = {code for span in spans for code in span.codes}
    holders, unsent, asks = _holders(codes, forms)
    known_codes, done = {*holders, *unsent, *asks}, 0
    for span in spans:
        known = [code for code in span.codes if code in known_codes]
        if span.start < done or not known:
            continue
        done = span.end
        _take(known, holders, unsent, asks, people, outcome)
        text = text.replace(span.typed, " ", 1)
    return text if done else _without_unknown(text, spans, outcome)


def _without_unknown(text: str, spans: list[references.Span], outcome: Found) -> str:
    """Take out the first that can be nothing but a reference, though nobody has it."""
    plain = next((span for span in spans if span.is_plain), None)
    if plain is None:
        return text
    outcome.tried.append((f"reference {plain.typed.upper()}", 0))
    return text.replace(plain.typed, " ", 1)


def _holders(
    codes: set[str], forms: QuerySet[IntakeDraft]
) -> tuple[dict[str, set[int]], dict[str, IntakeDraft], dict[str, Ask]]:
    """(code: whose it is, code: form not sent yet, code: ask) of the references that are there."""
    holders: dict[str, set[int]] = defaultdict(set)
    by = {start: [code for code in codes if code.startswith(start)] for start in references.STARTS}
    rows: Iterable[tuple[str, int | None]]
    for rows in (
        Resident.objects.filter(code__in=by["R"]).values_list("code", "pk"),
        Case.objects.filter(code__in=by["H"]).values_list("code", "resident"),
        Award.objects.filter(code__in=by["G"]).values_list("code", "resident"),
        Task.objects.filter(code__in=by["T"]).values_list("code", "need__case__resident"),
        Referral.objects.filter(code__in=by["X"]).values_list("code", "case__resident"),
        Resident.objects.filter(household__code__in=by["D"]).values_list("household__code", "pk"),
        IntakeDraft.objects.filter(code__in=by["F"]).values_list("code", "sent_as__resident"),
    ):
        for code, pk in rows:
            if pk is not None:
                holders[code].add(pk)
    unsent = {draft.code: draft for draft in forms.filter(code__in=by["F"], sent_as=None)}
    asks = {ask.code: ask for ask in Ask.objects.filter(code__in=by["A"])}
    return dict(holders), unsent, asks


def _take(
    codes: list[str],
    holders: dict[str, set[int]],
    unsent: dict[str, IntakeDraft],
    asks: dict[str, Ask],
    people: QuerySet[Resident],
    outcome: Found,
) -> None:
    for code in codes:
        kind = references.STARTS[code[0]][0]
        residents = _kept(holders.get(code, set()), people)
        outcome.drafts += [unsent[code]] if code in unsent else []
        outcome.asks += [asks[code]] if code in asks else []
        count = len(residents) + (code in unsent) + (code in asks)
        outcome.tried.append((f"{kind} {code}", count))
        for resident in residents:
            known = next((hit for hit in outcome.hits if hit.resident == resident), None)
            if known is not None:
                known.by.append(f"{kind} {code}")
            else:
                outcome.hits.append(Hit(resident, [f"{kind} {code}"]))
    outcome.total = len(outcome.hits)


def _kept(pks: set[int], people: QuerySet[Resident]) -> list[Resident]:
    """These people, each merged record replaced by the one that was kept."""
    for _ in range(MOST_MERGES):
        into = dict(
            Resident.objects.filter(pk__in=pks, state=Resident.State.MERGED).values_list(
                "pk", "merged_into"
            )
        )
        if not into:
            break
        pks = {into.get(pk) or pk for pk in pks}
    return list(people.filter(pk__in=pks).select_related("area").order_by("-changed_at", "pk"))


# --- Clues ------------------------------------------------------------------------------------


@dataclass
class _Fit:
    """How well somebody fits: the strictest reading of each clue that fits at all."""

    readings: list[tuple[int, Reading]] = field(default_factory=list)

    @property
    def strong(self) -> int:
        return sum(not reading.is_weak for _, reading in self.readings)

    @property
    def looseness(self) -> int:
        return sum(place for place, _ in self.readings)


def _best_of(fits: dict[int, _Fit]) -> tuple[dict[int, _Fit], int]:
    """Who fits as many clues as anybody does, not weakly, and how many these are; all for none."""
    best = max(fit.strong for fit in fits.values())
    if not best:
        return fits, best
    return {pk: fit for pk, fit in fits.items() if fit.strong == best}, best


def _in_order(fits: dict[int, _Fit], counts: dict[str, int], *, is_partial: bool) -> list[int]:
    """Who fits most clues first; then, of a part of them, by the rarest, else by the strictest."""

    def rank(pk: int) -> tuple[int, int, int, int]:
        fit = fits[pk]
        rare = min(counts[reading.meaning] for _, reading in fit.readings)
        if is_partial:
            return -len(fit.readings), rare, fit.looseness, -pk
        return -len(fit.readings), fit.looseness, rare, -pk

    return sorted(fits, key=rank)


def _by_clues(text: str, people: QuerySet[Resident], outcome: Found, most: int) -> None:
    clues, outcome.not_understood = clues_of(text, today=timezone.localdate())
    if not clues:
        return
    fits, counts = _fits(clues, people)
    outcome.tried += [
        (reading.meaning, counts[reading.meaning])
        for reading in _worth_saying(clues)
        if reading.meaning in counts
    ]
    if not fits:
        return
    fits, best = _best_of(fits)
    outcome.is_partial = best < len(clues)

    order = _in_order(fits, counts, is_partial=outcome.is_partial)
    outcome.total = len(order)
    by_pk = people.select_related("area").in_bulk(order[:most])
    outcome.hits = [
        Hit(by_pk[pk], [reading.meaning for _, reading in fits[pk].readings])
        for pk in order[:most]
        if pk in by_pk
    ]


def _worth_saying(clues: list[Clue]) -> list[Reading]:
    """Every reading once, in the order in which it was tried."""
    return list({reading.meaning: reading for clue in clues for reading in clue.readings}.values())


def _fits(clues: list[Clue], people: QuerySet[Resident]) -> tuple[dict[int, _Fit], Counter[str]]:
    """(by person how they fit, by reading how many it found).

    What fits only in part is looked for where nobody fits everything: half a town may live in the
    street of which one house was typed.
    """
    present = people.exclude(state__in=[Resident.State.MERGED, Resident.State.ERASED])
    holders: dict[int, set[int]] = {}
    for some in ([clue.without_weak() for clue in clues], clues):
        digests = _digests_of(some)
        holders |= _holders_of(set(digests.values()) - set(holders))
        who = _by_reading(some, digests, holders, present)
        fitting = [_by_strictness(clue, who) for clue in some]
        among = _who_fits_all(some, fitting)
        if among is not None:
            break
    counts = Counter({reading.meaning: len(pks) for reading, pks in who.items()})
    fits: dict[int, _Fit] = defaultdict(_Fit)
    for clue, sets in zip(some, fitting, strict=True):
        for place, (reading, pks) in enumerate(zip(clue.readings, sets, strict=True)):
            for pk in pks if among is None else pks & among:
                fits[pk].readings.append((place, reading))
    return dict(fits), counts


def _holders_of(digests: set[int]) -> dict[int, set[int]]:
    """By each digest, whoever has it: whether they may be found is asked of them afterwards."""
    holders: dict[int, set[int]] = {digest: set() for digest in digests}
    rows = ResidentKey.objects.filter(digest__in=digests).order_by()
    for digest, pk in rows.values_list("digest", "resident"):
        holders[digest].add(pk)
    return holders


def _digests_of(clues: list[Clue]) -> dict[tuple[str, str], int]:
    """Under which digest each fact that was typed is kept."""
    return {
        fact: keys.digest(*fact)
        for clue in clues
        for reading in clue.readings
        for facts in reading.all_of
        for fact in facts
    }


def _by_reading(
    clues: list[Clue],
    digests: dict[tuple[str, str], int],
    holders: dict[int, set[int]],
    present: QuerySet[Resident],
) -> dict[Reading, set[int]]:
    """Whom each reading finds, of those who may be found.

    That is asked of these alone, in a question of its own. Asked together with their keys it makes
    PostgreSQL draw up a list of everybody who may be found, which is the whole town.
    """
    who = {reading: _who(reading, digests, holders) for clue in clues for reading in clue.readings}
    some = present.order_by().filter(OneOf("id", set().union(*who.values())))
    seen = set(some.values_list("pk", flat=True))
    return {reading: pks & seen for reading, pks in who.items()}


def _by_strictness(clue: Clue, who: dict[Reading, set[int]]) -> list[set[int]]:
    """Whom each reading of a clue finds whom no stricter one did."""
    seen: set[int] = set()
    sets = []
    for reading in clue.readings:
        sets.append(who[reading] - seen)
        seen |= who[reading]
    return sets


def _who_fits_all(clues: list[Clue], fitting: list[list[set[int]]]) -> set[int] | None:
    """Who fits every clue, not weakly: nobody else is shown then. None where nobody does."""
    strong = [
        set().union(
            *(who for reading, who in zip(clue.readings, sets, strict=True) if not reading.is_weak)
        )
        for clue, sets in zip(clues, fitting, strict=True)
    ]
    return set.intersection(*strong) or None


def _who(
    reading: Reading, digests: dict[tuple[str, str], int], holders: dict[int, set[int]]
) -> set[int]:
    sets = [
        set().union(*(holders.get(digests[fact], set()) for fact in facts))
        for facts in reading.all_of
    ]
    return set.intersection(*sets)
