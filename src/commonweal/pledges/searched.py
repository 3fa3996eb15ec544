"""What of the register can be looked for on the whole site: partners, pledges, themes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.urls import reverse
from django.utils import timezone

from commonweal.charter.models import Theme
from commonweal.partners.models import Partner, Sector
from commonweal.places import rooms
from commonweal.places.search_words import Findable, Match
from commonweal.places.searching import Reading, SearchKind, register

from .models import OF_OTHERS, Entry, LedgerHead, Pledge

# Of so many pledges with new entries all are read anew: that is one question.
MANY = 2000


SECTORS = dict(Sector.choices)


def of_another(register_name: str) -> str:
    """What marks it on a page that lists the town's own as well: whose register it is."""
    return "In a register of another body" + (f" ({register_name})" if register_name else "")


@dataclass(frozen=True)
class NamedPartner:
    """A partner, with the names of the entries that were merged into it. ``line`` tells it apart:
    its sector, and the register of another body that alone names it."""

    code: str
    line: str
    is_public: bool
    names: tuple[str, ...]


def named_partners() -> dict[int, NamedPartner]:
    """By key, each that stands for itself; one question."""
    of_the_town = Partner.objects.of_the_town(timezone.localdate()).values("pk")
    is_apart = ExpressionWrapper(~Q(pk__in=of_the_town), BooleanField())
    rows = list(
        Partner.objects.annotate(is_apart=is_apart)
        .order_by("pk")
        .values_list(
            "pk", "code", "sector", "is_apart", "source", "name", "accepted_on", "merged_into"
        )
    )
    merges = {pk: into for pk, *_, into in rows if into is not None}
    former: dict[int, list[str]] = defaultdict(list)
    for pk, *_, name, _, _ in rows:
        last = pk
        while last in merges:
            last = merges[last]
        if last != pk:
            former[last].append(name)
    return {
        pk: NamedPartner(
            code,
            f"{SECTORS[sector]}. {of_another(source)}" if is_apart else SECTORS[sector],
            accepted_on is not None,
            (name, *former.get(pk, ())),
        )
        for pk, code, sector, is_apart, source, name, accepted_on, into in rows
        if into is None
    }


def partners(before: Any) -> Reading:
    """By their names, and those of entries that were merged into them."""
    named = named_partners()
    if before == named:
        return Reading((), named, is_whole=False)
    things = (
        Findable(
            pk,
            partner.names,
            Match(partner.names[0], f"/partners/{partner.code}/", partner.line),
            (partner.names[0].casefold(), pk),
        )
        for pk, partner in named.items()
        if partner.is_public
    )
    return Reading(things, named)


@dataclass(frozen=True)
class PledgesRead:
    """How far pledges were read: the ledger's head, and what every partner was called then."""

    seq: int
    names: dict[int, tuple[str, ...]]


def head() -> int:
    return LedgerHead.objects.values_list("seq", flat=True).first() or 0


def pledges(before: PledgesRead | None) -> Reading:
    """By their words, their code and their partner's names, the one that is due next first. Their
    words change by an entry alone; where a partner is called otherwise, all are read anew."""
    names = {pk: partner.names for pk, partner in named_partners().items()}
    mark = PledgesRead(head(), names)
    if before is None or any(names.get(pk) != known for pk, known in before.names.items()):
        return Reading(_pledges(names), mark)
    moved = Entry.objects.filter(seq__gt=before.seq, seq__lte=mark.seq)
    keys = set(moved.values_list("pledge_id", flat=True)[: MANY + 1])
    if len(keys) > MANY:
        return Reading(_pledges(names), mark)
    return Reading(_pledges(names, keys), mark, is_whole=False)


def _pledges(
    names: dict[int, tuple[str, ...]], keys: Iterable[int] | None = None
) -> Iterator[Findable]:
    rows = Pledge.objects.public() if keys is None else Pledge.objects.public().filter(pk__in=keys)
    for pk, code, statement, due_on, partner, is_of_others, source in rows.values_list(
        "pk", "code", "statement", "due_on", "partner", "is_of_others", "source"
    ):
        name = names.get(partner, ("",))[0]
        # The mark stands first: a long line is cut at its end.
        line = f"{of_another(source)}: {name}" if is_of_others else name
        yield Findable(
            pk,
            (statement, code, *names.get(partner, ())),
            Match(statement, f"/pledges/{code}/", line),
            ((due_on or date.max).toordinal(), pk),
        )


def themes(_: Any) -> Reading:
    return Reading(
        Findable(theme.pk, (theme.name,), Match(theme.name, theme.get_absolute_url()), (place,))
        for place, theme in enumerate(Theme.objects.all())
    )


def whole_register() -> str:
    """The register with all that is found: what registers of other bodies list as well."""
    has_others = Pledge.objects.filter(OF_OTHERS).exists()
    return reverse("register") + ("?source=all" if has_others else "")


register(SearchKind("partners", "Partners", rooms.ALWAYS, partners, lambda: reverse("partners")))
register(SearchKind("pledges", "Pledges", rooms.ALWAYS, pledges, whole_register, head))
register(SearchKind("themes", "Themes", rooms.ALWAYS, themes))
