"""The desk's questions, and the first "no" in plain words."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from commonweal.accounts.models import Appointment, Person, Role
from commonweal.cases import access, consenting, intake, triage
from commonweal.cases.models import Call, Callback, Case, Need, Referral, TextTemplate
from commonweal.cases.models.cases import Channel, Purpose
from commonweal.charter.models import Theme
from commonweal.design.forms import DateField, FigureField, Form, ReasonField
from commonweal.places.models import Area
from commonweal.pledges.models import Pledge
from commonweal.residents.models import Resident
from commonweal.residents.ways import clock_of
from commonweal.services.models import HelpType, Service
from commonweal.volunteers.models import SKILLS, Check, Task

from . import helplines
from .clock_fields import SAFE_DAYS, ClockField, check_hours
from .excuse_forms import ExcuseForm


def sentences(label: str, *, missing: str = "", most: int = 2000, hint: str = "") -> ReasonField:
    return ReasonField(
        label=label, required=bool(missing), max_length=most, help_text=hint,
        error_messages={"required": missing or "Write something"},
    )  # fmt: skip


def text(
    label: str, *, missing: str = "", most: int = 200, hint: str = "", complete: str = "off",
    mode: str = "", **more: Any,
) -> forms.CharField:  # fmt: skip
    attrs = {"autocomplete": complete} | ({"inputmode": mode} if mode else {})
    return forms.CharField(
        label=label, required=bool(missing), max_length=most, help_text=hint,
        error_messages={"required": missing or "Enter something"},
        widget=forms.TextInput(attrs=attrs), **more,
    )  # fmt: skip


def choice(
    label: str, choices: Any, *, missing: str = "Choose one", radio: bool = True, hint: str = "",
    required: bool = True, **more: Any,
) -> forms.ChoiceField:  # fmt: skip
    widget: Any = forms.RadioSelect if radio else forms.Select
    return forms.ChoiceField(
        label=label, choices=choices, required=required, help_text=hint, widget=widget,
        error_messages={"required": missing, "invalid_choice": missing}, **more,
    )  # fmt: skip


def areas_choice() -> list[tuple[str, str]]:
    return [("", "Not known"), *Area.objects.values_list("code", "name")]


def handlers() -> Any:
    today = timezone.localdate()
    held = Appointment.objects.current(today).filter(
        role__in=[Role.CALL_HANDLER, Role.DESK_MANAGER, Role.NAMED_COLLEAGUE]
    )
    return Person.objects.filter(appointments__in=held).distinct().order_by("name")


# --- Intake -----------------------------------------------------------------------------------

WHO = ("for_whom", "caller_name", "caller_relation", "caller_contact", "first_name", "last_name",
       "also_known_as", "born", "postcode", "address", "lives", "area", "language")  # fmt: skip
HELP = ("needs", "signs", "words")
CONTACT = (
    "contact",
    "safe_days",
    "safe_from",
    "safe_until",
    "safe_word",
    "safe_note",
    "phone",
    "phone2",
    "email",
)
PUBLIC_STEPS = ("help", "who", "contact", "check")


class PartBornWidget(forms.MultiWidget):
    """Day, month, year, of which any may be missing."""

    def __init__(self) -> None:
        super().__init__([forms.TextInput(attrs={"inputmode": "numeric"}) for _ in range(3)])

    def decompress(self, value: Any) -> list[str]:
        parts = str(value or "").split("-")
        return list(reversed([*parts, "", "", ""][:3]))


class PartBornField(forms.Field):
    """A date of birth as far as it is known; nothing is refused while one types."""

    widget = PartBornWidget

    def clean(self, value: Any) -> list[str]:
        parts = [str(part or "").strip() for part in (value or [])] + [""] * 3
        day, month, year = parts[:3]
        if (day or month) and not year:
            raise ValidationError("Add the year, or leave the date empty")
        if year and not (year.isdigit() and 1900 <= int(year) <= timezone.localdate().year):
            raise ValidationError("Write the year with four figures, like 1950")
        if day and month and year:
            try:
                date(int(year), int(month), int(day))
            except ValueError:
                raise ValidationError("This is no real date. Write it like 27 3 1950") from None
        return parts[:3]


def signs_field(label: str) -> forms.MultipleChoiceField:
    """What decides who is helped first: codes, of which any may be named."""
    return forms.MultipleChoiceField(
        label=label, required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(code, question) for code, question, _, _ in triage.SIGNS],
    )  # fmt: skip


class IntakeForm(Form):
    """Everything that may be asked of somebody who calls. Nothing but the kind of help is needed:
    a wrong number, no surname, no birth date, no address are all possible."""

    for_whom = choice("Who needs the help?",
                      [("self", "The person who asks"), ("other", "Somebody else")])  # fmt: skip
    caller_name = text("Name of the person who asks", hint="Only if it is for somebody else.")
    caller_relation = text("What are they to each other?", hint="For example: her neighbour.")
    caller_contact = text("How can we reach the person who asks?")
    first_name = text("First name")
    last_name = text("Last name", hint="Leave empty if there is none, or it is not known.")
    also_known_as = text("Also known as", most=400)
    born = PartBornField(label="Date of birth, as far as known", required=False)
    lives = choice("Where do they live?", Resident.Lives.choices, required=False)
    address = text("Address", most=300, complete="off")
    postcode = text("Postcode", most=12)
    area = choice("Area", [], radio=False, required=False)
    language = text("Language, if not English", most=40)
    contact = choice("How may we get in touch?", Resident.Contact.choices, required=False)
    safe_days = choice("On which days is it safe?", SAFE_DAYS, radio=False, required=False)
    safe_from = ClockField(label="Safe from", hint="A time like 10 or 10:30. Empty: any time.")
    safe_until = ClockField(label="Safe until", hint="A time like 14 or 2pm. Empty: any time.")
    safe_word = text("Safe word", hint="A word by which they know that it is us.", most=60)
    safe_note = text("What else must we know to be safe?", most=300)
    phone = text("Telephone", most=40, mode="tel")
    phone2 = text("Another telephone", most=40, mode="tel")
    email = text("E-mail", most=254, mode="email")
    needs = forms.MultipleChoiceField(
        label="What help is needed?", required=True, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one; “Something else” is an answer"},
    )  # fmt: skip
    signs = signs_field("Right now, is there any of this?")
    words = sentences("What happened, in their own words")
    consent = forms.BooleanField(label="They agree that this is kept to get help", required=False)

    def __init__(
        self,
        *args: Any,
        public: bool = False,
        only: tuple[str, ...] = (),
        asked: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        # On a step of its own, what was asked for stands in the steps before.
        self.asked, self.is_public = asked or {}, public
        kinds = HelpType.objects.filter(is_active=True)
        if public:
            kinds = kinds.filter(is_public=True)
        self.kinds = list(kinds)
        needs: Any = self.fields["needs"]
        needs.choices = [(kind.code, kind.name) for kind in self.kinds]
        needs.hints = {kind.code: _hint(kind, public) for kind in self.kinds}
        area: Any = self.fields["area"]
        area.choices = areas_choice()
        for kind in self.kinds:
            for question in kind.questions:
                self.fields[f"q-{kind.code}-{question['code']}"] = question_field(kind, question)
        if only:
            for name in list(self.fields):
                if name not in only and not (name.startswith("q-") and "needs" in only):
                    del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Where safety is at stake, how it is safe to get in touch has to be answered."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if "contact" in self.fields and not said.get("contact"):
            needs = said.get("needs") or self.asked.get("needs") or []
            signs = said.get("signs") or self.asked.get("signs") or []
            kinds = [kind for kind in self.kinds if kind.code in needs]
            if intake.asks_about_safety(kinds, signs):
                self.add_error("contact", "Choose how it is safe to get in touch")
        self._check_there_is_a_way(said)
        check_hours(self, said, "safe_from", "safe_until")
        return said

    def _check_there_is_a_way(self, said: dict[str, Any]) -> None:
        """Whoever may be reached in one way only has to say where. At the desk a caller who is
        cut off has no time for it; on the public form nobody could ask later."""
        if not self.is_public or "contact" not in self.fields:
            return
        if said.get("contact") == "text_only" and not (said.get("phone") or said.get("phone2")):
            self.add_error("phone", "Give the telephone to which we may text")
        if said.get("contact") == "email_only" and not said.get("email"):
            self.add_error("email", "Give the e-mail address to which we may write")

    def changed(self, typed: dict[str, Any]) -> dict[str, Any]:
        """Of what came with this form, what somebody changed on their page."""
        self.full_clean()
        if self.touched is None:
            return typed
        names = set(self.touched)
        if "born" in names:
            names |= {"born_0", "born_1", "born_2"}
        return {name: value for name, value in typed.items() if name in names}

    @property
    def question_groups(self) -> list[tuple[HelpType, list[Any]]]:
        """The own questions of each kind of help, for the page."""
        return [
            (kind, [self[f"q-{kind.code}-{q['code']}"] for q in kind.questions])
            for kind in self.kinds
            if kind.questions and f"q-{kind.code}-{kind.questions[0]['code']}" in self.fields
        ]


def _hint(kind: HelpType, public: bool) -> str:
    """A kind of help in a resident's words; beside danger, at once, whom to ring."""
    if public and kind.weight >= triage.DANGER:
        return f"{kind.words} {helplines.in_words()}"
    return kind.words


