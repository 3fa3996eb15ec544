"""A page on which somebody does something with one form: what is wrong is asked again beside what
was typed, what is refused says why, and what is done is said once and led away from."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.test import RequestFactory

from commonweal.office import acting
from commonweal.office.errors import Refused

LATE = "It is too late: the books were closed."


class SumForm(forms.Form):
    amount = forms.IntegerField(min_value=1, error_messages={"required": "Write an amount"})
    because = forms.CharField(required=False)


class Desk:
    """A page with its action, and what became of both."""

    def __init__(self, monkeypatch) -> None:
        self.calls: list[dict[str, object]] = []
        self.shown: list[tuple[str, dict[str, object]]] = []
        self.messages: list[str] = []
        self.refusal = ""
        monkeypatch.setattr(acting, "render", self._render)
        monkeypatch.setattr(messages, "success", lambda request, text: self.messages.append(text))

    def _render(self, request, template, context):
        self.shown.append((template, context))
        return HttpResponse("the page")

    def do(self, answers):
        self.calls.append(answers)
        if self.refusal:
            raise Refused(self.refusal)
        return SimpleNamespace(code="paid-7", amount=answers["amount"])

    def page(self, method="GET", typed=None, **settings):
        request = getattr(RequestFactory(), method.lower())("/pay/", typed or {})
        form = SumForm(request.POST if method == "POST" else None)
        options = {"said": "It was paid.", "to": "/paid/"} | settings
        return acting.act(request, form, self.do, **options)

    @property
    def form(self):
        return self.shown[-1][1]["form"]


@pytest.fixture
def desk(monkeypatch):
    return Desk(monkeypatch)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_does_nothing(desk, method):
    assert desk.page(method).status_code == 200
    assert (desk.calls, desk.messages) == ([], [])
    assert not desk.form.is_bound


def test_what_was_answered_is_done_once_said_and_led_away_from(desk):
    response = desk.page("POST", {"amount": "12", "because": "rent"})
    assert desk.calls == [{"amount": 12, "because": "rent"}]
    assert desk.messages == ["It was paid."]
    assert (response.status_code, response["Location"]) == (302, "/paid/")
    assert desk.shown == []


def test_what_is_said_and_where_it_leads_may_hang_on_what_was_done(desk):
    response = desk.page(
        "POST",
        {"amount": "12"},
        said=lambda payment: f"£{payment.amount} were paid.",
        to=lambda payment: f"/paid/{payment.code}/",
    )
    assert desk.messages == ["£12 were paid."]
    assert response["Location"] == "/paid/paid-7/"


def test_it_leads_to_whatever_has_an_address(desk):
    bakery = SimpleNamespace(get_absolute_url=lambda: "/partners/bakery/")
    assert desk.page("POST", {"amount": "12"}, to=bakery)["Location"] == "/partners/bakery/"
    assert (
        desk.page("POST", {"amount": "12"}, to=lambda _: bakery)["Location"]
        == bakery.get_absolute_url()
    )


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({}, "amount", "Write an amount"),
        ({"amount": ""}, "amount", "Write an amount"),
        ({"amount": "0"}, "amount", "Ensure this value is greater than or equal to 1."),
        ({"amount": "twelve"}, "amount", "Enter a whole number."),
    ],
)
def test_a_wrong_answer_is_asked_again_and_nothing_is_done(desk, typed, field, sentence):
    response = desk.page("POST", typed | {"because": "rent"})
    assert response.status_code == 200
    assert (desk.calls, desk.messages) == ([], [])
    assert desk.form.errors[field] == [sentence]
    assert desk.form["because"].value() == "rent"
    assert desk.form["amount"].value() == typed.get("amount")


def test_a_refusal_stands_above_the_form_beside_what_was_typed(desk):
    desk.refusal = LATE
    response = desk.page("POST", {"amount": "12", "because": "rent"})
    assert response.status_code == 200
    assert len(desk.calls) == 1
    assert desk.messages == []
    assert desk.form.non_field_errors() == [LATE]
    assert (desk.form["amount"].value(), desk.form["because"].value()) == ("12", "rent")


@pytest.mark.parametrize("field", ["amount", "because"])
def test_a_refusal_stands_at_the_field_that_it_is_about(desk, field):
    desk.refusal = LATE
    desk.page("POST", {"amount": "12"}, refused_at=field)
    assert desk.form.errors == {field: [LATE]}
    assert desk.form[field].errors == [LATE]


def test_whoever_mends_it_goes_on(desk):
    desk.refusal = LATE
    desk.page("POST", {"amount": "12"})
    desk.refusal = ""
    assert desk.page("POST", {"amount": "12"}).status_code == 302
    assert desk.messages == ["It was paid."]


def test_a_fault_of_ours_is_no_refusal(desk):
    def fail(answers):
        raise ValueError("a fault of the program")

    desk.do = fail
    with pytest.raises(ValueError, match="a fault of the program"):
        desk.page("POST", {"amount": "12"})
    assert desk.messages == []


def test_the_page_gets_what_it_was_given(desk):
    desk.page(heading="Pay", button="Pay it", danger=True)
    template, context = desk.shown[-1]
    assert template == "design/act.html"
    assert {name: context[name] for name in ("heading", "button", "danger")} == {
        "heading": "Pay",
        "button": "Pay it",
        "danger": True,
    }
    assert set(context) == {"form", "heading", "button", "danger"}


def test_a_page_may_be_of_another_template(desk):
    desk.page(template="grants/pay.html")
    assert desk.shown[-1][0] == "grants/pay.html"


@pytest.mark.parametrize(
    ("method", "typed", "refusal", "asked"),
    [
        ("GET", {}, "", 1),
        ("POST", {}, "", 1),
        ("POST", {"amount": "12"}, LATE, 1),
        # Nobody sees the page: nothing is looked up for it.
        ("POST", {"amount": "12"}, "", 0),
    ],
)
def test_what_costs_is_looked_up_only_for_who_sees_it(desk, method, typed, refusal, asked):
    looked = []

    def shows():
        looked.append(len(desk.calls))
        return {"left": 300}

    desk.refusal = refusal
    desk.page(method, typed, shows=shows)
    assert len(looked) == asked
    if asked:
        assert desk.shown[-1][1]["left"] == 300
        # After what was tried, so that what came meanwhile is there.
        assert looked == [len(desk.calls)]
