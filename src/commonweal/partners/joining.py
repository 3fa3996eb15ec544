"""Joining, a question a page: what is asked of whom, and what was answered so far."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse

from commonweal.design.forms import Form

from .forms import JoinForm
from .looking_up import NUMBERS, RegisterEntry, look_up
from .models import Kind, Partner

TITLES = {
    "name": "What is your organisation called?",
    "which": "Is it one of these?",
    "kind": "What is it?",
    "number": "Does it have a number?",
    "dealings": "Does it deal with the council?",
    "you": "Who are you there?",
}
FIELDS: dict[str, tuple[str, ...]] = {
    "name": ("name", "is_another"),
    "kind": ("sector", "kind", "size"),
    "dealings": ("relation",),
    "you": ("job_title", "may_act"),
}
# Which number an organisation of a kind may have; others are asked for none.
NUMBERED = {
    Kind.COMPANY: ("company_number",),
    Kind.SOCIAL_ENTERPRISE: ("company_number",),
    Kind.COOPERATIVE: ("mutual_number", "company_number"),
    Kind.CHARITY: ("charity_number", "company_number"),
}
NONE_OF_THEM = "none"
ANSWERS_GONE = "Your answers to the questions before this one are gone. Please begin again."
# Each page carries the answers of those before it: a session that ends takes none with it.
CARRIED = "so-far-"
CARRIABLE = {*JoinForm.base_fields, "found", "which"}
# What the rooms above have whoever joined do next: an address, "" where it is nothing.
LEADS_TO: list[Callable[[Partner], str]] = []


class StepForm(JoinForm):
    """Some questions of the whole form."""

    def __init__(self, *args: Any, names: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(names):
            del self.fields[name]


class WhichForm(Form):
    """Which entry of a register it is."""

    which = forms.ChoiceField(
        label="We looked in the public registers",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one; none of them is an answer"},
    )

    def __init__(self, *args: Any, entries: list[RegisterEntry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["which"]
        field.choices = [
            *((entry.key, entry.name) for entry in entries),
            (NONE_OF_THEM, "None of them"),
        ]
        field.hints = {
            entry.key: f"Number {entry.key}{f', {entry.place}' if entry.place else ''}"
            for entry in entries
        }


def steps_of(answers: dict[str, str]) -> Iterator[str]:
    """The pages that somebody is asked, as far as it is known."""
    yield "name"
    if answers.get("found"):
        yield "which"
    yield "kind"
    if answers.get("kind") in NUMBERED and answers.get("which", NONE_OF_THEM) == NONE_OF_THEM:
        yield "number"
    yield from ("dealings", "you")


def form_for(step: str, answers: dict[str, str], posted: QueryDict | None) -> Any:
    """The form of a page, filled with what was answered before."""
    if step == "which":
        entries = look_up(answers.get("name", ""))
        return WhichForm(posted, entries=entries, initial={"which": answers.get("which")})
    names = FIELDS.get(step) or NUMBERED[Kind(answers["kind"])]
    known = {name: answers[name] for name in names if name in answers}
    form = StepForm(posted, names=names)
    form.initial = known
    return form


def keep(step: str, answers: dict[str, str], form: Any) -> dict[str, str]:
    """The answers with those of a page that was answered rightly."""
    new = answers | {name: str(form.data.get(name, "")) for name in form.fields}
    if step == "name" and new["name"] != answers.get("name"):
        new |= {"found": "yes" if look_up(new["name"]) else "", "which": NONE_OF_THEM}
        new |= dict.fromkeys(NUMBERS, "")
    if step == "which":
        new |= dict.fromkeys(NUMBERS, "")
        for entry in look_up(new["name"]):
            if entry.key == new["which"]:
                new |= dict(entry.numbers)
    return new


def carried(answers: dict[str, str]) -> list[tuple[str, str]]:
    """(name, answer) of what a page carries along, to be sent with its own answers."""
    return [(CARRIED + name, text) for name, text in answers.items() if text]


def so_far(answers: dict[str, str], posted: QueryDict) -> dict[str, str]:
    """What was answered, by the session and by the page that was sent; of two organisations only
    what the session knows."""
    brought = {name: posted.get(CARRIED + name, "") for name in CARRIABLE}
    brought = {name: text for name, text in brought.items() if text}
    is_same = answers.get("name", brought.get("name")) == brought.get("name")
    return brought | answers if is_same else answers


def after(step: str, answers: dict[str, str]) -> str | None:
    """The page that comes next; None where all was asked."""
    steps = list(steps_of(answers))
    place = steps.index(step) + 1
    return steps[place] if place < len(steps) else None


def before(step: str, answers: dict[str, str]) -> str | None:
    steps = list(steps_of(answers))
    place = steps.index(step)
    return steps[place - 1] if place else None


def leads_to(partner: Partner) -> str:
    """The page after the last one: what an organisation does next, or its space."""
    addresses = (leading(partner) for leading in LEADS_TO)
    return next(filter(None, addresses), reverse("space", args=[partner.code]))


def as_one_form(answers: dict[str, str]) -> JoinForm:
    """All answers as one form, to be looked at and sent."""
    names = JoinForm.base_fields
    return JoinForm({name: text for name, text in answers.items() if text and name in names})


def first_wrong(form: JoinForm, answers: dict[str, str]) -> str | None:
    """The page of the first answer that is missing or wrong."""
    for step in steps_of(answers):
        names = FIELDS.get(step, NUMBERS if step == "number" else ())
        if set(names) & set(form.errors):
            return step
    return None
