"""Nobody is named in words that go out, in any field that others read."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse

from commonweal.accounts.models import Event, Message
from commonweal.asks import actions as asking
from commonweal.asks import surge
from commonweal.asks.models import Alarm, Ask
from commonweal.cases import opening
from commonweal.cases.models import Referral, TextTemplate, Written
from commonweal.cases.models.cases import Case
from commonweal.grants.models import Fund
from commonweal.office.errors import Refused
from commonweal.programme.models import Risk
from commonweal.residents import naming, people, reaching
from commonweal.residents.models import Excused
from commonweal.residents.ways import Rule
from commonweal.services import directory
from commonweal.services.models import HelpType, Service
from commonweal.volunteers.models import Task

from .rooms import all_models, files

pytestmark = pytest.mark.django_db


@pytest.fixture
def known(db: None) -> Any:
    """Yusuf Webb of 34 Abbey Street, whom the desk knows."""
    return people.add(
        by=None,
        values={
            "first_name": "Yusuf",
            "last_name": "Webb",
            "address": "34 Abbey Street",
            "postcode": "BF1 2AG",
            "phones": "07700 900321",
            "email": "yusuf@example.org",
            "also_known_as": "Joe O'Neill-Webb",
        },
    )


CAUGHT = (
    ("Hot meals for Eastfields, for Mrs Yusuf Webb", "Yusuf Webb", "name"),
    ("Meals for yusuf webb please", "yusuf webb", "name"),
    ("Meals for Webb, Yusuf", "Webb, Yusuf", "name"),
    ("YUSUF WEBB needs a bed", "YUSUF WEBB", "name"),
    ("A bed for Y. Webb", "Y. Webb", "name"),
    ("Something for the Webbs", "the Webbs", "name"),
    ("Something for the Webb family", "Webb family", "name"),
    ("Joe ONeill Webb's cat", "Joe ONeill Webb", "name"),
    ("Shopping for Mrs Nobodyknows", "Mrs Nobodyknows", "name"),
    ("For 34 Abbey Street, two meals a day", "34 Abbey Street", "house"),
    ("for 34 abbey st", "34 abbey st", "house"),
    ("at 12 Nowhere Lane", "12 Nowhere Lane", "house"),
    ("Ring 07700 900321", "07700 900321", "phone"),
    ("Ring 7700900321", "7700900321", "phone"),
    ("Ring +44 (0)7700 900999", "+44 (0)7700 900999", "phone"),
    ("Write to somebody@example.com", "somebody@example.com", "email"),
    ("Deliver to bf1 2ag", "bf1 2ag", "postcode"),
    ("NHS 943 476 5919", "943 476 5919", "nhs"),
    ("A man born 3 Sept 1965", "3 Sept 1965", "born"),
    ("dob 03/09/65", "03/09/65", "born"),
    ("See H-4K7-PX3-TMQ", "H-4K7-PX3-TMQ", "reference"),
    ("See r4k7px3tmqacd", "r4k7px3tmqacd", "reference"),
)
CLEAN = (
    "200 hours of shopping in Eastfields",
    "30 laptops for pupils by 3 December 2026",
    "Hot meals, 5 days a week, 12:00 to 14:00",
    "Drivers with a van (3.5 t)",
    "Abbey Street needs volunteers",
    "£1,250.50 for heating",
    "More help with: food",
    "Miss no meal; will somebody sing?",
    "1,200 meals a week since March 2020",
    "Somebody to talk to, 10 to 2",
    "A web of helpers",
    "T-shirts for the family day",
    "Tuesdays & Fridays 1pm - 3pm",
)


@pytest.mark.parametrize(("text", "words", "kind"), CAUGHT)
def test_words_that_name_somebody_are_caught(town, known, text, words, kind):
    found = naming.caught_in(text)
    assert any(words in one.typed and one.kind == kind for one in found), found


@pytest.mark.parametrize("text", CLEAN)
def test_words_that_name_nobody_pass(town, known, text):
    assert naming.caught_in(text) == []


def test_the_towns_own_number_may_stand_anywhere(town, known):
    type(town).objects.update(help_phone="01632 960 200", contact_email="charter@example.gov.uk")
    assert naming.caught_in("Ring 01632 960200 or charter@example.gov.uk") == []


def test_an_erased_person_is_named_nowhere_any_more(town, known):
    from commonweal.residents import erasing

    erasing.erase(resident=known, by=None, because="test")
    assert naming.caught_in("Meals for Yusuf Webb") == []


# --- Every outlet, through the front door -----------------------------------------------------

ASK = {"title": "Hot meals", "quantity": "20", "unit": "meals", "words": ""}
TASK = {"title": "Shopping", "minutes": "60", "between": "", "who": "Yusuf"}
FUND = {
    "name": "Hardship",
    "code": "hard",
    "budget": "100",
    "most": "50",
    "window_days": "0",
    "two_above": "20",
    "starts_on_0": "1",
    "starts_on_1": "1",
    "starts_on_2": "2026",
    "ends_on_0": "1",
    "ends_on_1": "1",
    "ends_on_2": "2027",
}
SERVICE = {"name": "Advice", "description": "We advise.", "status": "active", "answer_hours": "48"}


@pytest.fixture
def outlets(
    town: Any,
    known: Any,
    asks_for_help: Any,
    sign_in: Any,
    grace: Any,
    leah: Any,
    imran: Any,
    joan: Any,
    service: Service,
) -> dict[str, Callable[..., tuple[Any, int]]]:
    """By outlet: post a form with some answers as who may; (the page, how many there are)."""
    case = asks_for_help("debt", by=leah, resident=known)
    need = case.needs.get()
    membership = joan.memberships.get()
    membership.role = "editor"
    membership.save(update_fields=["role"])

    def post(person: Any, address: str, base: dict[str, str], model: Any) -> Any:
        def send(**answers: str) -> tuple[Any, int]:
            page = sign_in(person).post(address, base | answers)
            return page, model.objects.count()

        return send

    def close_the_desk(**answers: str) -> tuple[Any, int]:
        """How many desks are closed: it has one, which is open before."""
        opening.Opening.objects.update_or_create(id=1, defaults={"is_open": True, "because": ""})
        page = sign_in(grace).post(reverse("desk-close"), answers)
        return page, opening.Opening.objects.filter(is_open=False).count()

    return {
        "ask": post(grace, "/desk/help/asks/", ASK, Ask),
        "task": post(leah, f"/desk/help/cases/{case.code}/needs/{need.code}/task/", TASK, Task),
        "referral": post(
            leah,
            f"/desk/help/cases/{case.code}/needs/{need.code}/refer/",
            {"service": str(service.pk), "hand": "nothing", "words": ""},
            Referral,
        ),
        "fund": post(imran, "/desk/grants/funds/", FUND, Fund),
        "service": post(joan, "/space/advice/services/new/", SERVICE, Service),
        "opening": close_the_desk,
    }


BY_FORM = {
    "asks.Ask.title": ("ask", "title"),
    "asks.Ask.words": ("ask", "words"),
    "asks.Ask.unit": ("ask", "unit"),
    "volunteers.Task.title": ("task", "title"),
    "volunteers.Task.between": ("task", "between"),
    "cases.Referral.words": ("referral", "words"),
    "grants.Fund.name": ("fund", "name"),
    "services.Service.name": ("service", "name"),
    "services.Service.description": ("service", "description"),
    "services.Service.eligibility": ("service", "eligibility"),
    "services.Service.application_process": ("service", "application_process"),
    "services.Service.fees": ("service", "fees"),
    "services.Schedule.words": ("service", "hours"),
    "cases.Opening.because": ("opening", "because"),
}
# Written by a file, by the machine, or from settings: tried below by name.
OTHERWISE = {
    "services.Service.wait_time",
    "services.Service.alert",
    "services.Organisation.description",
    "cases.TextTemplate.subject",
    "cases.TextTemplate.body",
    "programme.Risk.title",
    "programme.Risk.description",
}


def planted_in(outlet: str) -> str:
    return "943 476 5919" if outlet == "service" else "Yusuf Webb"


@pytest.mark.parametrize("field", BY_FORM)
def test_every_field_that_goes_out_catches_a_name(outlets, field):
    outlet, name = BY_FORM[field]
    words = planted_in(outlet)
    before = outlets[outlet](nothing="")[1]
    page, count = outlets[outlet](**{name: f"For {words}"})
    assert count == before or outlet == "referral", field
    assert page.status_code == 200, field
    text = page.content.decode()
    assert "It names somebody" in text
    assert words in text
    assert f"For {words}" in text  # What was typed is kept.


@pytest.mark.parametrize("outlet", ["ask", "task", "referral", "fund", "opening"])
def test_a_name_of_nobody_goes_out_by_a_deliberate_tick_with_a_reason(
    outlets, outlet, sign_in, helen
):
    name = {"referral": "words", "fund": "name", "opening": "because"}.get(outlet, "title")
    said = {name: "A stall at 34 Abbey Street"}
    page, _ = outlets[outlet](**said)
    assert "name, say so below" in page.content.decode()
    page, _ = outlets[outlet](**said, no_person="on")
    assert "Say whose name or address it is" in page.content.decode()
    assert not Excused.objects.exists()
    page, _ = outlets[outlet](**said, no_person="on", no_person_because="The market hall's.")
    assert page.status_code == 302
    excused = Excused.objects.get()
    assert (excused.words, excused.because) == ("34 Abbey Street", "The market hall's.")
    event = Event.objects.get(verb="words let out")
    assert "Abbey" not in str(event.detail)
    officer = sign_in(helen).get("/desk/reads/").content.decode()
    assert "“34 Abbey Street”" in officer
    assert "The market hall&#x27;s." in officer


@pytest.mark.parametrize(
    "words",
    ["07700 900321", "bf1 2ag", "a@example.com", "943 476 5919", "H-4K7-PX3-TMQ", "born 3.9.1965"],
)
def test_what_is_no_name_is_let_out_by_no_tick(outlets, words):
    page, count = outlets["ask"](title=words, no_person="on", no_person_because="A firm's.")
    assert "It names somebody" in page.content.decode()
    assert "say so below" not in page.content.decode()
    assert count == 0


def test_partners_cannot_find_out_whom_the_desk_knows(outlets):
    """A partner's own entry is judged by its look, never by who is known."""
    page, _ = outlets["service"](description="Ask for Yusuf Webb, 34 Abbey Street, 07700 900321")
    assert page.status_code == 302


