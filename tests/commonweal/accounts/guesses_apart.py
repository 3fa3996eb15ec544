"""Run by test_guesses.py in a process of its own: many guesses at the same moment, of each kind.

Every comparison takes a while, so that all requests have begun before the first one ends; how many
comparisons there were is what counts.
"""

from __future__ import annotations

import os
import re
import threading
import time

os.environ["DJANGO_SETTINGS_MODULE"] = "commonweal.config.settings"
os.environ["COMMONWEAL_SECRET_KEY"] = "for-this-process-alone-" + "k" * 40
os.environ["COMMONWEAL_FIELD_KEYS"] = "Zm9yLXRoZS1zdWl0ZS1vbmx5LTMyLWJ5dGVzLWxvbmc="
os.environ["COMMONWEAL_EMAIL_BACKEND"] = "django.core.mail.backends.locmem.EmailBackend"
import django
from django.conf import settings

settings.STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
django.setup()

from allauth.account.models import EmailAddress  # noqa: E402
from allauth.mfa.models import Authenticator  # noqa: E402
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes  # noqa: E402
from allauth.mfa.totp.internal.auth import TOTP  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402

from commonweal.accounts import guessing, letters, proving  # noqa: E402
from commonweal.accounts.models import Person  # noqa: E402
from commonweal.cases import intake, opening  # noqa: E402
from commonweal.cases.intake import drafts  # noqa: E402
from commonweal.cases.models import IntakeDraft  # noqa: E402

AT_ONCE = 16
SENT: list[str] = []
compared: list[str] = []
tried = [0]


def slowly(compare):
    def counted(*args, **kwargs):
        compared.append(compare.__name__)
        time.sleep(0.4)
        return compare(*args, **kwargs)

    return counted


def at_once(client, address, fields):
    """Send the same form many times at the same moment; how often it was compared."""
    compared.clear()
    ready = threading.Barrier(AT_ONCE)

    def guess():
        browser = visitor()
        browser.cookies.load({name: cookie.value for name, cookie in client.cookies.items()})
        ready.wait()
        try:
            browser.post(address, fields)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=guess) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(compared)


def person(name, *, with_app=False):
    made = Person.objects.create_user(f"{name}@example.org", name=name)
    EmailAddress.objects.create(user=made, email=made.email, primary=True, verified=True)
    if with_app:
        TOTP.activate(made, "JBSWY3DPEHPK3PXP")
        RecoveryCodes.activate(made)
    return made


def visitor():
    """Somebody at an address of their own for each kind: some limits go by the address."""
    return Client(REMOTE_ADDR=f"203.0.113.{tried[-1]}", SERVER_NAME="localhost")


def code_of_last_letter():
    return re.findall(r"^\s*([A-Z0-9]{3,5}-?[A-Z0-9]{3,5})\s*$", SENT[-1], re.M)[-1]


def code_to_sign_in():
    client = visitor()
    client.post("/accounts/login/code/", {"email": person("asha").email})
    count = at_once(client, "/accounts/login/code/confirm/", {"code": "WRONG-ONE"})
    late = client.post("/accounts/login/code/confirm/", {"code": code_of_last_letter()})
    assert "_auth_user_id" not in client.session, late
    return count, guessing.MOST


def code_of_signing_up():
    client = visitor()
    client.post("/accounts/signup/", {"email": "new@example.org", "name": "New"})
    return at_once(client, "/accounts/confirm-email/", {"code": "WRONG-ONE"}), guessing.MOST


def code_to_prove():
    client = visitor()
    client.force_login(person("ben"))
    client.post("/accounts/reauthenticate/", {"verb": "send"})
    count = at_once(client, "/accounts/reauthenticate/", {"code": "WRONG-ONE"})
    client.post("/accounts/reauthenticate/", {"code": code_of_last_letter()})
    assert not client.session.get("account_authentication_methods")
    return count, guessing.MOST


def code_of_an_app(address):
    def guessed():
        client = visitor()
        client.force_login(person(f"maya{address.strip('/').replace('/', '-')}", with_app=True))
        return at_once(client, address, {"code": "000000"}) / 2, proving.TRIES.most

    return guessed


def app_after_the_code():
    """allauth's own page for the second factor, behind the code by e-mail."""
    client = visitor()
    client.post("/accounts/login/code/", {"email": person("nadia", with_app=True).email})
    client.post("/accounts/login/code/confirm/", {"code": code_of_last_letter()})
    return at_once(client, "/accounts/2fa/authenticate/", {"code": "000000"}) / 2, 5


def number_of_a_form():
    draft = IntakeDraft.objects.create(channel="web", pin_hash="of another number")
    fields = {"code": draft.code, "pin": "000000"}
    return at_once(visitor(), "/help/resume/", fields), intake.WRONG_PINS_MOST


KINDS = {
    "the code to sign in": code_to_sign_in,
    "the code of signing up": code_of_signing_up,
    "the code to prove": code_to_prove,
    "an app's or a recovery code, to prove": code_of_an_app("/accounts/reauthenticate/"),
    "an app's or a recovery code, to unlock": code_of_an_app("/accounts/unlock/"),
    "an app's code after the one by e-mail": app_after_the_code,
    "the number of a form for help": number_of_a_form,
}


def prepare():
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    opening.is_open = lambda *args, **kwargs: True
    send = letters.send

    def noted(*, to, subject, body):
        SENT.append(body)
        send(to=to, subject=subject, body=body)

    letters.send = noted
    import hmac
    import secrets
    import types

    import allauth.account.forms as forms

    forms.compare_user_code = slowly(forms.compare_user_code)
    proving.secrets = types.SimpleNamespace(compare_digest=slowly(secrets.compare_digest))
    drafts.hmac = types.SimpleNamespace(compare_digest=slowly(hmac.compare_digest))
    for kind in (TOTP, RecoveryCodes):
        kind.validate_code = slowly(kind.validate_code)
    assert Authenticator.objects.count() == 0


def main() -> None:
    prepare()
    for name, kind in KINDS.items():
        tried.append(len(tried))
        count, most = kind()
        print(f"{name}: {count:g} of {most}")
        assert 0 < count <= most, f"{name}: {count:g} guesses were looked at, {most} may be"


main()
