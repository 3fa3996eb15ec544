"""The letters: one for each thing that is followed, when something became public of it.

Each is written together with the mark of how far was told, so that none is sent twice and none is
left out. It is not sent to somebody who has ended it meanwhile.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.accounts.models import Message

from .actions import ASKS, NEWS, followed, way_out
from .kinds import Followed, News, news_of
from .models import Follow

WEEK = timedelta(days=7)
# What is written down at a moment may be seen a little later, when its transaction ends.
SETTLES = timedelta(minutes=2)


def tell(now: datetime) -> int:
    """Write to all who are due and have news; how many letters that made."""
    due = Q(pace=Follow.Pace.AT_ONCE) | Q(told_until__lte=now - WEEK)
    waiting = Follow.objects.filter(due, confirmed_at__isnull=False, told_until__lt=now - SETTLES)
    return sum(_tell(pk, now - SETTLES) for pk in waiting.values_list("pk", flat=True))


@transaction.atomic
def _tell(pk: int, until: datetime) -> bool:
    follow = Follow.objects.select_for_update().filter(pk=pk).first()
    if follow is None or follow.told_until is None or follow.told_until >= until:
        return False
    thing = followed(follow)
    if thing is None:
        return False
    news = news_of(follow.kind, follow.key, follow.told_until, until)
    if not news:
        return False
    Follow.objects.filter(pk=pk).update(told_until=until)
    mail.write(
        key=f"{NEWS}{pk}-{until.isoformat()}",
        subject="News of what you follow",
        body=_letter(follow, thing, news),
        to_email=follow.email,
    )
    return True


def _letter(follow: Follow, thing: Followed, news: list[News]) -> str:
    lines = [f"- {timezone.localtime(line.at):%-d %B %Y}: {line.words}" for line in news]
    return "\n".join(
        [
            thing.title,
            "",
            *lines,
            "",
            "The page:",
            f"{settings.ADDRESS}{thing.address}",
            "",
            "No more letters of this? Press the button here:",
            way_out(follow),
            "",
        ]
    )


def _follow_of(message: Message) -> Follow | None:
    number = message.key.removeprefix(ASKS).removeprefix(NEWS).split("-")[0]
    return Follow.objects.filter(pk=int(number)).first()


@mail.gate(ASKS)
@mail.gate(NEWS)
def still_followed(message: Message, now: datetime) -> str | None:
    """The words of a letter, unless whoever it goes to has ended it."""
    if _follow_of(message) is None:
        message.delete()
        return None
    return str(message.body)


def headers_of(message: Message) -> dict[str, str]:
    """By which mail programs offer to end it with one press (RFC 8058)."""
    follow = _follow_of(message)
    if follow is None:
        return {}
    return {
        "List-Unsubscribe": f"<{way_out(follow)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


mail.HEADERS[NEWS] = headers_of
mail.HEADERS[ASKS] = headers_of
mail.EMPTIED.update({ASKS, NEWS})