def test_an_ask_is_looked_at_again_when_it_is_changed_and_published(outlets, sign_in, grace):
    outlets["ask"]()
    ask = Ask.objects.get()
    client = sign_in(grace)
    page = client.post(f"/desk/help/asks/{ask.code}/change/", ASK | {"title": "For Yusuf Webb"})
    assert "It names somebody" in page.content.decode()
    client.post(f"/desk/help/asks/{ask.code}/change/", ASK | {"title": "For Zed Quartz"})
    people.add(values={"first_name": "Zed", "last_name": "Quartz"}, by=None)
    page = client.post(f"/desk/help/asks/{ask.code}/", {"verb": "publish"}, follow=True)
    assert "“Zed Quartz” looks like the name of a person" in page.content.decode()
    ask.refresh_from_db()
    assert ask.state == "draft"
    assert not Message.objects.filter(subject__startswith="The town asks for help").exists()
    # What was let out once stays let out.
    answers = ASK | {"title": "At Zed Quartz", "no_person": "on", "no_person_because": "A shop's."}
    client.post(f"/desk/help/asks/{ask.code}/change/", answers)
    client.post(f"/desk/help/asks/{ask.code}/", {"verb": "publish"})
    ask.refresh_from_db()
    assert (ask.state, ask.title) == ("open", "At Zed Quartz")


