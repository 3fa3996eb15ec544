"""How an installation reaches what is outside, and is reached: each answer with what to do."""

from __future__ import annotations

import io
import smtplib
import ssl
import urllib.error
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from commonweal.health import outside
from commonweal.pledges.reaching_out import AddressState

NOW = datetime(2027, 3, 3, 9, tzinfo=UTC)
TOWN = "https://charter.brackenford.example"


@pytest.fixture
def public(settings):
    settings.DEMO = False
    settings.SECURE = True
    settings.ADDRESS = TOWN
    settings.TRUSTED_PROXIES = ["10.0.0.1", "10.0.0.2"]
    return settings


class Web:
    """Whoever answers the public address, and what was asked of them."""

    def __init__(self, failure=None):
        self.failure, self.asked, self.is_closed = failure, [], False

    def __call__(self, address):
        self.asked.append(address)
        if self.failure is not None:
            raise self.failure
        return self._open()

    @contextmanager
    def _open(self):
        yield None
        self.is_closed = True


def answers(code):
    return urllib.error.HTTPError(TOWN, code, "", {}, io.BytesIO(b""))


# The way in


def test_an_address_that_leads_here_is_well(public):
    web = Web()
    check = outside.proxy(NOW, open_=web)
    assert (check.is_well, check.says) == (True, f"{TOWN} leads here.")
    assert web.asked == [f"{TOWN}/favicon.ico"]
    assert web.is_closed


@pytest.mark.parametrize(
    ("code", "says", "mend"),
    [
        *(
            (
                code,
                "leads to itself for ever",
                "COMMONWEAL_TRUSTED_PROXIES (now: 10.0.0.1 10.0.0.2)",
            )
            for code in (301, 302, 307, 308)
        ),
        (400, "another host name comes here than is ours", "COMMONWEAL_HOSTS"),
        *(
            (code, f"The address answers {code}.", "./commonweal serve")
            for code in (401, 403, 404, 500, 502, 503, 504)
        ),
    ],
)
def test_what_stands_in_front_says_what_is_wrong(public, code, says, mend):
    reply = answers(code)
    check = outside.proxy(NOW, open_=Web(reply))
    assert not check.is_well
    assert says in check.says
    assert mend in check.mend
    assert reply.fp is None or reply.closed


@pytest.mark.parametrize(
    ("failure", "name"),
    [
        (urllib.error.URLError(ConnectionRefusedError()), "ConnectionRefusedError"),
        (urllib.error.URLError(ssl.SSLCertVerificationError()), "SSLCertVerificationError"),
        (urllib.error.URLError("unknown url type"), "str"),
        (TimeoutError(), "TimeoutError"),
        (ConnectionResetError(), "ConnectionResetError"),
        (ValueError("no address"), "ValueError"),
    ],
    ids=repr,
)
def test_an_address_that_is_not_reached_says_by_what_kind_of_failure(public, failure, name):
    check = outside.proxy(NOW, open_=Web(failure))
    assert not check.is_well
    assert check.says == f"{TOWN} can't be reached from here ({name})."
    assert "DNS" in check.mend


def test_a_fault_of_the_program_is_none_of_the_web(public):
    with pytest.raises(ZeroDivisionError):
        outside.proxy(NOW, open_=Web(ZeroDivisionError()))


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "localhost:8000", "[::1]:8000"])
@pytest.mark.parametrize("is_demo", [True, False])
def test_a_town_of_this_machine_alone_is_one_for_a_demonstration(public, host, is_demo):
    public.ADDRESS, public.DEMO = f"http://{host}", is_demo
    web = Web()
    check = outside.proxy(NOW, open_=web)
    assert check.is_well is is_demo
    assert bool(check.mend) is not is_demo
    assert web.asked == []


def test_an_address_without_tls_is_not_well(public):
    public.SECURE, public.ADDRESS = False, "http://charter.brackenford.example"
    web = Web()
    check = outside.proxy(NOW, open_=web)
    assert not check.is_well
    assert "not https" in check.says
    assert web.asked == []


# Letters


@pytest.mark.parametrize(
    ("backend", "is_demo", "is_well", "says"),
    [
        ("django.core.mail.backends.filebased.EmailBackend", True, True, "and to nobody"),
        ("django.core.mail.backends.filebased.EmailBackend", False, False, "and to nobody"),
        ("commonweal.accounts.notify.NotifyBackend", False, True, "go out by NotifyBackend."),
        ("django.core.mail.backends.locmem.EmailBackend", True, True, "go out by EmailBackend."),
    ],
)
def test_where_letters_go(public, tmp_path, backend, is_demo, is_well, says):
    public.EMAIL_BACKEND, public.DEMO = backend, is_demo
    public.EMAIL_FILE_PATH = tmp_path
    check = outside.mail(NOW)
    assert check.is_well is is_well
    assert says in check.says


@pytest.fixture
def mail_server(public, monkeypatch):
    public.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    public.EMAIL_HOST, public.EMAIL_PORT = "mail.example", 587

    def use(failure=None):
        @contextmanager
        def connected():
            if failure is not None:
                raise failure
            yield None

        monkeypatch.setattr(outside, "get_connection", connected)

    return use


