"""A promise that counts what is not on the menu: the charter manager says by which measure.

It stays a draft until then. What the partner wrote stays as it is; only what is counted is chosen
for it, and by that it goes the way of every pledge.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.partners.models import Partner

from . import actions, steps
from .models import Draft, Measure, Pledge

# Beside the answers of the steps: when it was sent, and why it came back.
SENT, BACK = "sent", "back"
AFTER_ACCEPTANCE = "The charter manager sees it once your organisation is accepted."
WITH_THE_MANAGER = "It is with the charter manager, who says how it is counted."
GONE = "It is not waiting any more: it was changed, sent back or mapped meanwhile."
CHANGED = "It was changed and sent again since you opened this page. Read it as it is now."
A_DRAFT_AGAIN = (
    "The charter manager does not have it any more, as you changed it. "
    "Send it again when it is right."
)


@dataclass(frozen=True)
class Wish:
    """A promise that waits for its measure, as the manager reads it."""

    draft: Draft
    wanted: str
    statement: str
    figures: str
    since: datetime
    sent: str
    """Which sending it is, as its page carries it."""


def waiting() -> QuerySet[Draft]:
    """Drafts that were sent without a measure, of organisations that may act."""
    return (
        Draft.objects.filter(answers__sent__at__isnull=False, partner__in=Partner.objects.acting())
        .select_related("partner", "by")
        .order_by("saved_at", "pk")
    )


def waits_for(draft: Draft) -> str:
    """For whom a promise waits that was sent without a measure; "" where it was not."""
    if SENT not in draft.answers:
        return ""
    return WITH_THE_MANAGER if draft.partner.may_act else f"It is sent. {AFTER_ACCEPTANCE}"


def wish_of(draft: Draft) -> Wish:
    answers = draft.answers
    figures = answers.get("figures", {})
    return Wish(
        draft,
        str(answers.get("measure", {}).get("wanted", "")),
        str(answers.get("promise", {}).get("statement", "")),
        f"from {figures.get('baseline', '')} to {figures.get('target', '')}",
        datetime.fromisoformat(answers[SENT]["at"]),
        str(answers[SENT]["at"]),
    )


@transaction.atomic
def send(*, draft: Draft, by: Person) -> None:
    """Ask the charter manager by which measure a promise is counted.

    Raises
    ------
    Refused
        Something is missing, or it is sent already.
    """
    now = Draft.objects.select_for_update().get(pk=draft.pk)
    if steps.missing(now):
        raise Refused("Something is still missing; the list above says what.")
    if SENT in now.answers:
        raise Refused("It is with the charter manager already.")
    now.answers = {name: typed for name, typed in now.answers.items() if name != BACK}
    _save(now, {SENT: {"at": timezone.now().isoformat()}})
    record("measure asked for", about=now.partner, by=by, as_role="editor")


def _save(draft: Draft, added: dict[str, Any]) -> None:
    draft.answers = draft.answers | added
    draft.save(update_fields=["answers", "saved_at"])


@transaction.atomic
def map_to(*, draft: Draft, measure: Measure, sent: str, by: Person) -> Pledge:
    """Say by which measure a promise is counted; with that it is proposed, as its partner sent it.
    ``sent`` is the sending that was read.

    Raises
    ------
    Refused
        It waits no more, was changed and sent again, or its figures can't be promised by that
        measure.
    """
    now = _read_one(draft, sent)
    now.answers = {name: typed for name, typed in now.answers.items() if name not in (SENT, BACK)}
    _save(now, {"measure": {"measure": measure.code}})
    if gaps := steps.missing(now):
        raise Refused(f"By that measure it can’t be promised yet: {gaps[0][2].rstrip('.')}.")
    pledge = actions.propose(draft=now, terms=steps.terms_of(now), by=now.by)
    record("measure mapped", about=pledge, by=by, as_role=Role.CHARTER_MANAGER)
    return pledge


@transaction.atomic
def send_back(*, draft: Draft, because: str, sent: str, by: Person) -> None:
    """Give it back with the reason: the partner chooses from the menu, or writes it otherwise."""
    if not because.strip():
        raise Refused("Say what has to change. The partner reads it.")
    now = _read_one(draft, sent)
    now.answers = {name: typed for name, typed in now.answers.items() if name != SENT}
    _save(now, {BACK: {"because": because}})
    record("measure not mapped", about=now.partner, by=by, as_role=Role.CHARTER_MANAGER)
    mail.write(
        key=f"wish-back-{now.pk}-{timezone.localtime():%Y%m%d%H%M%S}",
        person=now.by,
        subject=f"Please change your promise: {now.partner.name}",
        body=f"The charter manager asks for a change before this can be promised:\n"
        f"{wish_words(now)}\n\n{because}\n\n"
        f"{settings.ADDRESS}/space/{now.partner.code}/drafts/{now.code}/check/\n",
    )


@transaction.atomic
def take_back(*, draft: Draft, by: Person) -> None:
    """Make it a draft again, with all that was typed: it waits for nobody.

    Raises
    ------
    Refused
        It waits no more.
    """
    now = _waiting_one(draft)
    now.answers = {name: typed for name, typed in now.answers.items() if name != SENT}
    _save(now, {})
    record("measure no longer asked for", about=now.partner, by=by, as_role="editor")


@transaction.atomic
def keep(*, draft: Draft, step: str, form: Any, by: Person) -> bool:
    """Keep a step of a promise, as `steps.keep` does. What the charter manager has is not changed
    under their eyes: with the first change it is a draft again. True where that happened."""
    now = Draft.objects.select_for_update().get(pk=draft.pk)
    earlier = _written(now, step)
    steps.keep(draft, step, form)
    if SENT not in draft.answers or _written(draft, step) == earlier:
        return False
    take_back(draft=draft, by=by)
    return True


def _written(draft: Draft, step: str) -> dict[str, str]:
    """What stands in a step, whichever empty boxes its page had beside it."""
    answers = draft.answers.get(step, {})
    return {name: str(typed).strip() for name, typed in answers.items() if str(typed).strip()}


def wish_words(draft: Draft) -> str:
    return str(draft.answers.get("promise", {}).get("statement", ""))


def _read_one(draft: Draft, sent: str) -> Draft:
    """The promise, where it is still the one that was read."""
    now = _waiting_one(draft)
    if now.answers[SENT]["at"] != sent:
        raise Refused(CHANGED)
    return now


def _waiting_one(draft: Draft) -> Draft:
    now = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    if now is None or SENT not in now.answers:
        raise Refused(GONE)
    return now
