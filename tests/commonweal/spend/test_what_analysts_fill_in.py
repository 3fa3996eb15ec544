"""What analysts fill in: what comes of it, and each sentence beside what was typed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from commonweal.spend.forms import (
    ROLE_WORDS,
    AgainForm,
    AnchorForm,
    PayeeDecisionForm,
    PayeeReasonForm,
    SayForm,
    SurveyForm,
    TakeForm,
    UploadForm,
)
from commonweal.spend.models import Anchor, Release
from localwealth.sources.vocabulary import ROLES


def in_boxes(name: str, day: date | None) -> dict[str, str]:
    parts = (str(day.day), str(day.month), str(day.year)) if day else ("", "", "")
    return {f"{name}_{at}": part for at, part in enumerate(parts)}


def sentences(form) -> dict[str, list[str]]:
    return {name: list(errors) for name, errors in form.errors.items()}


# --- How a file is to be read ---------------------------------------------------------------------


@pytest.fixture
def release():
    """A file that was read: four columns, of which one has no heading."""
    return Release(
        headings=["Who", "When", "", "Net"],
        mapping={"amount": {"at": 3}, "supplier": {"at": 0}, "date": {"at": 1}},
    )


AS_READ = {"role_amount": "4", "role_supplier": "1", "role_date": "2"}


def say(release: Release, **typed: str) -> SayForm:
    form = SayForm(release, AS_READ | typed)
    assert form.is_valid(), form.errors
    return form


def test_every_role_can_be_said_and_is_called_by_a_plain_name(release):
    form = SayForm(release)
    assert set(ROLE_WORDS) == set(ROLES)
    fields = [name for name in form.fields if name.startswith("role_")]
    assert fields == [f"role_{role}" for role in ROLES]
    assert list(form.fields)[len(ROLES) :] == ["order", "first", "last", "repeats"]
    for role in ROLES:
        field = form.fields[f"role_{role}"]
        assert field.label == ROLE_WORDS[role]
        assert not field.required
        assert field.choices == [
            ("", "The file does not say"),
            ("1", "Who (1)"),
            ("2", "When (2)"),
            ("3", "column without heading (3)"),
            ("4", "Net (4)"),
        ]


def test_it_shows_how_the_file_was_read(release):
    form = SayForm(release)
    shown = {name: at for name, at in form.initial.items() if at}
    assert shown == AS_READ
    # And what was said before, beside it.
    form = SayForm(release, initial={"order": "mdy", "role_amount": "3"})
    assert (form.initial["order"], form.initial["role_amount"]) == ("mdy", "3")
    assert form.initial["role_supplier"] == "1"


def test_a_file_without_headings_has_nothing_to_choose_from():
    form = SayForm(Release(headings=[], mapping={}))
    assert form.fields["role_amount"].choices == [("", "The file does not say")]


@pytest.mark.parametrize(
    ("typed", "changed"),
    [
        ({}, {}),
        ({"role_amount": "1"}, {"amount": "Who"}),
        # A column without a heading is known by its number.
        ({"role_amount": "3"}, {"amount": "3"}),
        ({"role_date": ""}, {"date": ""}),
        ({"role_reference": "3"}, {"reference": "3"}),
        ({"role_supplier": "4", "role_amount": "1"}, {"supplier": "Net", "amount": "Who"}),
        ({"order": "mdy"}, {}),
    ],
    ids=range(7),
)
def test_only_what_differs_from_how_it_was_read_is_said(release, typed, changed):
    assert say(release, **typed).columns() == changed


@pytest.mark.parametrize("at", ["0", "5", "-1", "Who", "1.0"])
def test_a_column_that_is_not_there_cannot_be_chosen(release, at):
    form = SayForm(release, AS_READ | {"role_amount": at})
    assert list(sentences(form)) == ["role_amount"]


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        (None, None, ""),
        (date(2026, 4, 1), date(2026, 4, 30), ""),
        (date(2026, 4, 1), date(2026, 4, 1), ""),
        (date(2026, 4, 1), None, "Give the first and the last day, or neither."),
        (None, date(2026, 4, 1), "Give the first and the last day, or neither."),
        (date(2026, 4, 2), date(2026, 4, 1), "The last day lies before the first."),
    ],
)
def test_the_days_of_a_file_are_two_or_none(release, first, last, sentence):
    form = SayForm(release, AS_READ | in_boxes("first", first) | in_boxes("last", last))
    assert sentences(form) == ({"last": [sentence]} if sentence else {})
    if not sentence:
        assert (form.cleaned_data["first"], form.cleaned_data["last"]) == (first, last)


@pytest.mark.parametrize("order", ["", "dmy", "mdy", "ymd", "ydm", "yymd"])
@pytest.mark.parametrize("repeats", ["", "payments", "duplicates"])
def test_what_was_asked_has_these_answers(release, order, repeats):
    answers = say(release, order=order, repeats=repeats).cleaned_data
    assert (answers["order"], answers["repeats"]) == (order, repeats)


@pytest.mark.parametrize(("field", "typed"), [("order", "myd"), ("repeats", "both")])
def test_and_no_others(release, field, typed):
    assert list(sentences(SayForm(release, AS_READ | {field: typed}))) == [field]


# --- Whether it replaces another ------------------------------------------------------------------


def test_what_a_file_may_replace_is_chosen_by_its_name():
    old = [Release(code="council-1", file_name="april.csv"), Release(code="c2", file_name="q1.csv")]
    form = TakeForm(old)
    assert form.fields["replaces"].choices == [
        ("none", "No: its payments are counted beside what is there"),
        ("council-1", "Yes: it corrects april.csv"),
        ("c2", "Yes: it corrects q1.csv"),
    ]
    assert form.fields["replaces"].initial == "none"
    for chosen in ("none", "c2", ""):
        answered = TakeForm(old, {"replaces": chosen})
        assert answered.is_valid()
        assert answered.cleaned_data["replaces"] == chosen
    assert list(sentences(TakeForm(old, {"replaces": "c3"}))) == ["replaces"]


# --- Payees ---------------------------------------------------------------------------------------

OFFERED = [
    ("GB-COH-01", "ACORN LIMITED", "ZB1 1AA, since 2001"),
    ("GB-COH-02", "ACORNS LIMITED", ""),
]


def test_a_payee_is_one_of_those_offered_another_none_or_a_person():
    form = PayeeDecisionForm(OFFERED)
    assert form.fields["answer"].choices == [
        ("GB-COH-01", "ACORN LIMITED"),
        ("GB-COH-02", "ACORNS LIMITED"),
        ("other", "Another entry, whose number I give below"),
        ("none", "An organisation that stands in no register here"),
        ("person", "A person: never to be named"),
    ]
    assert form.fields["answer"].hints == {"GB-COH-01": "ZB1 1AA, since 2001", "GB-COH-02": ""}
    assert [value for value, _ in PayeeDecisionForm([]).fields["answer"].choices] == [
        "other",
        "none",
        "person",
    ]


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"answer": "GB-COH-01", "because": "x"}, []),
        ({"answer": "none", "because": "x"}, []),
        ({"answer": "person", "because": "x"}, []),
        ({"answer": "other", "because": "x", "entry": "01234567"}, []),
        # A number beside another answer is passed over later, not refused.
        ({"answer": "person", "because": "x", "entry": "01234567"}, []),
        ({"answer": "other", "because": "x"}, ["entry"]),
        ({"answer": "other", "because": "x", "entry": "  "}, ["entry"]),
        ({"answer": "GB-COH-09", "because": "x"}, ["answer"]),
        ({"because": "x"}, ["answer"]),
        ({"answer": "none"}, ["because"]),
        ({"answer": "none", "because": " \n"}, ["because"]),
        ({"answer": "other", "because": "x", "entry": "1" * 61}, ["entry"]),
        ({}, ["answer", "because"]),
    ],
    ids=range(13),
)
def test_what_is_decided_has_an_answer_and_a_reason(typed, wrong):
    form = PayeeDecisionForm(OFFERED, typed)
    assert sorted(sentences(form)) == wrong
    # What was typed stands there again.
    for name, text in typed.items():
        assert form[name].value() == text


def test_another_entry_needs_its_number_and_says_so():
    form = PayeeDecisionForm(OFFERED, {"answer": "other", "because": "x"})
    assert sentences(form)["entry"] == ["Give the number of the entry."]


@pytest.mark.parametrize(("typed", "is_valid"), [("A slip.", True), ("", False), (" \t", False)])
def test_a_decision_is_taken_back_with_a_reason(typed, is_valid):
    assert PayeeReasonForm({"because": typed}).is_valid() is is_valid


# --- Anchors and their files ----------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("", []),
        ("GB-COH-01234567", ["GB-COH-01234567"]),
        (" gb-coh-01234567   gb-chc-200051 ", ["GB-COH-01234567", "GB-CHC-200051"]),
        ("XI-GRID-501100.1", ["XI-GRID-501100.1"]),
    ],
)
def test_a_partner_is_named_an_anchor_with_its_numbers(council, typed, ids):
    form = AnchorForm({"partner": council.name, "ids": typed})
    assert form.is_valid(), form.errors
    assert (form.cleaned_data["partner"], form.cleaned_data["ids"]) == (council, ids)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("01234567", "01234567"),
        ("GB-01234567", "GB-01234567"),
        ("gb-coh-01234567 sc1", "SC1"),
        ("GB COH 01234567", "GB"),
    ],
)
def test_a_number_of_no_register_is_named_and_stays_typed(council, typed, wrong):
    form = AnchorForm({"partner": council.name, "ids": typed})
    assert sentences(form) == {
        "ids": [f"{wrong} is no number of a register. It is written like GB-COH-01234567."]
    }
    assert form["ids"].value() == typed


@pytest.mark.django_db
def test_an_anchor_is_named_once(anchor, council):
    form = AnchorForm({"partner": council.name, "ids": ""})
    assert sentences(form) == {"partner": [f"{council.name} is an anchor already"]}


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "Nobody of this town"])
def test_somebody_who_is_no_partner_is_no_anchor(council, typed):
    form = AnchorForm({"partner": typed, "ids": ""})
    assert list(sentences(form)) == ["partner"]
    assert form["partner"].value() == typed
    assert not Anchor.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, ["file"]),
        ({"route": ""}, ["file", "route"]),
        ({"route": "secret"}, ["file", "route"]),
        ({"anchor": ""}, ["anchor", "file"]),
        ({"anchor": "0"}, ["anchor", "file"]),
        ({"source_url": "oakby.example/april.csv"}, ["file"]),
        ({"source_url": "not a place"}, ["file", "source_url"]),
        ({"source_url": "javascript:alert(1)"}, ["file", "source_url"]),
        ({"source_url": f"https://oakby.example/{'x' * 490}"}, ["file", "source_url"]),
    ],
    ids=range(9),
)
def test_a_file_is_somebodys_of_a_kind_from_an_address(anchor, typed, wrong):
    form = UploadForm({"anchor": str(anchor.pk), "route": "published"} | typed)
    assert sorted(sentences(form)) == wrong


# --- The survey -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "again"),
    [
        ("0", "0"),
        ("100", "100"),
        ("45.5", "45.5"),
        ("45.55", "45.55"),
        (" 7 ", "7"),
        ("£40", "40"),
        ("-1", None),
        ("100.01", None),
        ("45.555", None),
        ("much", None),
        ("", None),
        ("1e1", None),
    ],
)
def test_what_a_supplier_spends_here_again_is_of_a_hundred(typed, again):
    form = AgainForm({"again": typed, "basis": "estimate"})
    assert form.is_valid() is (again is not None), form.errors
    if again is not None:
        assert form.cleaned_data["again"] == Decimal(again)
    assert form["again"].value() == typed


@pytest.mark.parametrize(
    ("basis", "is_valid"), [("accounts", True), ("estimate", True), ("", False), ("guess", False)]
)
def test_how_a_supplier_knows_is_one_of_two(basis, is_valid):
    assert AgainForm({"again": "5", "basis": basis}).is_valid() is is_valid


@pytest.mark.parametrize(
    ("title", "closes_on", "wrong"),
    [
        ("Again?", date(2026, 9, 1), []),
        ("", date(2026, 9, 1), ["title"]),
        ("x" * 120, date(2026, 9, 1), []),
        ("x" * 121, date(2026, 9, 1), ["title"]),
        ("Again?", None, ["closes_on"]),
    ],
    ids=range(5),
)
def test_a_survey_has_a_name_and_a_last_day(title, closes_on, wrong):
    form = SurveyForm({"title": title} | in_boxes("closes_on", closes_on))
    assert sorted(sentences(form)) == wrong