@pytest.mark.parametrize(
    ("fields", "words", "passes"),
    [
        ([], "Yusuf has letters", False),
        ([], "He lives at 34 Abbey Street", False),
        ([], "Ring 7700 900 321", False),
        ([], "Letters from a bailiff", True),
        (["first name"], "Yusuf has letters", True),
        (["first name"], "Mr Webb has letters", False),
        (["first name", "last name"], "Mr Yusuf Webb has letters", True),
        (["first name", "phone"], "Ring 07700 900321", True),
        (["first name", "phone"], "At 34 Abbey Street", False),
        (["address"], "At 34 Abbey Street", True),
        (["first name", "last name"], "Also for Mrs Other Person", False),
    ],
)
def test_words_to_a_partner_hold_what_is_shared_and_no_more(town, known, fields, words, passes):
    if passes:
        assert naming.check_referral(words, resident=known, fields=fields) == []
        return
    with pytest.raises(naming.Named):
        naming.check_referral(words, resident=known, fields=fields)


def test_a_template_to_many_names_nobody(town, known, grace, asks_for_help, sign_in):
    asks_for_help(resident=known)
    reaching.write(resident=known, rule=Rule("any"), source=reaching.Source.INTAKE, by=grace)
    template = TextTemplate.objects.create(code="x", name="X", body="Hello Yusuf Webb")
    client = sign_in(grace)
    page = client.post("/desk/help/bulk/", {"template": "x", "verb": "preview"})
    assert "It names somebody" in page.content.decode()
    answers = {"template": "x", "verb": "send", "expected": "1"}
    client.post("/desk/help/bulk/", answers)
    assert not Written.objects.exists()
    TextTemplate.objects.filter(pk=template.pk).update(body="Ring 0800 055 6112. {reference}")
    client.post("/desk/help/bulk/", answers)
    assert Written.objects.filter(bulk__template=template).count() == 1


