"""A form that is being typed: begun, kept, gone on with, thrown away."""

from __future__ import annotations

import hmac
import json
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.office.fields import keyed_hash
from commonweal.residents import references
from commonweal.services.models import HelpType

from .. import joining, named, opening, typing
from ..models import IntakeDraft
from ..models.cases import new_pin
from .answers import answers_of, described_of

WRONG_PINS_MOST = 5
# In letters: of one answer, and of all that is written down of one request.
FIELD_MOST = 5_000
DRAFT_MOST = 30_000


class TooLong(Refused):
    """More was typed than is kept; nothing of this step was stored."""


@transaction.atomic
def start(*, channel: str, by: Person | None) -> tuple[IntakeDraft, str]:
    """Begin to write down a call for help; (draft, number to go on with it, for the public).

    Raises
    ------
    Refused
        The public asks, and the desk is closed.
    """
    if by is None and not opening.is_open():
        raise Refused(opening.CLOSED)
    pin = "" if by else new_pin()
    draft = IntakeDraft.objects.create(
        channel=channel, started_by=by, saved_by=by, pin_hash=_hash(pin) if pin else ""
    )
    return draft, pin


def _hash(pin: str) -> str:
    return keyed_hash(f"pin:{pin}")


@transaction.atomic
def save(
    *,
    draft: IntakeDraft,
    answers: dict[str, Any],
    by: Person | None,
    seen: dict[str, int] | None = None,
    tab: str = "",
) -> IntakeDraft:
    """Keep what was typed so far, whatever it is: nothing but its length is checked, nothing is
    lost.

    ``answers`` are the fields that somebody changed; ``seen`` the version of the draft that their
    page last saw of each. What another changed since is kept beside it (`typing`).

    Raises
    ------
    TooLong
        One answer, or all together, is longer than is kept.
    Refused
        It was sent already, or thrown away.
    """
    now, writer = _begin(draft, by, tab)
    merged, marks = answers_of(now), typing.marks_of(now)
    _check_length(answers, merged | answers)
    typing.take(merged, marks, answers, seen, writer)
    _store(draft, merged, marks, writer)
    _mark(draft, merged)
    return draft


def _check_length(answers: dict[str, Any], merged: dict[str, Any]) -> None:
    if any(len(json.dumps(answer, ensure_ascii=False)) > FIELD_MOST for answer in answers.values()):
        raise TooLong(
            f"One answer is longer than {FIELD_MOST:,} letters, so this step was not kept. Shorten "
            "it here, or ring the help desk and tell us."
        )
    if len(json.dumps(merged, ensure_ascii=False)) > DRAFT_MOST:
        raise TooLong(
            f"All answers together are longer than {DRAFT_MOST:,} letters, so this step was not "
            "kept. Shorten it here, or ring the help desk and tell us."
        )


def _mark(draft: IntakeDraft, answers: dict[str, Any]) -> None:
    """Whether what was typed so far is for named colleagues: it ticks a restricted kind, or fits
    somebody restricted. Looked at on every save, so that no page tells by its pace."""
    ticked = HelpType.objects.filter(is_restricted=True, code__in=answers.get("needs") or [])
    near = joining.restricted_like(described_of(answers))
    is_restricted = ticked.exists() or bool(near)
    if is_restricted != draft.is_restricted:
        IntakeDraft.objects.filter(pk=draft.pk).update(is_restricted=is_restricted)
        draft.is_restricted = is_restricted


@transaction.atomic
def choose(*, draft: IntakeDraft, name: str, which: str, by: Person, tab: str = "") -> None:
    """Say which of two people's words a field is to hold.

    Raises
    ------
    Refused
        It was sent already, or thrown away, or somebody else has chosen.
    """
    now, writer = _begin(draft, by, tab)
    merged, marks = answers_of(now), typing.marks_of(now)
    if name not in marks.twice:
        raise Refused("Somebody else has chosen already. Look at the field again.")
    typing.choose(merged, marks, name, which, writer)
    _store(draft, merged, marks, writer)


def _begin(draft: IntakeDraft, by: Person | None, tab: str) -> tuple[IntakeDraft, typing.Writer]:
    now = IntakeDraft.objects.select_for_update().filter(pk=draft.pk).first()
    if now is None:
        raise Refused("Somebody has thrown this away. What you typed is still on your page.")
    if now.sent_as_id is not None:
        raise Refused("This was sent already.")
    return now, typing.Writer(by, tab, timezone.now(), now.saves + 1)


def _store(
    draft: IntakeDraft, answers: dict[str, Any], marks: typing.Marks, writer: typing.Writer
) -> None:
    IntakeDraft.objects.filter(pk=draft.pk, sent_as=None).update(
        answers=json.dumps(answers),
        marks=marks.as_text(),
        saved_at=writer.at,
        saved_by=_keeper(draft, writer.by),
        saves=writer.version,
    )
    draft.refresh_from_db()


def _keeper(draft: IntakeDraft, by: Person | None) -> Person | None:
    """Who types it: whoever saved it last. Who reads a restricted one by their role takes it from
    nobody, so that whoever is on the telephone can go on."""
    if by is None:
        return draft.saved_by
    by_role = named.is_manager(by) or bool(named.kinds_of(by))
    return draft.saved_by or by if draft.is_restricted and by_role else by


def resume(*, code: str, pin: str) -> IntakeDraft:
    """Go on with a form, or look how it stands once it was sent: by its reference, or that of the
    case which it became, and its number, in any spelling. Five wrong numbers close it.

    Raises
    ------
    Refused
        They do not fit; which of the two is not said, and it takes the same steps either way.
    """
    # What reads as no reference at all is looked up as well: the answer takes no less time.
    read, forms = references.readings(code) or [""], IntakeDraft.objects.exclude(pin_hash="")
    fitting = [*forms.filter(code__in=read)[:2], *forms.filter(sent_as__code__in=read)[:2]]
    draft = fitting[0] if len(fitting) == 1 else None
    is_open = _may_guess(draft.pk if draft else 0)
    typed = _hash(references.figures(pin))
    if draft is None or not (is_open and hmac.compare_digest(draft.pin_hash, typed)):
        raise Refused("The reference and the number do not fit together. Look at both again.")
    IntakeDraft.objects.filter(pk=draft.pk).update(wrong_pins=0)
    return draft


def _may_guess(pk: int) -> bool:
    """Count a try before it is looked at, so that many at the same moment are no more tries."""
    open_ = IntakeDraft.objects.filter(pk=pk, wrong_pins__lt=WRONG_PINS_MOST)
    return bool(open_.update(wrong_pins=F("wrong_pins") + 1))


def is_danger(draft: IntakeDraft) -> bool:
    """Whether danger was named in what was typed so far."""
    return draft.is_restricted or "danger" in (answers_of(draft).get("signs") or [])


@transaction.atomic
def throw_away(*, draft: IntakeDraft, by: Person) -> None:
    """A draft that came to nothing.

    Raises
    ------
    Refused
        It was sent already, or thrown away by somebody else.
    """
    now = IntakeDraft.objects.select_for_update().filter(pk=draft.pk).first()
    if now is None:
        raise Refused("Somebody else has thrown this away already.")
    if now.sent_as_id is not None:
        raise Refused("This was sent already.")
    record("intake thrown away", about=now, by=by)
    now.delete()
