"""Beginning to follow, which takes two steps, and ending it, which takes one."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.accounts.limits import Limit, spend
from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.office.fields import keyed_hash

from .kinds import Followed, find
from .models import Follow
from .tokens import OUT, YES, token_of

# Their keys name a row and a moment; what they said, and to whom, goes as soon as they are sent.
ASKS, NEWS = "follow-asks-", "follow-news-"
UNCONFIRMED_KEPT = timedelta(days=7)
# So that nobody's letterbox is filled by somebody who types their address into every page.
LETTERS = Limit(
    "letters that ask whether to follow", 3, timedelta(days=1), "Enough letters for today."
)
GONE = "That is no longer public, or the page has moved."


def digest_of(email: str) -> str:
    return keyed_hash(f"follow:{email}")


@transaction.atomic
def ask(*, kind: str, key: str, email: str, pace: str) -> None:
    """Somebody wants to follow something: a letter asks the address whether it does. To whoever
    asked nothing tells whether the address follows it already, or gets no letter today.

    Raises
    ------
    Refused
        It is not public, or over.
    """
    thing = find(kind, key)
    if thing is None:
        raise Refused(GONE)
    if thing.over:
        raise Refused(thing.over)
    digest = digest_of(email)
    follow, _ = Follow.objects.get_or_create(
        email_digest=digest,
        kind=kind,
        key=key,
        defaults={"email": email.strip(), "pace": pace},
    )
    if follow.confirmed_at is not None:
        return
    now = timezone.now()
    Follow.objects.filter(pk=follow.pk).update(pace=pace, asked_at=now)
    try:
        spend(LETTERS, digest)
    except Refused:
        return
    mail.write(
        key=f"{ASKS}{follow.pk}-{now.isoformat()}",
        subject="Do you want to follow this?",
        body=_asking(follow),
        to_email=follow.email,
    )


def address(name: str, *of: str) -> str:
    return f"{settings.ADDRESS}{reverse(name, args=of)}"


def _asking(follow: Follow) -> str:
    return (
        "Somebody, perhaps you, asked that news of a page of ours be sent to this address.\n\n"
        f"If you want that, press the button here within seven days:\n"
        f"{address('follow-confirm', token_of(follow, YES))}\n\n"
        "If you don't, do nothing: no more comes, and the address is deleted.\n"
    )


@transaction.atomic
def confirm(*, follow: Follow) -> None:
    """Whoever reads the address's letters wants it: news are told from now on. Again it does
    nothing.

    Raises
    ------
    Refused
        It is over meanwhile.
    """
    thing = followed(follow)
    if thing is not None and thing.over and follow.confirmed_at is None:
        raise Refused(thing.over)
    now = timezone.now()
    Follow.objects.filter(pk=follow.pk, confirmed_at=None).update(confirmed_at=now, told_until=now)


@transaction.atomic
def stop(*, follow: Follow, everything: bool = False) -> None:
    """End one, or everything that its address follows; the address is deleted with it."""
    if everything:
        Follow.objects.filter(email_digest=follow.email_digest).delete()
    else:
        Follow.objects.filter(pk=follow.pk).delete()


@transaction.atomic
def erase(*, email: str, by: Person) -> None:
    """Delete all that is kept of an address here. Whether there was anything is not told."""
    Follow.objects.filter(email_digest=digest_of(email)).delete()
    record("follower erased", about=by, by=by, as_role=Role.DATA_PROTECTION_OFFICER)


def forget_unconfirmed(now: datetime) -> int:
    """Delete what nobody confirmed within seven days."""
    late = Follow.objects.filter(confirmed_at=None, asked_at__lt=now - UNCONFIRMED_KEPT)
    return late.delete()[0]


def followed(follow: Follow) -> Followed | None:
    return find(follow.kind, follow.key)


def way_out(follow: Follow) -> str:
    return address("follow-stop", token_of(follow, OUT))
