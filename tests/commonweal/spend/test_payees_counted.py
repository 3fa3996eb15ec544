"""Payees counted over all files and matched in parts, with what was counted and found put in by
hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest

from commonweal.spend import payees
from commonweal.spend.models import Payee
from commonweal.spend.payees import counting, matching
from commonweal.spend.payees.naming import GIVEN, WAITS, WAITS_WHY

pytestmark = pytest.mark.django_db
D = Decimal


def counts(name: str = "Oak Ltd", lines: int = 2, amount: str = "10.00", **further) -> tuple:
    """What files say of a payee, in the order in which it is counted."""
    usual = {
        "last_paid": date(2026, 7, 3),
        "in_public": True,
        "postcode": "ZB1 1AA",
        "number": "",
        "vat": "",
    }
    return (name, lines, D(amount), *(usual | further).values())


@pytest.fixture
def counted(monkeypatch):
    """Put in what the files say, by a payee's code, and count."""

    def count(**by_code: tuple) -> int:
        monkeypatch.setattr(counting, "_counted", lambda: by_code)
        return payees.count_all()

    return count


def told_of(code: str) -> tuple:
    return Payee.objects.values_list(*counting.COUNTED).get(code=code)


def test_payees_are_there_once_they_are_counted(counted):
    assert counted(oak=counts(), elm=counts("Elm Ltd", 1, "-5.00", vat="123456789")) == 2
    assert told_of("oak") == counts()
    assert told_of("elm") == counts("Elm Ltd", 1, "-5.00", vat="123456789")
    payee = Payee.objects.get(code="oak")
    assert (payee.entry, payee.matched_with, payee.decided) == ("", "", None)


def test_counted_again_nothing_is_written(counted, django_assert_num_queries):
    counted(oak=counts(), elm=counts("Elm Ltd"))
    with django_assert_num_queries(1):
        assert counted(oak=counts(), elm=counts("Elm Ltd")) == 2


def test_without_files_there_is_nobody(counted):
    assert counted() == 0
    assert not Payee.objects.exists()


# What the matcher is asked: where it changes, the payee is matched anew.
ASKED = {
    "name": counts("Oak Limited"),
    "postcode": counts(postcode="ZB9 9ZZ"),
    "number": counts(number="01234567"),
    "vat": counts(vat="123456789"),
}
NOT_ASKED = {
    "lines": counts(lines=3),
    "amount": counts(amount="11.00"),
    "last day": counts(last_paid=date(2026, 8, 1)),
    "public": counts(in_public=False),
}


@pytest.mark.parametrize("change", [*ASKED, *NOT_ASKED])
def test_what_changes_is_written_and_matched_anew_where_the_question_is_another(counted, change):
    counted(oak=counts(), elm=counts("Elm Ltd"))
    Payee.objects.update(matched_with="state", entry="GB-COH-1", method="same name")
    changed = (ASKED | NOT_ASKED)[change]
    counted(oak=changed, elm=counts("Elm Ltd"))
    assert told_of("oak") == changed
    payee = Payee.objects.get(code="oak")
    assert payee.matched_with == ("" if change in ASKED else "state")
    # What was found stays until it is found otherwise.
    assert (payee.entry, payee.method) == ("GB-COH-1", "same name")
    assert Payee.objects.get(code="elm").matched_with == "state"


def test_who_is_paid_by_no_file_any_more_stays_with_what_was_decided(counted, yusuf):
    counted(oak=counts(), elm=counts("Elm Ltd"))
    oak = Payee.objects.get(code="oak")
    decision = payees.decide(
        payee=oak, verdict="none", because="Its site.", by=yusuf, role="analyst"
    )
    assert counted(elm=counts("Elm Ltd")) == 1
    gone = ("Oak Ltd", 0, D(0), None, False, "ZB1 1AA", "", "")
    assert told_of("oak") == gone
    oak.refresh_from_db()
    assert oak.decided == decision
    # It is counted anew where a file pays it again.
    counted(oak=counts(lines=9), elm=counts("Elm Ltd"))
    assert told_of("oak") == counts(lines=9)
    oak.refresh_from_db()
    assert oak.decided == decision


def test_who_is_gone_is_gone_once(counted, django_assert_num_queries):
    counted(oak=counts())
    counted()
    with django_assert_num_queries(1):
        counted()