def test_a_file_of_services_is_taken_without_the_rows_that_hold_a_person(town, grace):
    data = b"name,description\nAdvice,We help\nBad,See H-4K7-PX3-TMQ\nWorse,NHS 943 476 5919\n"
    outcome = directory.carry_out(data, "x.csv", source="x", by=grace)
    assert outcome.new == 1
    assert [refusal.place for refusal in outcome.refused] == ["row 3", "row 4"]
    assert Service.objects.filter(source="x").count() == 1


def test_an_alarm_raised_by_the_machine_names_nobody_and_fails_by_no_word(town, known):
    kind = HelpType.objects.create(code="w", name="Yusuf Webb", words="")
    series = surge.DailyCounts("need", "w", kind.name, date(2026, 11, 1), [1])
    found = surge.SurgeFinding(series, Alarm.Rule.SPIKE, 2.0, 4.0, 9)
    surge._raise(found, date(2026, 11, 1))
    assert (Ask.objects.get().title, Risk.objects.get().title) == (
        "More help is needed",
        "More ask for help than usual",
    )


# --- The kind ---------------------------------------------------------------------------------


def public_texts() -> set[str]:
    """Each field of ours that anybody may read and that holds words."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in all_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
        and not field.choices
        and field.name in model.PUBLIC
    }


def test_every_public_field_of_words_passes_the_check_or_says_why_not():
    free = {
        name
        for name in public_texts()
        if name in naming.FREE or name.rsplit(".", 1)[0] in naming.FREE
    }
    assert public_texts() - free - set(naming.GUARDED) == set()
    assert not free & set(naming.GUARDED)


def test_every_guarded_field_is_tried_here():
    assert set(naming.GUARDED) == set(BY_FORM) | OTHERWISE
    for name in naming.GUARDED:
        label, field = name.rsplit(".", 1)
        assert apps.get_model(label)._meta.get_field(field)


def test_nothing_else_of_ours_stands_in_a_mail_or_a_ledger():
    """Each field of words that a mail's or an entry's text takes is one that was checked."""
    texts = {
        field.name
        for model in all_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and field.name not in ("code", "state")
    }
    guarded = {name.rsplit(".", 1)[1] for name in naming.GUARDED}
    taken = set()
    for path in files():
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and _is_outlet(call.func):
                taken |= {
                    (f"{path.parent.name}/{path.name}", part.attr)
                    for part in ast.walk(call)
                    if isinstance(part, ast.Attribute) and part.attr in texts
                }
    assert ("asks/actions.py", "title") in taken
    # To whom a message goes, and what an organisation is called, are no words about anybody.
    allowed = {"email", "name", "phone", "number"}
    assert {(file, name) for file, name in taken if name not in guarded | allowed} == set()


def _is_outlet(func: ast.expr) -> bool:
    if isinstance(func, ast.Attribute):
        return func.attr == "write" and getattr(func.value, "id", "") == "mail"
    return isinstance(func, ast.Name) and func.id in ("NewEntry", "_tell")


def test_it_refuses_in_the_action_whoever_calls_it(town, known, grace):
    with pytest.raises(Refused):
        asking.make_ask(
            values={"title": "For Yusuf Webb", "quantity": Decimal(1), "unit": "meals"}, by=None
        )
    assert Case.objects.count() == 0