def question_field(kind: HelpType, question: dict[str, Any]) -> forms.Field:
    label = question["label"]
    match question.get("kind", "text"):
        case "choice":
            options = [("", "Not asked"), *((c, c) for c in question.get("choices", []))]
            return choice(label, options, radio=False, required=False)
        case "yes_no":
            options = [("yes", "Yes"), ("no", "No"), ("unknown", "Not known")]
            return choice(label, options, required=False)
        case "number":
            return text(label, most=12, mode="numeric")
        case _:
            return text(label, most=300)


PUBLIC_WORDS = {
    "for_whom": "Who is the help for?", "first_name": "First name", "last_name": "Last name",
    "phone": "Telephone", "words": "Tell us more, if you like",
    "needs": "What do you need help with?", "signs": "Is any of this so right now?",
    "contact": "How may we get in touch with you?",
    "safe_note": "What else must we know to reach you safely?",
    "safe_word": "A safe word, by which you know that it is us",
    "safe_days": "On which days is it safe to reach you?",
    "born": "Date of birth, if you like", "caller_name": "Your name, if it is for somebody else",
    "caller_relation": "What are you to each other?", "caller_contact": "How can we reach you?",
    "lives": "Where do you live?", "consent": "I agree to this",
}  # fmt: skip


def public_form(step: str, *args: Any, **kwargs: Any) -> IntakeForm:
    """One step of the public form, in a resident's words."""
    only = {"who": WHO, "help": HELP, "contact": CONTACT, "check": ("consent",)}[step]
    form = IntakeForm(*args, public=True, only=only, **kwargs)
    for name, label in PUBLIC_WORDS.items():
        if name in form.fields:
            form.fields[name].label = label
    if "for_whom" in form.fields:
        who: Any = form.fields["for_whom"]
        who.choices = [("self", "Me"), ("other", "Somebody else, who knows that I am asking")]
    if "consent" in form.fields:
        form.fields["consent"].required = True
        form.fields["consent"].error_messages["required"] = "Say that you agree, or ring us instead"
    if "safe_word" in form.fields:
        form.fields["safe_word"].help_text = "We say it before anything else. Choose any word."
    if "contact" in form.fields:
        how: Any = form.fields["contact"]
        how.choices = [one for one in PUBLIC_CONTACT if one[0]]
    for name in ("also_known_as", "language"):
        form.fields.pop(name, None)
    return form


