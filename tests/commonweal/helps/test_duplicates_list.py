"""Pairs that may be one person: listed worst first, decided side by side; what counts for
nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from commonweal.cases import jobs
from commonweal.cases.models import CaseRead
from commonweal.residents import lookalikes, people
from commonweal.residents.keys import Described
from commonweal.residents.likeness import Alikeness, compare
from commonweal.residents.models import Different, Lookalike, Merge, Resident

pytestmark = pytest.mark.django_db
LIST = "/desk/help/duplicates/"


@pytest.fixture
def alike(asks_for_help, leah):
    """William Turner twice, certainly; a Mary Bell like another by name alone; and Zoe."""

    def one(first, last, **more):
        blank = {"born": "", "phones": "", "address": "", "postcode": ""}
        return asks_for_help(by=leah, first_name=first, last_name=last, **blank | more).resident

    known = {"born": "1958-04-12", "phones": "07700 934567"}
    people_here = {
        "mary": one("Mary", "Bell"),
        "mary too": one("Mary", "Bell"),
        "william": one("William", "Turner", **known),
        "bill": one("Bill", "Turner", **known),
        "zoe": one("Zoe", "Marsh"),
    }
    jobs.look_for_duplicates.func()
    return people_here


def pairs(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split("/desk/help/people/")[1:]]


def test_pairs_are_listed_likest_first_and_their_reading_is_noted(alike, grace, leah, sign_in):
    page = sign_in(grace).get(LIST).content.decode()
    assert "2 pairs of records" in page
    assert page.index("William Turner") < page.index("Mary Bell")
    assert "Zoe" not in page
    assert "the same day" in page
    assert CaseRead.objects.filter(person=grace, what="duplicates").count() == 4
    assert sign_in(leah).get(LIST).status_code == 403


def test_one_decision_after_another_leads_back_to_the_list(alike, grace, sign_in):
    client = sign_in(grace)
    [first, second] = pairs(client.get(LIST).content.decode())
    answers = {"verb": "merge", "because": "The same telephone."}
    answer = client.post(f"/desk/help/people/{first}", answers)
    assert answer["Location"] == LIST
    assert Merge.objects.count() == 1
    assert pairs(client.get(LIST).content.decode()) == [second]
    client.post(f"/desk/help/people/{second}", {"verb": "different", "because": "Aunt and niece."})
    assert Different.objects.count() == 1
    assert b"Nothing to decide" in client.get(LIST).content
    jobs.look_for_duplicates.func()
    assert b"Nothing to decide" in client.get(LIST).content


def test_what_changed_is_compared_anew(alike, grace, leah):
    assert lookalikes.waiting().count() == 0
    people.change(
        resident=alike["bill"],
        values={"first_name": "Olga", "last_name": "Novak", "born": "1990-01-01", "phones": ""},
        by=grace,
    )
    assert lookalikes.waiting().count() == 1
    assert lookalikes.look(most=10) == 1
    assert [pair.points for pair in Lookalike.objects.all()] == [5.5]


def test_whoever_is_kept_from_the_reader_is_in_no_pair_of_theirs(
    alike, asks_for_help, kinds, noor, grace
):
    asks_for_help("safety", resident=alike["mary"])
    assert lookalikes.to_decide(grace).count() == 2
    # Noor is named for safety; Owen would not be.
    kinds["safety"].only_for.remove(noor)
    assert lookalikes.to_decide(noor).count() == 1


def test_looking_stops_and_goes_on_where_it_stopped(alike):
    Resident.objects.update(compared_at=timezone.now() - timedelta(days=400))
    assert lookalikes.look(most=2) == 2
    assert lookalikes.waiting().count() == 3


# --- What counts for nothing ------------------------------------------------------------------


@pytest.mark.parametrize("number", ["7.70090E+09", "7.7009e9", "00000000000", "07000000000", "12"])
def test_a_broken_number_makes_nobody_alike(number):
    one, other = (Described(first=first, last="Drew", phones=(number,)) for first in ("Ian", "Zoe"))
    assert compare(one, other).verdict == Alikeness.UNLIKELY
    assert "phone" not in {reason.field for reason in compare(one, other).reasons}


def test_a_number_that_many_have_makes_nobody_alike(asks_for_help, leah):
    names = ["Ada Stone", "Ben Rao", "Cleo Webb", "Dov Gill", "Eve Lowe", "Fay Kaur"]
    known = {"phones": "01632 960777", "born": "", "address": "", "postcode": ""}
    for name in names[:5]:
        first, last = name.split()
        asks_for_help(by=leah, first_name=first, last_name=last, **known)
    caller = Described(first="Guy", last="Novak", phones=("01632 960777",))
    assert len(people.candidates(caller)) == 5
    asks_for_help(by=leah, first_name="Fay", last_name="Kaur", **known)
    assert people.candidates(caller) == []


def test_a_nought_that_a_spreadsheet_ate_is_put_back(asks_for_help, leah):
    resident = asks_for_help(by=leah, phones="7700900001\n+44 20 7946 0958\nask the son").resident
    resident.refresh_from_db()
    assert resident.phone_list == ["07700900001", "+44 20 7946 0958", "ask the son"]
