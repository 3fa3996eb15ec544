"""Sent twice, done once: every form carries a one-time key, and the second sending does nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts import once
from commonweal.accounts.models import Sending
from commonweal.cases.models import Call, Case, IntakeDraft, Note
from commonweal.grants.models import Award
from commonweal.pledges.models import Question
from commonweal.services.models import Service, ServicesFile
from commonweal.voice.models import VotingCode
from tests.commonweal.form_keys import POSTS

pytestmark = pytest.mark.django_db
HERE = Path(__file__).parent
ROOMS = Path(__file__).resolve().parents[3] / "src/commonweal"
GRANT = {
    "fund": "hardship",
    "category": "food",
    "reason": "GTIR010",
    "purpose": "GTIP070",
    "asked": "90",
    "payee": "Z",
    "sort_code": "200000",
    "account": "11112222",
}


def test_a_grant_that_is_asked_for_six_times_is_one(sign_in, leah, asks_for_help, fund, open_form):
    case = asks_for_help(by=leah)
    client = sign_in(leah)
    address = f"/desk/help/cases/{case.code}/grant/"
    form = open_form(client, address, "asked") | GRANT
    answers = [client.post(address, form) for _ in range(6)]
    assert Award.objects.count() == 1
    assert {answer.status_code for answer in answers} == {302}
    assert {answer["Location"] for answer in answers} == {case.get_absolute_url()}
    said = [str(message) for message in get_messages(answers[-1].wsgi_request)]
    assert any("Asked for" in words for words in said)


def test_a_call_and_a_note_are_kept_once(sign_in, leah, asks_for_help, open_form):
    case = asks_for_help(by=leah)
    client = sign_in(leah)
    for verb, having, more in (
        ("call", "words", {"direction": "out", "outcome": "spoke", "words": "Fine."}),
        ("note", "words", {"words": "Seen."}),
    ):
        address = f"/desk/help/cases/{case.code}/{verb}/"
        form = open_form(client, address, having) | more
        assert [client.post(address, form).status_code for _ in range(2)] == [302, 302]
    assert Call.objects.filter(case=case).count() == 1
    assert Note.objects.filter(case=case).count() == 1


def test_whoever_goes_back_and_writes_something_else_is_heard(
    sign_in, leah, asks_for_help, open_form
):
    case = asks_for_help(by=leah)
    client = sign_in(leah)
    address = f"/desk/help/cases/{case.code}/note/"
    form = open_form(client, address, "words")
    for words in ("First.", "Second.", "First."):
        client.post(address, form | {"words": words})
    assert sorted(note.words for note in Note.objects.all()) == ["First.", "Second."]


def test_what_was_refused_or_asked_again_can_be_sent_again(
    sign_in, leah, asks_for_help, fund, open_form
):
    case = asks_for_help(by=leah)
    client = sign_in(leah)
    address = f"/desk/help/cases/{case.code}/grant/"
    form = open_form(client, address, "asked") | GRANT
    assert client.post(address, form | {"asked": "much"}).status_code == 200
    assert not Sending.objects.exists()
    assert client.post(address, form).status_code == 302
    assert Award.objects.count() == 1
    settle = f"/desk/help/cases/{case.code}/close/"
    # The page offers its form once nothing is open; a colleague opens the need again meanwhile.
    case.needs.update(state="met")
    ending = open_form(client, settle, "words") | {"words": "All is well."}
    case.needs.update(state="open")
    assert b"Still open" in client.post(settle, ending).content
    case.needs.update(state="met")
    assert client.post(settle, ending).status_code == 302


def test_a_refusal_that_redirects_frees_its_key(sign_in, leah, owen, asks_for_help, form_in):
    case = asks_for_help()
    client = sign_in(leah)
    form = form_in(client.get(case.get_absolute_url()), to=f"{case.get_absolute_url()}take/")
    Case.objects.filter(pk=case.pk).update(assigned_to=owen)
    client.post(f"{case.get_absolute_url()}take/", form)
    Case.objects.filter(pk=case.pk).update(assigned_to=None)
    client.post(f"{case.get_absolute_url()}take/", form)
    case.refresh_from_db()
    assert case.assigned_to == leah


def test_a_fault_of_ours_frees_the_key(sign_in, leah, asks_for_help, open_form, monkeypatch):
    from commonweal.cases.working import papers

    case = asks_for_help(by=leah)
    client = sign_in(leah)
    client.raise_request_exception = False
    address = f"/desk/help/cases/{case.code}/note/"
    form = open_form(client, address, "words") | {"words": "Seen."}
    with monkeypatch.context() as broken:
        broken.setattr(papers, "record", lambda *args, **more: 1 / 0)
        assert client.post(address, form).status_code == 500
    assert not Note.objects.exists()
    assert client.post(address, form).status_code == 302
    assert Note.objects.count() == 1


def test_a_visitor_who_is_not_signed_in_is_heard_once(client, claimed, open_form):
    pledge, _ = claimed()
    address = f"/pledges/{pledge.code}/ask/"
    form = open_form(client, address, "words") | {"words": "Why so few?"}
    answers = [client.post(address, form) for _ in range(3)]
    assert Question.objects.count() == 1
    assert len({answer["Location"] for answer in answers}) == 1


def test_the_second_answer_hands_on_the_session_that_the_first_began(client, town, kinds, form_in):
    """A browser that sends twice drops the first answer, and with it the cookie of the session."""
    form = form_in(client.get("/help/"), to="/help/start/")
    browser = Client()
    browser.cookies["csrftoken"] = client.cookies["csrftoken"].value
    first = client.post("/help/start/", form)
    second = browser.post("/help/start/", form)
    assert second["Location"] == first["Location"]
    assert IntakeDraft.objects.count() == 1
    assert browser.get(second["Location"]).status_code == 200


def test_nobody_else_gets_the_answer_of_a_key(sign_in, leah, owen, asks_for_help, open_form):
    case = asks_for_help(by=leah)
    address = f"/desk/help/cases/{case.code}/note/"
    client = sign_in(leah)
    form = open_form(client, address, "words") | {"words": "Seen."}
    client.post(address, form)
    other = Client()
    other.force_login(owen)
    session = other.session
    session["demo_second_factor"] = True
    session.save()
    assert other.post(address, form)["Location"] != case.get_absolute_url()


def test_a_key_that_is_made_up_is_none(sign_in, leah, asks_for_help):
    case = asks_for_help(by=leah)
    client = sign_in(leah)
    for _ in range(2):
        client.post(f"/desk/help/cases/{case.code}/note/", {"words": "x", "once_key": "a.b.c"})
    assert Note.objects.count() == 2
    assert not Sending.objects.exists()


def test_a_sending_of_which_nobody_knows_is_not_done_again(
    sign_in, leah, asks_for_help, open_form, monkeypatch
):
    case = asks_for_help(by=leah)
    client = sign_in(leah)
    address = f"/desk/help/cases/{case.code}/note/"
    form = open_form(client, address, "words") | {"words": "Seen."}
    client.post(address, form)
    Sending.objects.update(done_at=None)
    monkeypatch.setattr(once, "WAIT_S", 0.2)
    answer = client.post(address, form)
    assert answer.status_code == 409
    assert b"Look before you send it again" in answer.content
    assert Note.objects.count() == 1


def test_a_view_that_acts_and_answers_with_a_page_acts_once(sign_in, nadia, open_form, sealed):
    client = sign_in(nadia)
    address = f"/desk/budgets/{sealed().code}/codes/"
    form = open_form(client, address, "count") | {"count": "3"}
    assert client.post(address, form)["Content-Type"].startswith("text/csv")
    assert "Done already" in client.post(address, form).content.decode()
    assert VotingCode.objects.count() == 3


def test_a_file_of_services_is_brought_in_by_a_double_click_once(sign_in, grace, form_in):
    client = sign_in(grace)
    upload = SimpleUploadedFile("a.csv", b"name\nAdvice\n")
    sent = {"file": upload, "source": "council"}
    preview = client.post("/desk/help/services/", sent, follow=True)
    form = form_in(preview, "seen") | {"do": "carry"}
    answers = [client.post(preview.request["PATH_INFO"], form) for _ in range(2)]
    file = ServicesFile.objects.get()
    assert [answer["Location"] for answer in answers] == [
        f"/desk/help/services/files/{file.pk}/"
    ] * 2
    assert Service.objects.count() == 1


def test_old_keys_are_forgotten(db):
    Sending.objects.create(digest="a", begun_at=timezone.now() - timedelta(hours=25))
    Sending.objects.create(digest="b")
    assert once.forget_old() == 1
    assert Sending.objects.get().digest == "b"


def test_what_is_remembered_of_a_sending_is_encrypted(sign_in, leah, asks_for_help, open_form):
    from django.db import connection

    case = asks_for_help(by=leah)
    client = sign_in(leah)
    address = f"/desk/help/cases/{case.code}/note/"
    client.post(address, open_form(client, address, "words") | {"words": "Seen."})
    with connection.cursor() as cursor:
        cursor.execute("SELECT answer FROM accounts_sending")
        [(answer,)] = cursor.fetchall()
    assert case.code not in answer


# --- Every form -------------------------------------------------------------------------------

LOOKS_ONLY_FORM = "economy/_postcode_box.html"
PLAIN_KEY = '{% include "voice/_plain_key.html" %}'


@pytest.mark.parametrize("path", sorted(ROOMS.glob("*/templates/**/*.html")), ids=lambda p: p.name)
def test_every_form_that_posts_asks_for_its_key(path):
    text = path.read_text()
    for form in POSTS.findall(text):
        is_of_voting = PLAIN_KEY in form and path.name in (
            "vote.html",
            "ballot.html",
            "receipt.html",
            "telephone.html",
        )
        has_key = "{% csrf_token %}" in form
        looks_only = "/".join(path.parts[-2:]) == LOOKS_ONLY_FORM
        assert has_key or is_of_voting or looks_only, f"{path}: a form without its token and key"


def test_in_the_demonstration_the_page_that_asks_for_a_proof_carries_a_key(lookers, read_forms):
    """Every other page is looked at with the table of permissions (`form_keys`)."""
    page = lookers["leah"].get(reverse("desk-unlock"))
    assert b"In the demonstration no code is needed." in page.content
    forms = [form for form in read_forms(page) if form.method == "post"]
    assert len(forms) == 2
    assert all("once_key" in form.fields for form in forms)


def test_the_pages_of_signing_in_carry_a_key(client, town, sign_in, asha, read_forms):
    for address in ("/accounts/login/code/", "/accounts/signup/"):
        [*forms] = [f for f in read_forms(client.get(address)) if f.method == "post"]
        assert forms
        assert all("once_key" in form.fields for form in forms)
    sign_in(asha)
    for address in ("/accounts/email/", "/accounts/2fa/", "/accounts/logout/", "/accounts/you/"):
        response = client.get(address, follow=True)
        assert response.status_code == 200
        assert all("once_key" in f.fields for f in read_forms(response) if f.method == "post")


def test_six_at_the_same_moment_are_one(run_apart):
    """On SQLite and PostgreSQL, in a process of its own with threads."""
    done = run_apart(Path(__file__).with_name("six_at_once.py"))
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.startswith("one each")
