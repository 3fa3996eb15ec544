"""The forms of consultations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from commonweal.charter.models import Decision
from commonweal.design.forms import DateField, Form, ReasonField
from commonweal.partners.models import Partner
from commonweal.places.models import Area

from ..models import AskedQuestion, Channel, Consultation, Voice
from .giving import Given, Giver
from .ranking import places_of

AGES = (
    ("", "I’d rather not say"),
    ("under_18", "Under 18"),
    ("18_24", "18 to 24"),
    ("25_44", "25 to 44"),
    ("45_64", "45 to 64"),
    ("65", "65 or over"),
)


class ConsultationForm(Form):
    title = forms.CharField(label="Title", max_length=120)
    about = ReasonField(label="What is it about?", help_text="For somebody who is new to it.")
    can_change = ReasonField(
        label="What can still change?",
        required=False,
        help_text="It can’t open before this is said.",
    )
    cannot_change = ReasonField(label="What is settled already?", required=False)
    who_decides = forms.CharField(
        label="Who decides?",
        max_length=200,
        required=False,
        help_text="For example: the council’s executive, on 12 March.",
    )
    takes_proposals = forms.BooleanField(label="People can make proposals", required=False)
    opens_on = DateField(label="First day")
    closes_on = DateField(label="Last day")
    decides_on = DateField(label="By when will it be decided?")


class QuestionForm(Form):
    words = forms.CharField(label="Question", max_length=300)
    kind = forms.ChoiceField(
        label="How is it answered?", choices=AskedQuestion.Kind.choices, widget=forms.RadioSelect
    )
    options = forms.CharField(
        label="Answers to choose from",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="A line each. Not for a mark, nor for their own words.",
    )
    is_needed = forms.BooleanField(label="It must be answered online", required=False)

    def clean_options(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["options"].splitlines()]
        return [line for line in lines if line]


class LaterForm(Form):
    closes_on = DateField(label="New last day", help_text="Later than the one that is public.")
    decides_on = DateField(label="By when it will be decided")
    because = ReasonField(label="Why does it close later?", help_text="Everybody reads this.")


class OutcomeForm(Form):
    outcome = ReasonField(
        label="What was decided, and why?",
        help_text="Anybody reads this. Say what the answers changed, and what they didn’t.",
    )
    decided_on = DateField(label="When was it decided?")
    decision = forms.ModelChoiceField(
        Decision.objects.all(),
        label="Recorded decision",
        required=False,
        empty_label="None",
        help_text="Where there is one, its day counts.",
    )


class ConsultationAnswerForm(Form):
    """Everything a consultation asks, on one page. The questions are fields ``question-3``.

    ``again`` is asked only where an answer came from the same browser before.
    """

    again = forms.ChoiceField(
        label="An answer came from this browser before. Was it yours?",
        choices=[
            ("change", "Yes: what I send now takes its place"),
            ("beside", "No, or it was for somebody else: count this one beside it"),
        ],
        widget=forms.RadioSelect,
    )

    voice = forms.ChoiceField(
        label="Who answers?", choices=Voice.choices, widget=forms.RadioSelect, initial="resident"
    )
    enterprise = forms.CharField(
        label="Name of the enterprise",
        required=False,
        max_length=200,
        help_text="Only if an enterprise answers. It is not shown.",
    )
    partner = forms.ModelChoiceField(
        Partner.objects.none(), label="Which of yours answers?", required=False, empty_label="None"
    )
    area = forms.ModelChoiceField(
        Area.objects.all(),
        label="Where in town?",
        required=False,
        empty_label="I’d rather not say",
        help_text="It tells us whom we have not heard.",
    )
    age_band = forms.ChoiceField(label="How old are you?", choices=AGES, required=False)

    def __init__(
        self,
        *args: Any,
        consultation: Consultation,
        partners: Any = (),
        is_again: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if not is_again:
            del self.fields["again"]
        self.asked = list(consultation.questions.all())
        if partners:
            represented = Partner.objects.filter(pk__in=[partner.pk for partner in partners])
            self.fields["partner"].queryset = represented  # type: ignore[attr-defined]
        else:
            del self.fields["partner"]
        # Whether it is a second answer is asked first, who answers last.
        about_them = {name: self.fields.pop(name) for name in list(self.fields) if name != "again"}
        for question in self.asked:
            self.fields.update(_fields_of(question))
        self.fields.update(about_them)

    @property
    def changes(self) -> bool:
        return self.cleaned_data.get("again") == "change"

    def answers(self) -> dict[AskedQuestion, Given]:
        return {question: self._given(question) for question in self.asked}

    def _given(self, question: AskedQuestion) -> Given:
        if question.kind == AskedQuestion.Kind.RANKING:
            return self._ranked(question)
        typed = self.cleaned_data.get(f"question-{question.pk}")
        if question.kind == AskedQuestion.Kind.TEXT:
            return Given(words=typed or "")
        picks = typed if isinstance(typed, list) else [typed] if typed else []
        return Given(picked=tuple(int(pick) for pick in picks))

    def _ranked(self, question: AskedQuestion) -> Given:
        typed = [self.cleaned_data.get(name) for name in _places_of(question)]
        return Given(picked=tuple(int(pick) for pick in typed if pick))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for question in self.asked:
            if question.kind == AskedQuestion.Kind.RANKING:
                self._check_places(question)
        return cleaned

    def _check_places(self, question: AskedQuestion) -> None:
        """Say at the place itself what can't be: one left out before another, or twice the same."""
        names = list(_places_of(question))
        typed = [self.cleaned_data.get(name) for name in names]
        for at, (name, pick) in enumerate(zip(names, typed, strict=True)):
            if pick and pick in typed[:at]:
                self.add_error(name, "This stands in another place already. Choose another.")
            elif not pick and any(typed[at + 1 :]) and not self.has_error(name):
                self.add_error(name, "Fill this place too, or leave those after it empty.")

    def giver(self) -> Giver:
        """Who answers, by what they say of themselves."""
        answers = self.cleaned_data
        return Giver(
            voice=answers["voice"],
            area=answers["area"],
            age_band=answers["age_band"],
            enterprise=answers["enterprise"],
            partner=answers.get("partner"),
        )


