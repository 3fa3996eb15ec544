"""Forms that are posted exactly as their page sends them, with everything that it put into them."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from commonweal.cases import working
from commonweal.cases.models import Call

pytestmark = pytest.mark.django_db


def fields_of(text: str, action: str) -> dict[str, list[str]]:
    """What a browser would send of the form with this address if nobody touched it."""
    [form] = [
        form
        for form in re.findall(r"<form\b.*?</form>", text, re.DOTALL)
        if f'action="{action}"' in form
    ]
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<(?:input|textarea)\b[^>]*>", form):
        said = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        is_choice = said.get("type") in ("radio", "checkbox")
        if said.get("name") and (not is_choice or re.search(r"\bchecked\b", tag)):
            found.setdefault(said["name"], []).append(said.get("value", ""))
    return found


@pytest.mark.parametrize("direction", ["out", "in"])
@pytest.mark.parametrize("outcome", ["no_answer", "spoke"])
def test_a_call_is_kept_at_the_first_press(sign_in, leah, asks_for_help, direction, outcome):
    case = asks_for_help("food", by=leah)
    client = sign_in(leah)
    action = f"{case.get_absolute_url()}call/"
    sent = fields_of(client.get(case.get_absolute_url()).content.decode(), action)
    assert sent["direction"] == ["out"]
    answer = client.post(
        action, sent | {"direction": direction, "outcome": outcome, "words": "tried"}
    )
    assert answer.status_code == 302, answer.content.decode()
    call = Call.objects.get()
    assert (call.direction, call.outcome) == (direction, outcome)


def test_why_a_call_is_not_made_is_read_in_the_case(sign_in, leah, asks_for_help):
    case = asks_for_help("food", by=leah)
    reason = "They said that they ring us. " * 40 + "That is all."
    call = working.plan_call(case=case, purpose="follow_up", due_at=timezone.now(), by=leah)
    working.cancel_call(callback=call, because=reason, by=leah)
    page = sign_in(leah).get(case.get_absolute_url()).content.decode()
    assert "That is all." in page
