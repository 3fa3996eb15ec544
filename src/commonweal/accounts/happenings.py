"""What happens around signing in goes into the record, and what changes it is told by mail.

Sign-ins, wrong codes and refusals are lines of the record, so many an hour: nobody fills it by
trying. A change of an address or of a second factor is told to the address that stood before it.
"""

from __future__ import annotations

import logging
import uuid
from datetime import timedelta
from typing import Any

from allauth.account import signals as account
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from commonweal.office.errors import Refused

from . import sessions
from .limits import SHARED, Limit, spend, visitor_of
from .mail import write
from .models import Person
from .record import SIGNING_IN, record

logger = logging.getLogger("commonweal.signing_in")
RECORDED = Limit("signing in recorded", 60, timedelta(hours=1), "Recorded often enough.")
FACTORS = {
    Authenticator.Type.TOTP: "an authenticator app",
    Authenticator.Type.WEBAUTHN: "a passkey or security key",
    Authenticator.Type.RECOVERY_CODES: "recovery codes",
}


def note(verb: str, person: Person, request: HttpRequest | None = None, **detail: Any) -> None:
    """Write one line about signing in, unless this visitor filled enough of them this hour."""
    assert verb in SIGNING_IN
    if request is not None:
        visitor = visitor_of(request)
        try:
            spend(RECORDED, visitor.key, times=SHARED if visitor.is_shared else 1)
        except Refused:
            return
    # Who typed a wrong code may be anybody.
    by = None if verb == "sign-in failed" else person
    record(verb, about=person, by=by, as_role="person" if by else "somebody", **detail)


def note_refusal(request: HttpRequest) -> None:
    """Somebody signed in asked for what is not theirs. The address goes by its name: what stands
    in it may be a reference."""
    match = request.resolver_match
    person = request.user
    if isinstance(person, Person) and match is not None:
        note("refused", person, request, page=match.url_name or "", method=request.method)


def tell(person: Person, happening: str, *, to: str = "") -> None:
    """Tell somebody that how they sign in was changed, at the address that stood before it."""
    write(
        key=f"signing-in:{uuid.uuid4()}",
        subject="How you sign in was changed",
        body=f"{happening}\n\nIf it was not you, tell an administrator of the town at once, and "
        f"end all sign-ins on this page: {settings.ADDRESS}/accounts/you/\n",
        to_email=to or person.email,
        urgent=True,
    )


@receiver(user_logged_in)
def _begins(request: HttpRequest, **_: Any) -> None:
    sessions.begin(request)


@receiver(account.user_logged_in)
def _signed_in(request: HttpRequest, user: Person, **_: Any) -> None:
    proofs = get_authentication_records(request, user)
    how = sorted({str(proof.get("type") or proof["method"]) for proof in proofs})
    note("signed in", user, request, how=how)


@receiver(account.email_confirmed)
def _signed_up(request: HttpRequest, email_address: Any, **_: Any) -> None:
    """Whoever signs up has just typed a code from their mail, as somebody who signs in has."""
    if not request.user.is_authenticated:
        record_authentication(request, email_address.user, "code", email=email_address.email)


@receiver(account.login_code_rejected)
@receiver(account.email_verification_code_rejected)
def _wrong_code(request: HttpRequest, user: Person, **_: Any) -> None:
    note("sign-in failed", user, request, how="code")


@receiver(mfa.authentication_failed)
def _wrong_factor(request: HttpRequest, user: Person, **_: Any) -> None:
    note("sign-in failed", user, request, how="second factor")


@receiver(mfa.authenticator_used)
def _proved(request: HttpRequest, user: Person, authenticator: Any, **details: Any) -> None:
    if details.get("reauthenticated"):
        note("proved again", user, request, how=str(authenticator.type))


@receiver(mfa.authenticator_added)
def _factor_added(request: HttpRequest, user: Person, authenticator: Any, **_: Any) -> None:
    kind = authenticator.type
    record("second factor added", about=user, by=user, as_role="person", kind=str(kind))
    tell(user, f"You can now also prove that it is you by {FACTORS[kind]}.")
    if kind != Authenticator.Type.RECOVERY_CODES:
        # Whoever sets one up proved who they are to come there, and has just shown that they hold
        # it: the page with the recovery codes, which is next, asks for nothing more.
        record_authentication(
            request, user, "mfa", id=authenticator.pk, type=str(kind), reauthenticated=True
        )


@receiver(mfa.authenticator_removed)
def _factor_removed(user: Person, authenticator: Any, **_: Any) -> None:
    kind = authenticator.type
    record("second factor removed", about=user, by=user, as_role="person", kind=str(kind))
    tell(user, f"{FACTORS[kind].capitalize()} was taken off your sign-in.")


@receiver(mfa.authenticator_reset)
def _codes_made_anew(user: Person, **_: Any) -> None:
    record("recovery codes made anew", about=user, by=user, as_role="person")
    tell(user, "New recovery codes were made. The earlier ones no longer work.")


@receiver(account.email_added)
def _address_added(user: Person, email_address: Any, **_: Any) -> None:
    record("address added", about=user, by=user, as_role="person")
    tell(user, f"The address {email_address.email} was added to your sign-in.")


@receiver(account.email_changed)
def _address_changed(
    user: Person, from_email_address: Any, to_email_address: Any, **_: Any
) -> None:
    record("address changed", about=user, by=user, as_role="person")
    if from_email_address is not None:
        happening = f"You now sign in as {to_email_address.email}, no longer as this address."
        tell(user, happening, to=from_email_address.email)


@receiver(account.email_removed)
def _address_removed(user: Person, email_address: Any, **_: Any) -> None:
    record("address removed", about=user, by=user, as_role="person")
    happening = f"The address {email_address.email} was taken off your sign-in."
    for address in {email_address.email, user.email}:
        tell(user, happening, to=address)