def test_a_mail_server_that_takes_letters_is_well(mail_server):
    mail_server()
    check = outside.mail(NOW)
    assert (check.is_well, check.says) == (True, "mail.example takes letters.")


@pytest.mark.parametrize(
    "failure",
    [
        ConnectionRefusedError("mail.example"),
        smtplib.SMTPAuthenticationError(535, b"bad password of ada"),
        smtplib.SMTPServerDisconnected("ada"),
        TimeoutError("ada"),
    ],
    ids=lambda failure: type(failure).__name__,
)
def test_a_mail_server_that_takes_none_is_named_with_its_settings(mail_server, failure):
    mail_server(failure)
    check = outside.mail(NOW)
    assert not check.is_well
    assert check.says == f"mail.example:587 takes no letters ({type(failure).__name__})."
    assert "EMAIL_HOST_PASSWORD" in check.mend


# Who letters come from


@pytest.mark.parametrize(
    ("address", "is_well"),
    [
        ("charter@brackenford.gov.uk", True),
        ("Town charter <charter@brackenford.gov.uk>", True),
        ('"Charter, of the town" <charter@brackenford.gov.uk>', True),
        ("charter@localhost", False),
        ("charter@brackenford", False),
        ("charter@town.localhost", False),
        ("charter@town.localdomain", False),
        ("charter@town.LOCAL", False),
        ("charter@town.invalid", False),
        ("Town charter <charter@localhost>", False),
        ("", False),
        ("charter", False),
    ],
)
def test_letters_come_from_an_address_that_can_be_answered(public, address, is_well):
    public.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    public.DEFAULT_FROM_EMAIL = address
    check = outside.sender(NOW)
    assert check.is_well is is_well
    assert address in check.says
    assert ("COMMONWEAL_FROM" in check.mend) is not is_well


@pytest.mark.parametrize(
    ("backend", "is_demo"),
    [
        ("commonweal.accounts.notify.NotifyBackend", False),
        ("django.core.mail.backends.smtp.EmailBackend", True),
    ],
)
def test_where_others_name_the_sender_ours_is_not_asked(public, backend, is_demo):
    public.EMAIL_BACKEND, public.DEMO = backend, is_demo
    public.DEFAULT_FROM_EMAIL = "charter@localhost"
    assert outside.sender(NOW).is_well


# A letter to try the way out


def test_a_letter_is_handed_over_to_whom_was_named(public, mailoutbox):
    public.DEFAULT_FROM_EMAIL = "charter@brackenford.gov.uk"
    check = outside.send_one("daniel@brackenford.gov.uk")
    assert check.is_well
    [letter] = mailoutbox
    assert (letter.to, letter.from_email) == (
        ["daniel@brackenford.gov.uk"],
        "charter@brackenford.gov.uk",
    )
    assert "daniel" not in letter.subject + letter.body


def test_a_letter_that_is_not_taken_says_by_what_kind_of_failure(public, monkeypatch, mailoutbox):
    def refuse(letter, fail_silently=False):
        raise smtplib.SMTPRecipientsRefused({"daniel@brackenford.gov.uk": (550, b"unknown")})

    monkeypatch.setattr(outside.EmailMessage, "send", refuse)
    check = outside.send_one("daniel@brackenford.gov.uk")
    assert not check.is_well
    assert check.says == "The letter was not taken (SMTPRecipientsRefused)."
    assert mailoutbox == []


# The web


@pytest.fixture
def web(public, monkeypatch):
    states: dict[str, AddressState] = {}
    asked: list[str] = []

    def ask(address):
        asked.append(address)
        answer = states.get(address, AddressState.ALIVE)
        return SimpleNamespace(answer=answer, met=f"met {answer.name}")

    monkeypatch.setattr(outside, "ask", ask)
    public.LINK_CONTROL_ADDRESSES = ["https://one.example", "https://two.example"]
    return SimpleNamespace(states=states, asked=asked)


def test_the_web_is_reached_where_every_control_address_answers(web):
    check = outside.network(NOW)
    assert (check.is_well, check.mend) == (True, "")
    assert web.asked == ["https://one.example", "https://two.example"]


@pytest.mark.parametrize(
    "state",
    [state for state in AddressState if state is not AddressState.ALIVE],
    ids=lambda s: s.name,
)
def test_whatever_is_no_answer_is_named_with_what_was_met(web, state):
    web.states["https://two.example"] = state
    check = outside.network(NOW)
    assert not check.is_well
    assert check.says == f"Not reached: https://two.example (met {state.name})."


def test_all_that_are_silent_are_named(web):
    silent = next(state for state in AddressState if state is not AddressState.ALIVE)
    web.states |= {"https://one.example": silent, "https://two.example": silent}
    assert outside.network(NOW).says.count("; ") == 1


def test_without_a_control_address_it_is_said_what_cant_be_told(web, public):
    public.LINK_CONTROL_ADDRESSES = []
    check = outside.network(NOW)
    assert not check.is_well
    assert "COMMONWEAL_LINK_CONTROL" in check.mend
    assert web.asked == []