def _places_of(question: AskedQuestion) -> dict[str, str]:
    """The fields of a ranking, each with the words of its place."""
    places = places_of(question.options)
    return {f"question-{question.pk}-{at}": place for at, place in enumerate(places, 1)}


def _fields_of(question: AskedQuestion) -> dict[str, forms.Field]:
    if question.kind != AskedQuestion.Kind.RANKING:
        return {f"question-{question.pk}": _field_of(question)}
    fields: dict[str, forms.Field] = {}
    for name, place in _places_of(question).items():
        needed = question.is_needed and not fields
        fields[name] = forms.ChoiceField(
            label=f"{question.words} What comes {place}?" + ("" if needed else " (optional)"),
            choices=[("", "Choose one"), *question.choices],
            required=needed,
        )
    return fields


def _field_of(question: AskedQuestion) -> forms.Field:
    needed = question.is_needed
    label = question.words if needed else f"{question.words} (optional)"
    if question.kind == AskedQuestion.Kind.TEXT:
        return ReasonField(label=label, required=needed)
    if question.kind == AskedQuestion.Kind.CHOICES:
        return forms.MultipleChoiceField(
            label=label,
            choices=question.choices,
            required=needed,
            widget=forms.CheckboxSelectMultiple,
        )
    return forms.ChoiceField(
        label=label, choices=question.choices, required=needed, widget=forms.RadioSelect
    )


class EnterForm(ConsultationAnswerForm):
    """What came otherwise than online. Whoever enters it leaves empty what was left empty."""

    channel = forms.ChoiceField(
        label="How did it come?",
        choices=[choice for choice in Channel.choices if choice[0] != Channel.ONLINE],
        widget=forms.RadioSelect,
    )
    given_on = DateField(label="On which day?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in self.asked:
            for name in _fields_of(question):
                self.fields[name].required = False
        self.fields["given_on"].initial = timezone.localdate
