"""Questions of a kind of help that change while a call is open: what was answered is kept."""

from __future__ import annotations

import json
from html import unescape

import pytest
from django.urls import reverse

from commonweal.cases import intake
from commonweal.desk.templatetags.needs import answers
from commonweal.services.models import HelpType
from commonweal.setup import kind_questions, tables

pytestmark = pytest.mark.django_db

NAME = "q-soup-when"


def ask(lines, daniel):
    """The administrator's page, as it is posted."""
    page = next(page for page in tables.PAGES if page.name == "help_types")
    asked = {"questions": kind_questions.read(lines)}
    tables.put(page=page, code="soup", answers=asked, decision=None, by=daniel)


@pytest.fixture
def soup(kinds, daniel):
    kind = HelpType.objects.create(code="soup", name="Soup", words="A warm meal.", order=90)
    ask("When? | choice | Now | Later", daniel)
    return kind


@pytest.fixture
def call(soup, leah, sign_in):
    draft, _ = intake.start(channel="phone", by=leah)
    client = sign_in(leah)
    address = f"/desk/help/intake/{draft.code}/"
    client.get(address)

    def post(at="", **fields):
        data = {"changed": list(fields), "seen": "0", "tab": "one"} | fields
        return client.post(f"{address}{at}", data)

    post.draft, post.shown = draft, lambda: unescape(client.get(address).content.decode())
    return post


def in_a_file(soup, choices):
    """A town's file, which keeps the code of a question whose answers are others."""
    question = {"code": "when", "label": "When?", "kind": "choice", "choices": choices}
    HelpType.objects.filter(pk=soup.pk).update(questions=[question])


def kept(draft):
    draft.refresh_from_db()
    return intake.answers_of(draft).get(NAME)


def test_an_answer_that_is_chosen_on_a_page_from_before_is_kept_and_said(call, daniel):
    ask("When? | choice | Today | Tomorrow", daniel)
    said = call("save/", **{NAME: "Now"}).json()["said"]
    assert "The questions were changed meanwhile" in said
    assert kept(call.draft) == "Now"
    shown = call.shown()
    assert "When? (asked before)" in shown
    assert "This question is asked no more. What was answered is kept." in shown
    assert '<option value="Now" selected' in " ".join(shown.split())
    assert "Tomorrow" in shown


def test_it_comes_into_the_case_under_its_words(call, daniel):
    call("save/", **{NAME: "Now"})
    ask("When? | choice | Today | Tomorrow", daniel)
    fields = {"needs": ["soup"], "consent": "on", "contact": "any", "first_name": "Ada"}
    call(verb="send", **fields)
    call.draft.refresh_from_db()
    need = call.draft.sent_as.needs.get()
    assert json.loads(need.answers) == {"when": "Now"}
    assert answers(need) == [("When", "Now")]


def test_nobody_is_asked_what_is_asked_no_more(call, daniel):
    ask("Warm? | yes or no", daniel)
    shown = call.shown()
    assert "asked before" not in shown
    assert "Warm?" in shown
    assert "changed meanwhile" not in call("save/", first_name="Ada").json()["said"]


@pytest.mark.parametrize("is_before", [True, False])
def test_where_only_the_answers_are_others_it_stays_one_question(call, soup, is_before):
    if is_before:
        call("save/", **{NAME: "Now"})
    in_a_file(soup, ["Today", "Tomorrow"])
    if not is_before:
        assert "changed meanwhile" in call("save/", **{NAME: "Now"}).json()["said"]
    shown = " ".join(call.shown().split())
    assert '<option value="Now" selected' in shown
    assert "The answers to choose from were changed meanwhile." in shown
    call("save/", **{NAME: "Today"})
    assert "The answers to choose from were changed" not in call.shown()
    assert kept(call.draft) == "Today"


def test_what_no_page_offered_is_no_longer_than_an_answer(call, soup):
    call("save/", **{NAME: "n" * 201})
    fields = {"needs": ["soup"], "consent": "on", "contact": "any"}
    page = call(verb="send", **fields)
    assert "Choose one for “When?”" in unescape(page.content.decode())


def test_a_resident_s_answer_is_kept_as_well(client, soup, daniel):
    client.post(reverse("help-start"))
    draft = client.session["help_draft"]
    address = reverse("help-form", args=[draft, "help"])
    client.get(address)
    ask("When? | choice | Today | Tomorrow", daniel)
    client.post(address, {"needs": ["soup"], "words": "Hungry.", NAME: "Later"})
    shown = unescape(client.get(address).content.decode())
    assert "When? (asked before)" in shown
    assert '<option value="Later" selected' in " ".join(shown.split())
    summary = unescape(client.get(reverse("help-form", args=[draft, "check"])).content.decode())
    assert "When? (asked before)" in summary
    assert "Later" in summary
