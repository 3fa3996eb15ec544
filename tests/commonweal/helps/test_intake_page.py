"""The page of a call that is being taken."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.forms import CharField
from django.urls import reverse

from commonweal.cases import intake
from commonweal.cases.models import IntakeDraft
from commonweal.desk.around import TYPED, WAY_TYPED, written_by
from commonweal.desk.forms.intake import IntakeForm
from commonweal.desk.forms.public import PUBLIC_STEPS, STEPS, public_form


def test_every_question_that_a_call_may_ask_stands_on_its_page(kinds, sign_in, leah):
    """The page names each question at its place; one that it forgets is asked of nobody."""
    draft, _ = intake.start(channel="phone", by=leah)
    page = sign_in(leah).get(reverse("desk-intake", args=[draft.code])).content.decode()
    forgotten = [
        name
        for name in IntakeForm.base_fields
        if f'name="{name}"' not in page and f'name="{name}_0"' not in page
    ]
    assert forgotten == [], f"Give {forgotten} a place in desk/intake.html"


@pytest.mark.parametrize("step", PUBLIC_STEPS)
def test_every_question_of_a_step_stands_on_its_page(step, kinds, client):
    client.post(reverse("help-start"))
    code = IntakeDraft.objects.get().code
    page = client.get(reverse("help-form", args=[code, step])).content.decode()
    asked = [name for name in public_form(step).fields if name in STEPS[step]]
    forgotten = [
        name for name in asked if f'name="{name}"' not in page and f'name="{name}_0"' not in page
    ]
    assert asked
    assert forgotten == [], f"Give {forgotten} a place in desk/form.html"


def answer_to(name: str, field: Any) -> Any:
    """An answer that a page shows only where it shows this question's."""
    if choices := [code for code, _ in getattr(field, "choices", ()) if code]:
        return [choices[-1]] if name in ("needs", "signs") else choices[-1]
    clocks = {"safe_from": "10", "safe_until": "14", "email": "zeb@example.org"}
    return clocks.get(name, f"Answer to {name}" if isinstance(field, CharField) else "")


def test_whoever_asks_reads_every_answer_before_it_is_sent(kinds, area, client):
    client.post(reverse("help-start"))
    code = IntakeDraft.objects.get().code
    shown: list[str] = []
    for step in PUBLIC_STEPS[:-1]:
        fields = {name: f for name, f in public_form(step).fields.items() if name in STEPS[step]}
        answers = {name: answer_to(name, field) for name, field in fields.items()}
        answers |= {"born_0": "3", "born_1": "4", "born_2": "1958"} if "born" in answers else {}
        client.post(reverse("help-form", args=[code, step]), answers)
        for name, field in fields.items():
            labels = {str(code): str(label) for code, label in getattr(field, "choices", ())}
            given = answers[name] if isinstance(answers[name], list) else [answers[name]]
            shown += [labels.get(answer, answer) for answer in given if name[:5] != "safe_"]
    page = unescape(client.get(reverse("help-form", args=[code, "check"])).content.decode())
    assert "3 4 1958" in page
    missing = [answer for answer in shown if answer and answer not in page]
    assert missing == [], "Show it by desk/help_form.py::_summary"


def test_whoever_took_a_call_sees_every_answer_that_they_typed(kinds, area, leah, noor):
    """Also where the case is for named colleagues and kept from them since."""
    form = IntakeForm()
    names = [
        name for name in IntakeForm.base_fields if name not in (*WAY_TYPED, "needs", "consent")
    ]
    draft, _ = intake.start(channel="phone", by=leah)
    answers = {name: answer_to(name, form.fields[name]) for name in names}
    answers |= {
        "needs": ["safety"],
        "contact": "any",
        "born_0": "3",
        "born_1": "4",
        "born_2": "1958",
    }
    intake.save(draft=draft, answers=answers, by=leah)
    case = intake.finish(draft=draft, by=leah)
    told = dict(written_by(leah, case)["rows"])
    labels = dict(TYPED)
    forgotten = [name for name in names if not told.get(labels.get(name, ""))]
    assert forgotten == [], f"Name {forgotten} in TYPED (desk/around.py)"
    assert told["Date of birth"] == "3 4 1958"
