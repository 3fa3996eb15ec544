"""The analyst's pages of payees: what waits, what is decided and taken back, the sample."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from commonweal.accounts.models import Event
from commonweal.spend import payees, payees_desk, registered
from commonweal.spend.models import Decided, Drawing, Payee
from commonweal.spend.payees import deciding
from commonweal.spend.payees.matching import EntryCandidate
from localwealth.errors import UnreadableFile

from .town import text_of

pytestmark = pytest.mark.django_db
OAK = EntryCandidate(
    "GB-COH-01",
    "OAK LIMITED",
    0.62,
    "company",
    "active",
    date(2001, 4, 1),
    None,
    "ZB1 1AA",
)


@pytest.fixture
def desk(sign_in, yusuf, town):
    return sign_in(yusuf)


@pytest.fixture
def registers(monkeypatch):
    """Oak in the registers, and likely for every payee."""
    monkeypatch.setattr(payees_desk.payees, "candidates", lambda payee: [OAK])
    monkeypatch.setattr(
        deciding, "entry_named", lambda org_id: OAK if org_id in ("01", OAK.entry) else None
    )


def payee_of(name: str = "Oak Ltd", amount: str = "10.00", **further) -> Payee:
    return Payee.objects.create(
        **{"code": payees.code_of(name), "lines": 1} | further,
        name=name,
        amount_gbp=Decimal(amount),
    )


# --- What waits -----------------------------------------------------------------------------------


def test_payees_wait_with_the_money_that_they_come_to(desk):
    payee_of("Oak Ltd", "700.00")
    payee_of("Elm Ltd", "300.00", entry="GB-COH-2", probability=0.9)
    page = text_of(desk, "/desk/spend/review/")
    assert "Oak Ltd" in page
    assert "Elm Ltd" not in page
    assert "£700" in page
    assert "£1,000" in page


@pytest.mark.parametrize("search", ["oak", " OAK ", "k Lt"])
def test_a_payee_is_looked_for_by_a_part_of_its_name(desk, search):
    payee_of("Oak Ltd")
    payee_of("Elm Ltd")
    answer = desk.get("/desk/spend/review/", {"q": search})
    assert [payee.name for payee in answer.context["page"]] == ["Oak Ltd"]
    assert answer.context["words"] == search.strip()
    assert answer.context["money"] == Decimal("10.00")
    assert answer.context["all_money"] == Decimal("20.00")


def test_a_page_has_as_many_as_a_phone_shows(desk):
    for at in range(payees_desk.PER_PAGE + 2):
        payee_of(f"Firm {at:02} Ltd")
    first = desk.get("/desk/spend/review/").context["page"]
    second = desk.get("/desk/spend/review/", {"page": "2"}).context["page"]
    assert (len(first), len(second)) == (payees_desk.PER_PAGE, 2)
    assert not {payee.pk for payee in first} & {payee.pk for payee in second}


# --- Decided --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "entry", "verdict", "is_now"),
    [
        ("GB-COH-01", "", "entry", "GB-COH-01"),
        ("other", "01", "entry", "GB-COH-01"),
        ("none", "", "none", ""),
        ("person", "", "person", ""),
        # A number beside an answer that needs none is passed over.
        ("person", "01", "person", ""),
    ],
)
def test_a_payee_is_decided_on_its_page(desk, yusuf, registers, answer, entry, verdict, is_now):
    payee = payee_of()
    sent = desk.post(
        f"/desk/spend/review/{payee.code}/",
        {"answer": answer, "entry": entry, "because": "Its site says so."},
    )
    assert (sent.status_code, sent.url) == (302, "/desk/spend/review/")
    decision = Decided.objects.get()
    assert (decision.verdict, decision.decided_by) == (verdict, yusuf)
    assert decision.because == "Its site says so."
    payee.refresh_from_db()
    assert (payee.decided, payee.entry) == (decision, is_now)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            {"answer": "other", "entry": "99", "because": "A letter of theirs."},
            "in the registers here.",
        ),
        ({"answer": "other", "because": "A letter of theirs."}, "Give the number of the entry."),
    ],
)
def test_what_was_typed_stays_beside_what_is_wrong(desk, registers, typed, sentence):
    payee = payee_of()
    answer = desk.post(f"/desk/spend/review/{payee.code}/", typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert sentence in page
    assert all(text in page for text in typed.values())
    assert not Decided.objects.exists()


def test_what_somebody_else_decided_meanwhile_stands(desk, registers, new_person):
    payee = payee_of()
    payees.decide(
        payee=payee,
        verdict="person",
        because="She rang.",
        by=new_person("hanna", "Hanna Moss"),
        role="analyst",
    )
    answer = desk.post(
        f"/desk/spend/review/{payee.code}/", {"answer": "none", "because": "A guess."}
    )
    assert "Somebody has decided this already. Take that back first." in answer.content.decode()
    assert Decided.objects.get().because == "She rang."


@pytest.mark.parametrize("entry", ["", "GB-COH-01"])
def test_nothing_is_chosen_beforehand_where_the_matcher_found_nothing(desk, registers, entry):
    payee = payee_of(entry=entry, probability=0.5)
    form = desk.get(f"/desk/spend/review/{payee.code}/").context["form"]
    assert form["answer"].value() == entry


def test_a_payee_that_is_not_there_has_no_page(desk):
    assert desk.get("/desk/spend/review/0000/").status_code == 404
    assert desk.get("/desk/spend/decided/0/back/").status_code == 404


@pytest.mark.parametrize(
    ("further", "hint"),
    [
        ({}, "GB-COH-01, company, ZB1 1AA, since 2001, 62% by the matcher"),
        ({"begun": None}, "GB-COH-01, company, ZB1 1AA, 62% by the matcher"),
        ({"kind": "", "postcode": ""}, "GB-COH-01, since 2001, 62% by the matcher"),
        (
            {"ended": date(2020, 2, 29), "status": "dissolved"},
            "GB-COH-01, company, ZB1 1AA, since 2001, ended February 2020, 62% by the matcher",
        ),
        (
            {"status": "in liquidation"},
            "GB-COH-01, company, ZB1 1AA, since 2001, in liquidation, 62% by the matcher",
        ),
        ({"status": ""}, "GB-COH-01, company, ZB1 1AA, since 2001, 62% by the matcher"),
        (
            {"probability": 0.999},
            "GB-COH-01, company, ZB1 1AA, since 2001, 100% by the matcher",
        ),
    ],
    ids=range(7),
)
def test_what_stands_beside_an_entry_that_may_be_chosen(further, hint):
    assert payees_desk._hint(EntryCandidate(**vars(OAK) | further)) == hint


def test_a_decision_is_taken_back_on_its_page(desk, yusuf, registers):
    payee = payee_of()
    decision = payees.decide(
        payee=payee,
        verdict="entry",
        because="A guess.",
        by=yusuf,
        role="analyst",
        entry=OAK.entry,
    )
    address = f"/desk/spend/decided/{decision.pk}/back/"
    assert "Oak Ltd: OAK LIMITED" in text_of(desk, address)
    blank = desk.post(address, {"because": "  "})
    assert blank.status_code == 200
    decision.refresh_from_db()
    assert decision.undone_on is None
    sent = desk.post(address, {"because": "It was a guess."})
    assert (sent.status_code, sent.url) == (302, "/desk/spend/decided/")
    decision.refresh_from_db()
    assert (decision.undone_because, decision.undone_by) == ("It was a guess.", yusuf)
    again = desk.post(address, {"because": "Once more."})
    assert "Somebody else has taken it back already." in again.content.decode()


def test_decisions_stand_with_who_and_why(desk, yusuf, registers):
    for name, verdict in (("Oak Ltd", "none"), ("J Smith", "person")):
        payees.decide(
            payee=payee_of(name),
            verdict=verdict,
            because=f"{name} rang.",
            by=yusuf,
            role="analyst",
        )
    page = text_of(desk, "/desk/spend/decided/")
    for told in ("Oak Ltd rang.", "J Smith rang.", yusuf.name):
        assert told in page


# --- The sample -----------------------------------------------------------------------------------


def matched(count: int) -> None:
    for at in range(count):
        payee_of(f"Firm {at:02} Ltd", entry=f"GB-COH-{at}", probability=0.9)


def test_matches_are_drawn_and_checked_ten_at_a_time(desk, yusuf):
    matched(12)
    assert desk.post("/desk/spend/sample/draw/").url == "/desk/spend/sample/"
    drawing = Drawing.objects.get()
    assert (drawing.drawn_by, drawing.checks.count()) == (yusuf, 12)
    shown = desk.get("/desk/spend/sample/").context
    assert (len(shown["checks"]), shown["left"], shown["size"]) == (10, 12, 12)
    first, second, third, *_ = shown["checks"]
    desk.post(
        "/desk/spend/sample/",
        {f"check-{first.pk}": "right", f"check-{second.pk}": "wrong", f"check-{third.pk}": "?"},
    )
    answers = dict(drawing.checks.values_list("pk", "is_right"))
    assert (answers[first.pk], answers[second.pk], answers[third.pk]) == (True, False, None)
    lines = Event.objects.filter(verb="match checked").order_by("pk")
    assert [(line.detail["is_right"], line.by_code) for line in lines] == [
        (True, yusuf.code),
        (False, yusuf.code),
    ]
    shown = desk.get("/desk/spend/sample/").context
    assert (len(shown["checks"]), shown["left"]) == (10, 10)
    assert (shown["precision"].right, shown["precision"].checked) == (1, 2)


def test_what_is_answered_already_is_not_answered_again_by_an_old_page(desk):
    matched(1)
    desk.post("/desk/spend/sample/draw/")
    check = Drawing.objects.get().checks.get()
    desk.post("/desk/spend/sample/", {f"check-{check.pk}": "right"})
    desk.post("/desk/spend/sample/", {f"check-{check.pk}": "wrong"})
    check.refresh_from_db()
    assert check.is_right is True
    assert Event.objects.filter(verb="match checked").count() == 1


def test_where_nothing_is_matched_it_says_so(desk):
    desk.post("/desk/spend/sample/draw/")
    page = text_of(desk, "/desk/spend/sample/")
    assert "Nothing is matched yet, so there is nothing to check." in page
    assert not Drawing.objects.exists()
    desk.post("/desk/spend/sample/", {"check-1": "right"})
    assert not Event.objects.filter(verb="match checked").exists()


# --- Looked up by name ----------------------------------------------------------------------------


def likely(*further: dict[str, object]):
    return [EntryCandidate(**vars(OAK) | changes) for changes in further]


@pytest.mark.parametrize(
    ("further", "is_offered"),
    [
        ({}, True),
        ({"probability": registered.NEAR}, True),
        ({"probability": 0.199}, False),
        ({"ended": date(2020, 1, 1)}, False),
        ({"status": "in liquidation"}, True),
    ],
    ids=range(5),
)
def test_an_organisation_is_offered_that_is_near_and_there_still(monkeypatch, further, is_offered):
    monkeypatch.setattr(payees, "named", lambda name, most: likely(further))
    assert [entry.name for entry in registered.look("Oak")] == ["OAK LIMITED"] * is_offered


def test_the_likeliest_stand_first_as_the_matcher_has_them(monkeypatch):
    asked = []

    def named(name, most):
        asked.append((name, most))
        return likely({"name": "B", "probability": 0.9}, {"name": "A", "probability": 0.5})

    monkeypatch.setattr(payees, "named", named)
    entries = registered.look("Oak & Co")
    assert [(entry.name, entry.place) for entry in entries] == [("B", "ZB1 1AA"), ("A", "ZB1 1AA")]
    assert asked == [("Oak & Co", registered.LOOKED_AT)]


def test_registers_that_cannot_be_read_offer_nobody(monkeypatch):
    def named(name, most):
        raise UnreadableFile("The registers are of another version.")

    monkeypatch.setattr(payees, "named", named)
    assert registered.look("Oak") == []


@pytest.mark.parametrize(
    ("ids", "numbers"),
    [
        ([], ()),
        (["XI-GRID-501100.1"], ()),
        (["GB-COH-01234567"], (("company_number", "01234567"),)),
        # A company that is a charity too; said twice it stands once.
        (
            ["GB-COH-01234567", "GB-CHC-200051", "GB-CHC-200051"],
            (("company_number", "01234567"), ("charity_number", "200051")),
        ),
        (
            ["GB-NIC-100123", "GB-SC-SC012345"],
            (("charity_number", "100123"), ("charity_number", "SC012345")),
        ),
        (
            ["GB-COH-IP00032R"],
            (("company_number", "IP00032R"), ("mutual_number", "32R")),
        ),
        (["GB-COH-IP32329"], (("company_number", "IP32329"),)),
    ],
    ids=range(7),
)
def test_every_number_of_an_entry_goes_to_its_field(ids, numbers):
    assert registered._numbers(ids) == numbers
