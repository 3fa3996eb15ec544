"""What is filled in at the desk about places, the telephone and paper."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.crypto import constant_time_compare, salted_hmac

from commonweal.design.forms import DateField, Form, MoneyField, ReasonField

from ..models import Project, Round
from ..rounds.ballot_forms import BallotForm, Choices
from ..rounds.pots import Shared
from .sampling import SIZES


class PlaceForm(Form):
    name = forms.CharField(label="Name and address of the place", max_length=120)
    first_on = DateField(label="First day there")
    last_on = DateField(label="Last day there")


class SlipForm(Form):
    code = forms.CharField(
        label="The code on the slip",
        max_length=40,
        help_text="Thirteen letters and figures. Capitals, blanks and dashes do not matter.",
    )


class SampleForm(Form):
    size = forms.TypedChoiceField(
        label="How many are compared",
        choices=[
            (size, f"Papers: {size}. If none is wrong, so many of all are at most: {share}.")
            for size, share in SIZES.items()
        ],
        coerce=int,
        widget=forms.RadioSelect,
    )
    seed = forms.CharField(
        label="What the sample is drawn from",
        max_length=40,
        help_text="Throw a die ten times before witnesses, and write down what it shows.",
    )


class EnterprisesForm(Form):
    """What is said of a ballot of enterprises when it is begun."""

    budget = MoneyField(label="A sum of their own, in pounds", required=False)
    percent = forms.IntegerField(
        label="Or a part of this round’s money, in a hundred",
        required=False,
        min_value=1,
        max_value=99,
        help_text="It is taken from what residents share out.",
    )
    projects = forms.ModelMultipleChoiceField(
        Project.objects.none(),
        label="Projects that go onto their ballot",
        widget=forms.CheckboxSelectMultiple,
        help_text="They leave the ballot of residents, so that none is paid for twice.",
    )
    who_may_vote = ReasonField(label="Which enterprises may vote, and who votes for one")
    addresses_from = ReasonField(label="From which register the addresses of letters come")
    addresses_ground = ReasonField(label="On what legal ground")

    NAMED = ("who_may_vote", "addresses_from", "addresses_ground")

    def __init__(self, *args: Any, budget_round: Round, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["projects"]
        field.queryset = budget_round.projects.exclude(state=Project.State.IDEA)

    @property
    def wanted(self) -> dict[str, Any]:
        """The answers as `enterprises.give_a_ballot` takes them."""
        answers = dict(self.cleaned_data)
        named = {name: answers.pop(name) for name in self.NAMED}
        return answers | {"projects": list(answers["projects"]), "answers": named}


class TelephoneForm(BallotForm):
    """A code and a ballot, as they are dictated. What was read back is known by `mark`."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        code = forms.CharField(label="The code on their letter", max_length=40)
        self.fields = {"code": code} | self.fields

    @property
    def mark(self) -> str:
        """What stands for this code with this ballot and tells nothing of either."""
        text = f"{self.cleaned_data['code']}:{sorted(self.choices)}"
        return salted_hmac("commonweal.voice.read back", text).hexdigest()

    @property
    def is_read_back(self) -> bool:
        return constant_time_compare(self.data.get("read_back", ""), self.mark)

    @property
    def in_words(self) -> list[str]:
        return named(self, self.choices)


class PaperForm(BallotForm):
    """What is on a paper ballot; one that can't be counted names nothing."""

    def __init__(self, *args: Any, has_number: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        if "projects" in self.fields:
            self.fields["projects"].required = False
        if has_number:
            number = forms.IntegerField(label="The number written on the paper", min_value=1)
            self.fields = {"number": number} | self.fields
        self.fields["is_spoilt"] = forms.BooleanField(
            label="It can't be counted",
            required=False,
            help_text="It is empty, names too many or too few, or can't be read.",
        )

    @property
    def may_be_empty(self) -> bool:
        return bool(self.cleaned_data.get("is_spoilt"))

    def _check(self, shared: Shared, choices: Choices) -> None:
        if not self.cleaned_data.get("is_spoilt"):
            super()._check(shared, choices)

    @property
    def entered(self) -> Choices | None:
        return None if self.cleaned_data["is_spoilt"] else self.choices


def named(form: BallotForm, choices: Any) -> list[str]:
    """A ballot as it is read out: the names of projects, with their place or points."""
    if choices is None:
        return ["It can't be counted."]
    titles = {
        project.number: project.title for shared in form.shared for project in shared.projects
    }
    suffixes: dict[str, Any] = {
        form.budget_round.Form.RANKING: lambda place: f" (place {place + 1})",
        form.budget_round.Form.POINTS: lambda points: f" ({points})",
    }
    says = suffixes.get(form.budget_round.ballot_form, lambda _: "")
    return [f"{titles.get(number, number)}{says(count)}" for number, count in choices]
