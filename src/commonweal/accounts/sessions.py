"""What belongs to a session: the proof it gave, when it began, when somebody was last seen at it.

The second factor is the session's, not the account's: allauth writes each proof into the session
in which it was given. A session ends twelve hours after it began; one that showed residents' data
ends when nobody used it for half an hour, whatever page is asked for next. Typing is using it.
"""

from __future__ import annotations

import math
import time
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from commonweal.jobs import clock
from commonweal.office.fixed_queries import FixedQuery

from .models import Person

BEGAN, SEEN, LOCKS, LOCKED = "began_at", "desk_seen_at", "desk_locks", "desk_locked"
# The call that is being taken: its reference, and when something was last typed into it.
CALL = "desk_call"
# The page that somebody wanted before they were sent to set up a second factor.
AFTER_FACTOR = "after_factor"
# What counts as fresh where addresses and factors are changed.
FRESH_S = 300
# No session is written at each page for a few seconds.
SEEN_EVERY_S = 15
# By so much a clock is put right now and then, and two machines differ.
AHEAD_MOST_S = 120
FACTORS_OF = FixedQuery(
    lambda pk: Authenticator.objects.filter(user_id=pk).values_list("pk", flat=True), int
)


def age_s(at: float) -> float:
    """How many seconds ago something of a session was; without end for what lies ahead: it was
    written while the clock ran ahead, and would else hold until the clock has caught up."""
    age = time.time() - at
    return age if age >= -AHEAD_MOST_S else math.inf


def gave_second_factor(request: HttpRequest, person: Person) -> bool:
    """Whether this very session gave a second factor that its person still has."""
    if settings.DEMO and request.session.get("demo_second_factor"):
        return True
    return bool(_proofs_by_factor(request, person))


def is_fresh(request: HttpRequest, *, by_factor: bool) -> bool:
    """Whether somebody proved a moment ago who they are (``by_factor``: by their second factor)."""
    proofs = (
        _proofs_by_factor(request, request.user)
        if by_factor
        else get_authentication_records(request, request.user)
    )
    return any(age_s(proof["at"]) <= FRESH_S for proof in proofs)


def _proofs_by_factor(request: HttpRequest, person: Any) -> list[dict[str, Any]]:
    """What this session proved by a second factor; what was taken off since proves nothing.

    Else whoever found a key or a list of recovery codes stays in when its owner takes it off.
    """
    proofs = [p for p in get_authentication_records(request, person) if p["method"] == "mfa"]
    is_named = any("id" in proof for proof in proofs)
    still = set(FACTORS_OF(person.pk)) if is_named else set()
    return [proof for proof in proofs if "id" not in proof or proof["id"] in still]


def begin(request: HttpRequest) -> None:
    """Note when a session begins, and list it for its person."""
    request.session[BEGAN] = int(time.time())
    if request.META.get("REMOTE_ADDR"):
        UserSession.objects.create_from_request(request)


def why_over(request: HttpRequest) -> str:
    """Why the session of a request is over; "" while it lasts."""
    session = request.session
    if SESSION_KEY not in session:
        return _why_gone(request)
    age = age_s(session.get(BEGAN, 0))
    if age > settings.SESSION_HOURS * 3600:
        return _passed(age, _hours())
    idle = age_s(session[SEEN]) if SEEN in session else 0
    if idle > settings.SESSION_IDLE_MINUTES * 60 and not is_in_call(request):
        return _passed(
            idle, f"nobody used this browser for {settings.SESSION_IDLE_MINUTES} minutes"
        )
    return ""


def _why_gone(request: HttpRequest) -> str:
    """Why somebody who was signed in is so no more, although the browser still shows its key: by
    its own clock the hours are not over."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return ""
    over = Session.objects.filter(session_key=key, expire_date__lte=timezone.now()).first()
    if over is None or SESSION_KEY not in over.get_decoded():
        return ""
    return _passed(age_s(over.get_decoded().get(BEGAN, 0)), _hours())


def _hours() -> str:
    return f"{settings.SESSION_HOURS} hours have passed since you signed in"


def _passed(seconds: float, sentence: str) -> str:
    """How long it was, as far as that can be known: a clock that was set knows nothing of it."""
    if math.isinf(seconds):
        return "this town's clock was set since then"
    return f"{sentence}, by a clock that may be wrong" if clock.why_rest() else sentence


def note_idle(request: HttpRequest) -> None:
    """Lock a desk at which nobody was for some minutes, else note that somebody is."""
    session = request.session
    if (seen := session.get(SEEN)) is None or session.get(LOCKED):
        return
    idle = age_s(seen)
    if session.get(LOCKS) and idle > settings.DESK_LOCK_MINUTES * 60:
        session[LOCKED] = True
    # A page that only looks whether a colleague typed something is nobody at the desk.
    elif idle >= SEEN_EVERY_S and "X-Only-Looking" not in request.headers:
        session[SEEN] = int(time.time())


def note_call(request: HttpRequest, code: str) -> None:
    """Somebody is on the telephone with this call before them: listening is no absence."""
    request.session[CALL] = {"code": code, "at": int(time.time())}


def end_call(request: HttpRequest) -> None:
    """The call was sent or thrown away: the screen locks as on any page. Whoever did it is here."""
    if request.session.pop(CALL, None) is not None and SEEN in request.session:
        request.session[SEEN] = int(time.time())


def is_in_call(request: HttpRequest, code: str | None = None) -> bool:
    """Whether a call is in progress; with ``code``, whether it is this one."""
    call = request.session.get(CALL)
    if call is None or age_s(call["at"]) > settings.DESK_CALL_MINUTES * 60:
        return False
    return code is None or call["code"] == code


def note_people(request: HttpRequest, *, locks: bool) -> None:
    """From now on this session has shown residents' data."""
    session = request.session
    if SEEN not in session:
        session[SEEN] = int(time.time())
    if locks and not session.get(LOCKS):
        session[LOCKS] = True


def unlock(request: HttpRequest) -> None:
    request.session[LOCKED] = False
    request.session.pop(SEEN, None)


def list_of(person: Person) -> list[UserSession]:
    """Where a person is signed in, the newest first."""
    listed: list[UserSession] = UserSession.objects.purge_and_list(person)
    return sorted(listed, key=lambda session: session.created_at, reverse=True)


def end_all(person: Person) -> int:
    """Sign a person out everywhere."""
    sessions = list_of(person)
    for session in sessions:
        session.end()
    return len(sessions)
