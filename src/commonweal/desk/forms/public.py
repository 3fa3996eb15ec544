"""The questions of the public form: intake step by step, in a resident's words."""

from __future__ import annotations

from typing import Any

from commonweal.design.forms import Form

from .fields import text, yes
from .intake import IntakeForm

# What is asked on each step, in their order.
STEPS = {
    "help": ("needs", "signs", "words"),
    "who": (
        "for_whom",
        "caller_name",
        "caller_relation",
        "caller_contact",
        "first_name",
        "last_name",
        "also_known_as",
        "born",
        "postcode",
        "address",
        "lives",
        "area",
        "language",
    ),
    "contact": (
        "contact",
        "safe_days",
        "safe_from",
        "safe_until",
        "safe_word",
        "safe_note",
        "phone",
        "phone2",
        "email",
    ),
    "check": ("consent",),
}
PUBLIC_STEPS = tuple(STEPS)

PUBLIC_WORDS = {
    "for_whom": "Who is the help for?",
    "first_name": "First name",
    "last_name": "Last name",
    "phone": "Telephone",
    "words": "Tell us more, if you like",
    "needs": "What do you need help with?",
    "signs": "Is any of this so right now?",
    "contact": "How may we get in touch with you?",
    "safe_note": "What else must we know to reach you safely?",
    "safe_word": "A safe word, by which you know that it is us",
    "safe_days": "On which days is it safe to reach you?",
    "born": "Date of birth, if you like",
    "caller_name": "Your name, if it is for somebody else",
    "caller_relation": "What are you to each other?",
    "caller_contact": "How can we reach you?",
    "lives": "Where do you live?",
    "consent": "I agree to this",
}

# In a resident's words; nothing is chosen for them.
PUBLIC_CONTACT = [
    ("any", "You may ring, text or write to me"),
    ("no_ring", "Do not ring me"),
    ("text_only", "Only by text message"),
    ("email_only", "Only by e-mail"),
    ("post_only", "Only by letter"),
    ("none", "Do not contact me: I get in touch with you"),
]


def public_form(step: str, *args: Any, **kwargs: Any) -> IntakeForm:
    """One step of the public form, in a resident's words."""
    form = IntakeForm(*args, public=True, only=STEPS[step], **kwargs)
    for name, label in PUBLIC_WORDS.items():
        if name in form.fields:
            form.fields[name].label = label
    if "for_whom" in form.fields:
        for_whom: Any = form.fields["for_whom"]
        for_whom.choices = [("self", "Me"), ("other", "Somebody else, who knows that I am asking")]
    if "consent" in form.fields:
        missing = "Say that you agree, or ring us instead"
        form.fields["consent"] = yes(PUBLIC_WORDS["consent"], missing=missing)
    if "safe_word" in form.fields:
        form.fields["safe_word"].help_text = "We say it before anything else. Choose any word."
    if "contact" in form.fields:
        contact: Any = form.fields["contact"]
        contact.choices = PUBLIC_CONTACT
    for name in ("also_known_as", "language"):
        form.fields.pop(name, None)
    return form


class ResumeForm(Form):
    """Reference and number, to go on."""

    code = text("Your reference", missing="Enter your reference", most=60)
    pin = text("Your number of six figures", missing="Enter your number", most=30, mode="numeric")
