"""The forms of proposals."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from commonweal.asks.models import Ask
from commonweal.design.forms import DateField, Form, ReasonField
from commonweal.partners.models import Partner
from commonweal.pledges.models import Pledge
from commonweal.programme.models import Action

from ..models import Channel, Proposal, Visibility, Voice
from .sending import Author

OTHERWISE = [choice for choice in Channel.choices if choice[0] != Channel.ONLINE]


class AuthorForm(Form):
    """What is sent, and who sends it. Where nobody of a partner is signed in, they say what they
    are; it is counted as that."""

    voice = forms.ChoiceField(
        label="Who sends it?", choices=Voice.choices, widget=forms.RadioSelect, initial="resident"
    )
    partner = forms.ModelChoiceField(
        Partner.objects.none(), label="For which of yours?", required=False, empty_label="None"
    )
    email = forms.EmailField(
        label="Your e-mail address",
        required=False,
        max_length=254,
        help_text="Only if you want to be told of the answer. Nobody else sees it.",
    )

    def __init__(self, *args: Any, partners: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if partners:
            represented = Partner.objects.filter(pk__in=[partner.pk for partner in partners])
            self.fields["partner"].queryset = represented  # type: ignore[attr-defined]
        else:
            del self.fields["partner"]
        for name in ("voice", "partner", "email"):
            if name in self.fields:
                self.fields[name] = self.fields.pop(name)

    def author(self, person: Any) -> Author:
        answers = self.cleaned_data
        partner = answers.get("partner") if answers["voice"] == Voice.ENTERPRISE else None
        return Author(
            voice=answers["voice"], email=answers["email"], partner=partner, person=person
        )


class ProposalForm(AuthorForm):
    title = forms.CharField(label="What do you propose, in one line?", max_length=120)
    words = ReasonField(
        label="What, where and why?",
        help_text="Anybody can read this once it has been read by us. Please name nobody.",
    )


class EnterProposalForm(ProposalForm):
    channel = forms.ChoiceField(
        label="How did it come?", choices=OTHERWISE, widget=forms.RadioSelect
    )


class CommentForm(AuthorForm):
    words = ReasonField(
        label="What do you think of it?",
        max_length=2000,
        help_text="Anybody can read this once it has been read by us. Please name nobody.",
    )


class SupportForm(Form):
    voice = forms.ChoiceField(
        label="Who supports it?", choices=Voice.choices, widget=forms.RadioSelect
    )
    count = forms.IntegerField(label="How many?", min_value=1, max_value=100_000)
    channel = forms.ChoiceField(
        label="How did it come?", choices=OTHERWISE, widget=forms.RadioSelect
    )
    given_on = DateField(label="On which day?")


class KeepOutForm(Form):
    because = ReasonField(
        label="Why is it kept out?",
        help_text="Its author reads this. Abuse, private data, or not a proposal; never because "
        "of what it asks for.",
    )


class AppealForm(Form):
    appeal = ReasonField(label="Why should it be shown?")


class AppealAnswerForm(Form):
    is_shown = forms.TypedChoiceField(
        label="Is it shown?",
        choices=(("yes", "Yes, show it"), ("no", "No, it stays out")),
        coerce=lambda choice: choice == "yes",
        widget=forms.RadioSelect,
    )
    appeal_answer = ReasonField(label="Answer to its author")


class ProposalAnswerForm(Form):
    answer = ReasonField(label="Answer", help_text="Its author and everybody else reads this.")


class MergeProposalsForm(ProposalAnswerForm):
    into = forms.ModelChoiceField(
        Proposal.objects.none(), label="Into which?", empty_label="Choose"
    )

    def __init__(self, *args: Any, others: QuerySet[Proposal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = others  # type: ignore[attr-defined]


def others_of(proposal: Proposal) -> QuerySet[Proposal]:
    """What a proposal may be merged into."""
    others = Proposal.objects.filter(consultation=proposal.consultation_id, merged_into=None)
    return (
        others.filter(visibility=Visibility.SHOWN)
        .exclude(pk=proposal.pk)
        .exclude(outcome=Proposal.Outcome.DECLINED)
    )


class TieForm(Form):
    action = forms.ModelChoiceField(
        Action.objects.all(), label="Action", required=False, empty_label="None"
    )
    ask = forms.ModelChoiceField(
        Ask.objects.exclude(state=Ask.State.DRAFT), label="Ask", required=False, empty_label="None"
    )
    pledge = forms.CharField(
        label="Code of a pledge",
        required=False,
        max_length=12,
        help_text="Eight signs: they stand at the end of the pledge’s address.",
    )

    def clean_pledge(self) -> Pledge | None:
        code = self.cleaned_data["pledge"].strip().upper()
        if not code:
            return None
        pledge = Pledge.objects.public().filter(code=code).first()
        if pledge is None:
            raise forms.ValidationError("No pledge in the register has this code.")
        return pledge