@pytest.mark.parametrize("piece", [1, 2, 3, 500])
def test_many_are_written_in_pieces_and_each_once(counted, monkeypatch, piece):
    monkeypatch.setattr(counting, "PIECE", piece)
    first = {f"c{at}": counts(f"Firm {at}") for at in range(5)}
    assert counted(**first) == 5
    then = {f"c{at}": counts(f"Firm {at}", lines=at + 3) for at in range(1, 7)}
    assert counted(**then) == 6
    lines = dict(Payee.objects.values_list("code", "lines"))
    assert lines == {"c0": 0} | {f"c{at}": at + 3 for at in range(1, 7)}


def test_where_no_release_counts_no_file_is_read(monkeypatch):
    monkeypatch.setattr(counting.scratch, "connect", lambda: pytest.fail("it was read"))
    assert counting.paths_of_taken() == ([], [])
    assert payees.count_all() == 0


# --- Matched --------------------------------------------------------------------------------------

# What the matcher answers where nothing else is put in.
ANSWER = {
    "entry": 7,
    "likeliest": 7,
    "probability": 0.93,
    "method": "same name",
    "reasons": "same letters",
}
ENTRIES = {7: ("GB-COH-07", "OAK LIMITED"), 8: ("GB-COH-08", "ELM LIMITED")}
SCHEMA = pa.schema(
    [
        ("entry", pa.int64()),
        ("likeliest", pa.int64()),
        ("probability", pa.float64()),
        ("method", pa.string()),
        ("reasons", pa.string()),
    ]
)


class Matcher:
    """Answers by name, and keeps what it was asked."""

    def __init__(self, answers: dict[str, dict[str, object]]) -> None:
        self.answers = answers
        self.asked: list[dict[str, object]] = []

    def match(self, question: pa.Table) -> pa.Table:
        rows = question.to_pylist()
        self.asked += rows
        answers = [ANSWER | self.answers.get(row["name"], {}) for row in rows]
        return pa.Table.from_pylist(answers, SCHEMA)


@pytest.fixture
def match(monkeypatch, tmp_path):
    """Match what waits with a register that stands at a state; returns the matcher, what was said
    of how far it is, and how many were matched."""

    def match(state: str = "now", **answers: dict[str, object]):
        matcher = Matcher({name.replace("_", " "): answer for name, answer in answers.items()})
        store = type("Store", (), {"folder": tmp_path})
        monkeypatch.setattr(matching.files, "register", lambda: store)
        monkeypatch.setattr(matching.files, "state_of_registers", lambda: state)
        monkeypatch.setattr(matching.Matcher, "open", lambda place: matcher)
        monkeypatch.setattr(matching, "entries_of", lambda numbers: ENTRIES)
        steps: list[tuple[int, int]] = []
        done = payees.match_waiting(lambda done, total: steps.append((done, total)))
        return matcher, steps, done

    return match


def payee_of(name: str, **further) -> Payee:
    return Payee.objects.create(code=payees.code_of(name), name=name, **{"lines": 1} | further)


def found_of(payee: Payee) -> tuple:
    payee.refresh_from_db()
    return tuple(getattr(payee, field) for field in matching.MATCHED)


def test_a_payee_is_matched_and_not_asked_again(match):
    payee = payee_of("Oak Ltd")
    matcher, steps, done = match()
    assert (steps, done) == ([(1, 1)], 1)
    assert found_of(payee) == (
        *("GB-COH-07", "OAK LIMITED", "GB-COH-07", "OAK LIMITED"),
        *(0.93, "same name", "same letters"),
    )
    assert payee.matched_with == "now"
    matcher, steps, done = match()
    assert (matcher.asked, steps, done) == ([], [], 0)


def test_another_register_is_asked_anew(match):
    payee = payee_of("Oak Ltd")
    match()
    _, _, done = match("later", Oak_Ltd={"entry": 8, "likeliest": 8, "reasons": "its initials"})
    assert done == 1
    assert found_of(payee)[:2] == ("GB-COH-08", "ELM LIMITED")
    assert (payee.reasons, payee.matched_with) == ("its initials", "later")


