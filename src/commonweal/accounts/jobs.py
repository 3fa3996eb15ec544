"""What happens by itself: old keys, old words and old sessions are forgotten."""

from __future__ import annotations

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from commonweal.jobs.queue import every, job

from . import kept, lasting, once


@every(timedelta(minutes=10))
@job()
def forget_what_was_typed() -> int:
    return kept.forget_old() + once.forget_old()


@every(timedelta(hours=24))
@job()
def forget_old_sessions() -> int:
    """Sessions that are over, and the list of where somebody was signed in."""
    SessionStore.clear_expired()
    before = timezone.now() - timedelta(hours=settings.SESSION_HOURS + 1)
    count: int = UserSession.objects.filter(created_at__lt=before).delete()[0]
    return count


@every(timedelta(hours=12))
@job()
def warn_the_last_administrator() -> int:
    return lasting.warn(timezone.localdate())