# In a resident's words; nothing is chosen for them.
PUBLIC_CONTACT = [
    ("any", "You may ring, text or write to me"),
    ("no_ring", "Do not ring me"),
    ("text_only", "Only by text message"),
    ("email_only", "Only by e-mail"),
    ("post_only", "Only by letter"),
    ("none", "Do not contact me: I get in touch with you"),
]


# --- Working ----------------------------------------------------------------------------------


class SearchForm(Form):
    q = text(
        "Find somebody",
        hint="A name or part of one, a date of birth, telephone, e-mail, postcode, street, or any "
        "reference, in any spelling. Several narrow it down.",
    )


class StartForm(Form):
    channel = choice(
        "How did it come in?",
        [(c.value, c.label) for c in (Channel.PHONE, Channel.EMAIL, Channel.WALK_IN)],
    )


class CallForm(Form):
    which = choice("Which call was it?", [], missing="Choose which call it was")
    direction = choice("Who rang?", [("out", "We rang"), ("in", "They rang")])
    outcome = choice("What came of it?", Call.Outcome.choices)
    again_on = DateField(
        label="When did they ask to be rung?", required=False,
        help_text="Only if they asked to be rung at another time.",
    )  # fmt: skip
    again_time = ClockField(
        label="At what time?", hint="For example 14:30. Empty: by the end of that day."
    )
    words = sentences("What was said")
    minutes = forms.IntegerField(
        label="Minutes", required=False, min_value=0, max_value=600,
        error_messages={"invalid": "Write the minutes in figures"},
    )  # fmt: skip

    def __init__(self, *args: Any, later: list[Callback], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        which: Any = self.fields["which"]
        which.choices = [
            *((str(c.pk), f"{c.get_purpose_display()}, planned for {_day_of(c)}") for c in later),
            ("other", "Another call. What is planned stays planned."),
        ]
        if not later:
            del self.fields["which"]

    def clean_again_on(self) -> date | None:
        day: date | None = self.cleaned_data["again_on"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError("Choose today or a day that comes.")
        return day

    def answers(self) -> dict[str, Any]:
        """What a call is written down with."""
        said = dict(self.cleaned_data)
        day, clock = said.pop("again_on"), clock_of(said.pop("again_time"))
        if day is not None:
            moment = datetime.combine(day, clock or time(23, 59))
            said["again_at"] = timezone.make_aware(moment)
        return said


def _day_of(callback: Callback) -> str:
    day = timezone.localtime(callback.due_at)
    return f"{day.day} {day:%B %Y}"


class PlanCallForm(Form):
    purpose = choice("Which call?", Purpose.choices)
    due_on = DateField(label="When?", error_messages={"required": "Enter the day"})


class NoteForm(Form):
    words = sentences("Note", missing="Write the note")


class UrgencyForm(Form):
    level = forms.TypedChoiceField(
        label="How urgent is it?", choices=Case.Urgency.choices, coerce=int,
        widget=forms.RadioSelect, error_messages={"required": "Choose how urgent it is"},
    )  # fmt: skip
    because = sentences("Why is it other than the rules say?", missing="Say why")


class HandOverForm(Form):
    to = forms.ModelChoiceField(
        label="To whom?", queryset=Person.objects.none(), empty_label="Choose",
        error_messages={"required": "Choose a colleague"},
    )  # fmt: skip
    words = sentences(
        "What do they need to know?", missing="Write what your colleague needs to know"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to: Any = self.fields["to"]
        to.queryset = handlers()


class SettleForm(Form):
    state = choice("What became of it?", Need.State.choices[1:])
    why = choice(
        "If it was not met: why?",
        [("", "It was met"), *(Need._meta.get_field("why_unmet").choices or [])],
        radio=False, required=False,
    )  # fmt: skip


class CloseForm(Form):
    words = sentences("How did it end?", missing="Write how it ended, in a sentence")


class BecauseForm(Form):
    because = sentences("Why?", missing="Say why")


class GlassForm(Form):
    because = sentences(
        "Why do you need to read this case?", missing="Say why you need to read this case",
        hint="It is open to you for a day. The data protection officer reads what you write here.",
    )  # fmt: skip


class FileForm(Form):
    upload = forms.FileField(label="Paper", error_messages={"required": "Choose a file"})


class PersonForm(Form):
    """What is known of a person. Nothing has to be."""

    first_name = text("First name")
    last_name = text("Last name")
    also_known_as = sentences("Also known as, one name a line", most=400)
    born = text("Date of birth", hint="1950, 1950-03 or 1950-03-27", most=10)
    nhs_number = text("NHS number", most=20)
    phones = sentences("Telephones, one a line", most=300)
    email = text("E-mail", most=254)
    lives = choice("Where do they live?", Resident.Lives.choices)
    left_refuge = forms.BooleanField(
        label="They have left the refuge: an address may be shown", required=False
    )
    address = text("Address", most=300)
    postcode = text("Postcode", most=12)
    language = text("Language, if not English", most=40)
    area = forms.ModelChoiceField(label="Area", queryset=Area.objects.all(), required=False)

    def clean_born(self) -> str:
        said = str(self.cleaned_data["born"]).strip()
        if said and not re.fullmatch(
            r"(19|20)\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", said
        ):
            raise ValidationError("Write it like 1950, 1950-03 or 1950-03-27")
        return said


class ReferForm(ExcuseForm):
    service = forms.ModelChoiceField(
        label="To which service?", queryset=Service.objects.none(), empty_label="Choose",
        error_messages={"required": "Choose a service"},
    )  # fmt: skip
    hand = choice("What do they get of the resident's details?", Referral.Hand.choices)
    words = sentences("What do they need to know about the need?",
                  hint="The partner reads this. No more than the need itself.")  # fmt: skip

    def __init__(self, *args: Any, need: Need, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        service: Any = self.fields["service"]
        service.queryset = (
            Service.objects.on_offer().filter(takes_referrals=True, help_types=need.help_type)
            .select_related("organisation").order_by("name")
        )  # fmt: skip
        service.label_from_instance = lambda one: _service_label(one, need)


def _service_label(service: Service, need: Need) -> str:
    parts = [f"{service.name} ({service.organisation})"]
    partner = service.organisation.partner
    consent = consenting.that_covers(need, partner) if partner else None
    shared = consenting.shared_with(consent, service, consent.fields) if consent else []
    parts.append("agreed to: " + " and ".join(shared) if shared else "no consent")
    if service.capacity is not None:
        held = service.referrals.filter(state__in=Referral.OPEN).count()
        parts.append(f"{max(service.capacity - held, 0)} of {service.capacity} places free")
    parts.append(f"answers within {service.answer_hours} hours")
    if service.no_names:
        parts.append("must not hold names")
    return ", ".join(parts)


class DeclineForm(Form):
    because = choice("Why not?", Referral._meta.get_field("declined_because").choices)
    words = sentences("Anything that helps the desk")


class OutcomeForm(Form):
    outcome = choice("What came of it?", Referral._meta.get_field("outcome").choices)
    words = sentences("In a sentence")


class ReferInForm(Form):
    first_name = text("First name", missing="Enter a first name")
    last_name = text("Last name")
    phone = text("Telephone", most=40)
    contact = choice(
        "How may they be reached?",
        Resident.Contact.choices,
        missing="Choose how they may be reached",
    )
    safe_note = text("What else must be known to be safe?", most=300)
    address = text("Address", most=300)
    postcode = text("Postcode", most=12)
    help_types = forms.ModelMultipleChoiceField(
        label="What do they need?", queryset=HelpType.objects.filter(is_active=True),
        to_field_name="code", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what they need"},
    )  # fmt: skip
    signs = signs_field("Right now, is there any of this?")
    words = sentences("What happened")
    consent_words = sentences("In which words did they agree that you send them here?",
                          missing="Write the words in which they agreed")  # fmt: skip


class ListForm(Form):
    file = forms.FileField(label="List", error_messages={"required": "Choose a file"})
    help_type = forms.ModelChoiceField(
        label="What kind of help is it about?", queryset=HelpType.objects.filter(is_active=True),
        to_field_name="code", empty_label="Choose",
        error_messages={"required": "Choose the kind of help"},
    )  # fmt: skip


class BulkForm(ExcuseForm):
    template = forms.ModelChoiceField(
        label="Which words?", queryset=TextTemplate.objects.all(), to_field_name="code",
        empty_label="Choose", error_messages={"required": "Choose a template"},
    )  # fmt: skip
    help_type = forms.ModelChoiceField(
        label="Only who waits for", queryset=HelpType.objects.all(), to_field_name="code",
        required=False, empty_label="Any help",
    )  # fmt: skip
    area = forms.ModelChoiceField(
        label="Only in", queryset=Area.objects.all(), to_field_name="code", required=False,
        empty_label="Any area",
    )  # fmt: skip
    first_call_owed = forms.BooleanField(label="Only who was not rung yet", required=False)
    named_too = forms.BooleanField(
        label="Also people who are in a case for named colleagues only",
        required=False,
        help_text="They are left out unless you tick this. Somebody else may read their messages.",
    )
    expected = forms.IntegerField(required=False, widget=forms.HiddenInput)


# --- Services, volunteers, asks ---------------------------------------------------------------


class ServiceForm(Form):
    name = text("What is it called?", missing="Enter what it is called")
    description = sentences("What is it?", missing="Say what it is, in a sentence or two")
    help_types = forms.ModelMultipleChoiceField(
        label="What kind of help is it?", queryset=HelpType.objects.filter(is_active=True),
        to_field_name="code", required=False, widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    status = choice("Is it open?", Service.Status.choices)
    eligibility = sentences("For whom is it?", most=1000)
    application_process = sentences("How does one get it?", most=1000)
    fees = text("What does it cost?", hint="Empty: nothing is stated.")
    hours = text("When is it open?", most=300)
    phone = text("Telephone", most=60)
    email = forms.EmailField(label="E-mail", required=False, max_length=254)
    url = forms.URLField(label="Web address", required=False, assume_scheme="https", max_length=500)
    address = text("Address", most=300)
    postcode = text("Postcode", most=10)
    takes_referrals = forms.BooleanField(label="It takes referrals from the desk", required=False)
    capacity = forms.IntegerField(
        label="How many referrals can you hold at once?", required=False, min_value=0,
        max_value=10_000, help_text="Empty: not stated.",
    )  # fmt: skip
    answer_hours = forms.IntegerField(
        label="Within how many hours do you answer?", min_value=1, max_value=720, initial=48,
        error_messages={"required": "Enter the hours"},
    )  # fmt: skip
    no_names = forms.BooleanField(label="We must not hold anybody's personal data", required=False)
    asks_for = forms.MultipleChoiceField(
        label="What do you need to know of somebody who is sent to you?",
        required=False,
        choices=access.SHARED,
        widget=forms.CheckboxSelectMultiple,
        help_text="You never get more than the resident agreed to. None ticked: all of that.",
    )


class ServiceFileForm(Form):
    file = forms.FileField(
        label="File", error_messages={"required": "Choose a file"},
        help_text="Open Referral as JSON or a ZIP of CSV, GeoJSON, or any table with names.",
    )  # fmt: skip
    source = forms.SlugField(
        label="Short name of the source", max_length=60,
        error_messages={"required": "Enter a short name",
                        "invalid": "Use small letters, figures and hyphens only"},
    )  # fmt: skip
    only_try = forms.BooleanField(label="Only try: say what would happen", required=False)


class VolunteerForm(Form):
    phone = text("Telephone", missing="Enter a number at which we can reach you", most=40,
                 complete="tel")  # fmt: skip
    skills = forms.MultipleChoiceField(
        label="What would you like to do?", choices=SKILLS, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one"},
    )  # fmt: skip
    areas = forms.ModelMultipleChoiceField(
        label="Where?", queryset=Area.objects.all(), to_field_name="code", required=False,
        widget=forms.CheckboxSelectMultiple, help_text="None chosen: anywhere in the town.",
    )  # fmt: skip
    hours_a_week = forms.IntegerField(
        label="How many hours a week, about?", min_value=1, max_value=60,
        error_messages={"required": "Enter the hours", "invalid": "Write the hours in figures"},
    )  # fmt: skip
    when = text("When suits you?", most=200)
    agree = forms.BooleanField(
        label="I keep to myself what I learn about people, and keep no copy of it",
        error_messages={"required": "You have to agree to this"},
    )  # fmt: skip


class CheckForm(Form):
    kind = choice("What was seen?", Check.Kind.choices)
    seen_on = DateField(label="When?", error_messages={"required": "Enter the day"})
    expires_on = DateField(label="Until when does it hold?", required=False)


class TaskForm(ExcuseForm):
    title = text("What is to be done?", missing="Say what is to be done", most=120,
                 hint="Everybody reads this: no name, no address.")  # fmt: skip
    skill = choice("Skill", [("", "None"), *SKILLS], radio=False, required=False)
    area = forms.ModelChoiceField(label="Area", queryset=Area.objects.all(), required=False)
    needs_check = choice("Check that it takes", [("", "None"), *Check.Kind.choices], radio=False,
                         required=False)  # fmt: skip
    on = DateField(label="On which day?", required=False)
    between = text("At what time?", most=60)
    minutes = forms.IntegerField(label="How many minutes, about?", min_value=5, max_value=600,
                                 initial=60)  # fmt: skip
    who = text("For whom?", hint="Only the one who takes it reads this and the next two.")
    where = text("Where?", most=300)
    instructions = sentences("What do they need to know at the door?", most=600)
    agreed = sentences(
        "How was the visit agreed with them?",
        most=600,
        hint="Only where the box above says that nobody may visit.",
    )

    class Meta:
        model = Task


class DoneTaskForm(Form):
    minutes = forms.IntegerField(
        label="How many minutes did it take?", min_value=1, max_value=1440,
        error_messages={"required": "Enter the minutes", "invalid": "Write it in figures"},
    )  # fmt: skip


class AskForm(ExcuseForm):
    title = text("What is needed?", missing="Say what is needed", most=120,
                 hint="For example: laptops for pupils.")  # fmt: skip
    quantity = FigureField(label="How many?", error_messages={"required": "Enter how many"})
    unit = text(
        "Of what?", missing="Enter the unit", most=40,
        hint="As the measure of the pledges counts it: hours, laptops, placements.",
    )  # fmt: skip
    words = sentences("More about it", most=1000)
    theme = forms.ModelChoiceField(label="Theme", queryset=Theme.objects.all(), required=False)
    help_type = forms.ModelChoiceField(
        label="Which help is it for?", queryset=HelpType.objects.all(), required=False
    )
    area = forms.ModelChoiceField(label="Area", queryset=Area.objects.all(), required=False)
    needed_by = DateField(label="By when?", required=False)

    def clean_quantity(self) -> Decimal:
        quantity: Decimal = self.cleaned_data["quantity"]
        if quantity <= 0:
            raise ValidationError("Ask for more than nought")
        return quantity


class AnswerForm(Form):
    pledge = forms.ModelChoiceField(
        label="Which pledge answers it?", queryset=Pledge.objects.none(), to_field_name="code",
        empty_label="Choose", error_messages={"required": "Choose a pledge"},
    )  # fmt: skip
    quantity = FigureField(label="With how much?", error_messages={"required": "Enter how much"})

    def __init__(self, *args: Any, pledges: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pledge: Any = self.fields["pledge"]
        pledge.queryset = pledges
        pledge.label_from_instance = lambda one: one.statement[:100]


class DrawForm(Form):
    quantity = FigureField(label="How much is used?", error_messages={"required": "Enter how much"})
    case = text("For which case?", hint="Its reference; private. Empty: for none in particular.",
                   most=20)  # fmt: skip


class CloseAlarmForm(Form):
    because = sentences("What came of it?", missing="Say what came of it", most=300)


class OwnAddressForm(Form):
    postcode = text("Your postcode", missing="Enter your postcode", most=12)
    house = text("Number or name of the house", missing="Enter the number of your house", most=60)