def test_what_the_matcher_is_asked_of_a_payee(match):
    payee_of("Oak Ltd", postcode="ZB1 1AA", number="01234567", last_paid=date(2026, 7, 3))
    payee_of("Elm Ltd")
    matcher, _, _ = match()
    assert sorted(matcher.asked, key=lambda row: row["name"]) == [
        {"name": "Elm Ltd", "postcode": None, "number": None, "paid": None},
        {
            "name": "Oak Ltd",
            "postcode": "ZB1 1AA",
            "number": "01234567",
            "paid": date(2026, 7, 3),
        },
    ]


def test_nothing_found_is_nothing_with_the_likeliest_beside_it(match):
    payee = payee_of("Oak Ltd")
    match(Oak_Ltd={"entry": None, "likeliest": 8, "probability": 0.3, "method": "like name"})
    assert found_of(payee) == (
        *("", "", "GB-COH-08", "ELM LIMITED"),
        *(0.3, "like name", "same letters"),
    )


def test_an_earlier_answer_is_taken_away_where_nothing_is_found_any_more(match):
    payee = payee_of("Oak Ltd", entry="GB-COH-01", register_name="OLD", likeliest="GB-COH-01")
    match(Oak_Ltd={"entry": None, "likeliest": None, "probability": 0.0, "method": ""})
    assert found_of(payee)[:5] == ("", "", "", "", 0.0)


@pytest.mark.parametrize(
    ("method", "waits"), [("same name", True), ("like name", True), (GIVEN, False)]
)
def test_an_entry_for_somebodys_name_waits_for_a_person(match, method, waits):
    payee = payee_of("J Smith")
    match(J_Smith={"method": method})
    entry = ("", "") if waits else ("GB-COH-07", "OAK LIMITED")
    assert found_of(payee)[:2] == entry
    assert (payee.method == WAITS, payee.reasons == WAITS_WHY) == (waits, waits)
    # What it is likest stays for whoever looks.
    assert (payee.likeliest, payee.probability) == ("GB-COH-07", 0.93)


def test_whom_a_person_decided_on_and_who_is_not_paid_is_not_asked(match, yusuf):
    decided = payee_of("Oak Ltd")
    payees.decide(payee=decided, verdict="none", because="x", by=yusuf, role="analyst")
    payee_of("Elm Ltd", lines=0)
    matcher, _, done = match()
    assert (matcher.asked, done) == ([], 0)


def test_many_are_matched_in_parts_each_kept(match, monkeypatch):
    monkeypatch.setattr(matching, "BATCH", 2)
    for at in range(5):
        payee_of(f"Firm {at} Ltd")
    matcher, steps, done = match()
    assert (steps, done) == ([(2, 5), (4, 5), (5, 5)], 5)
    assert len({row["name"] for row in matcher.asked}) == 5
    assert set(Payee.objects.values_list("matched_with", flat=True)) == {"now"}


def test_what_was_matched_before_it_broke_is_not_matched_again(match, monkeypatch):
    monkeypatch.setattr(matching, "BATCH", 2)
    for at in range(5):
        payee_of(f"Firm {at} Ltd")
    share = matching.share_vat_numbers

    def stops():
        raise KeyboardInterrupt

    # After the last part, before VAT numbers are shared.
    monkeypatch.setattr(matching, "share_vat_numbers", stops)
    with pytest.raises(KeyboardInterrupt):
        match()
    monkeypatch.setattr(matching, "share_vat_numbers", share)
    payee_of("Late Oak Ltd")
    matcher, steps, done = match()
    assert [row["name"] for row in matcher.asked] == ["Late Oak Ltd"]
    assert (steps, done) == ([(1, 1)], 1)


def test_what_came_by_a_vat_number_is_found_anew_each_time(match):
    payee_of("Oak Ltd", vat="123456789")
    other = payee_of("The Joinery Company Ltd", vat="123456789")
    nothing = {"entry": None, "likeliest": None, "probability": 0.0, "method": ""}
    match(The_Joinery_Company_Ltd=nothing)
    assert found_of(other)[0] == "GB-COH-07"
    # The other is something else by now: so is this.
    Payee.objects.filter(name="Oak Ltd").update(matched_with="")
    match(Oak_Ltd={"entry": 8, "likeliest": 8}, The_Joinery_Company_Ltd=nothing)
    assert found_of(other)[0] == "GB-COH-08"
    Payee.objects.filter(name="Oak Ltd").update(matched_with="")
    match(Oak_Ltd=nothing, The_Joinery_Company_Ltd=nothing)
    assert found_of(other)[0] == ""
