"""The page of a call that is being taken."""

from __future__ import annotations

from django.urls import reverse

from commonweal.cases import intake
from commonweal.desk.forms.intake import IntakeForm


def test_every_question_that_a_call_may_ask_stands_on_its_page(kinds, sign_in, leah):
    """The page names each question at its place; one that it forgets is asked of nobody."""
    draft, _ = intake.start(channel="phone", by=leah)
    page = sign_in(leah).get(reverse("desk-intake", args=[draft.code])).content.decode()
    forgotten = [
        name
        for name in IntakeForm.base_fields
        if f'name="{name}"' not in page and f'name="{name}_0"' not in page
    ]
    assert forgotten == []
