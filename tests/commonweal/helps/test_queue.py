"""The queue: chosen from, searched in, kept as views; and the next call out of it."""

from __future__ import annotations

import re
from datetime import time, timedelta

import pytest
from django.utils import timezone

from commonweal.cases import working
from commonweal.cases.models import Callback, Case, CaseRead, QueueView
from commonweal.design import paging

pytestmark = pytest.mark.django_db
QUEUE = "/desk/help/queue/"


def codes_in(page: str) -> list[str]:
    """References in the rows of the queue, in their order."""
    return re.findall(r'href="/desk/help/cases/(H-[\w-]+)/"', page[page.index('id="queue"') :])


@pytest.fixture
def asked(asks_for_help, leah):
    """Food a week ago in one area, urgent shelter by nobody, work of Leah's."""
    now = timezone.now()
    return {
        "food": asks_for_help("food", at=now - timedelta(days=8), first_name="Ada"),
        "shelter": asks_for_help("debt", signs=["no-shelter"], first_name="Bea"),
        "work": asks_for_help("work", by=leah, first_name="Cy", last_name="Marlow"),
    }


@pytest.mark.parametrize(
    ("query", "fit"),
    [
        ("", ["shelter", "food", "work"]),
        ("help=food", ["food"]),
        ("urgency=1", ["shelter"]),
        ("age=7", ["food"]),
        ("handler=nobody", ["shelter", "food"]),
        ("show=mine", ["work"]),
        ("promised=past", ["food"]),
        ("show=late", ["food"]),
        ("sort=oldest", ["food", "shelter", "work"]),
        ("sort=newest", ["work", "shelter", "food"]),
        ("help=debt&urgency=1", ["shelter"]),
        ("help=debt&urgency=4", []),
    ],
)
def test_it_is_narrowed_and_sorted_by_codes(asked, leah, sign_in, query, fit):
    page = sign_in(leah).get(f"{QUEUE}?{query}").content.decode()
    expected = [asked[name].code for name in fit]
    shown = codes_in(page)
    assert shown == expected if "sort" in query else sorted(shown) == sorted(expected)
    assert f"<strong>{len(fit)} case{'' if len(fit) == 1 else 's'}</strong>" in page


def test_it_is_narrowed_by_area_and_by_handler(asked, leah, sign_in, area):
    Case.objects.filter(pk=asked["food"].pk).update(area=area)
    client = sign_in(leah)
    page = client.get(f"{QUEUE}?area={area.code}").content.decode()
    assert codes_in(page) == [asked["food"].code]
    page = client.get(f"{QUEUE}?handler={leah.code}").content.decode()
    assert codes_in(page) == [asked["work"].code]


def test_what_is_no_code_comes_back_nowhere(asked, leah, sign_in):
    page = sign_in(leah).get(f"{QUEUE}?help=Quillfeather&sort=%27x&show=nonsense").content.decode()
    assert "Quillfeather" not in page
    assert len(codes_in(page)) == 3


def test_every_case_is_counted_and_can_be_reached(asks_for_help, leah, sign_in, monkeypatch):
    monkeypatch.setattr(paging, "A_PAGE", 2)
    codes = {asks_for_help("food", first_name=f"P{n}").code for n in range(5)}
    client = sign_in(leah)
    pages = [client.get(f"{QUEUE}?page={n}").content.decode() for n in (1, 2, 3)]
    assert {code for page in pages for code in codes_in(page)} == codes
    assert all("5 cases" in page for page in pages)


def test_a_name_is_looked_for_in_the_queue_and_stands_in_no_address(asked, leah, sign_in):
    client = sign_in(leah)
    answer = client.post(QUEUE, {"q": "Marlow"})
    page = answer.content.decode()
    assert codes_in(page) == [asked["work"].code]
    assert "Marlow" not in "".join(re.findall(r'(?:href|action)="([^"]*)"', page))
    assert CaseRead.objects.filter(person=leah, what="found").count() == 1
    assert f"1 of {Case.objects.open().count()} cases" in " ".join(page.split())
    assert "fits what you looked for" in page
    narrowed = client.post(f"{QUEUE}?help=food", {"q": "Marlow"}).content.decode()
    assert codes_in(narrowed) == []
    assert b"Enter whom you look for" in client.post(QUEUE, {"q": ""}).content


def test_names_are_hidden_until_somebody_chooses_to_see_them(asked, leah, owen, grace, sign_in):
    leahs = sign_in(leah)
    assert "Quillfeather" not in leahs.get(QUEUE).content.decode()
    answer = leahs.post(f"{QUEUE}names/", {"verb": "show", "query": "help=food&q=Ann"})
    assert answer["Location"] == f"{QUEUE}?help=food"
    page = leahs.get(QUEUE).content.decode()
    assert "Ada Quillfeather" in page
    assert CaseRead.objects.filter(person=leah, what="queue").count() == 3
    leahs.post(f"{QUEUE}names/", {"verb": "hide"})
    assert "Quillfeather" not in leahs.get(QUEUE).content.decode()
    owens = sign_in(owen)
    owens.post(f"{QUEUE}names/", {"verb": "show"})
    page = owens.get(QUEUE).content.decode()
    # Nobody has Ada's case, so that Owen may open it; Leah has Cy's.
    assert "Ada Quillfeather" in page
    assert "Marlow" not in page
    managers = sign_in(grace)
    managers.post(f"{QUEUE}names/", {"verb": "show"})
    assert "Marlow" in managers.get(QUEUE).content.decode()


def test_who_is_kept_from_a_handler_is_neither_named_nor_found(asks_for_help, leah, sign_in):
    plain = asks_for_help("food", first_name="Ida", last_name="Unseenby")
    secret = asks_for_help("safety", resident=plain.resident)
    client = sign_in(leah)
    client.post(f"{QUEUE}names/", {"verb": "show"})
    page = client.get(QUEUE).content.decode()
    assert secret.code not in page
    assert "Unseenby" not in page
    assert codes_in(client.post(QUEUE, {"q": "Unseenby"}).content.decode()) == []


def test_a_view_is_kept_chosen_again_and_taken_away(asked, leah, owen, sign_in):
    client = sign_in(leah)
    client.post(f"{QUEUE}views/?help=food&urgency=4", {"name": "Food, slow"})
    view = QueueView.objects.get()
    page = client.get(QUEUE).content.decode()
    assert "Food, slow" in page
    assert view.query == "help=food&urgency=4"
    client.post(f"{QUEUE}views/?help=debt", {"name": "food, SLOW"})
    assert QueueView.objects.get().query == "help=debt"
    others = sign_in(owen)
    assert "Food, slow" not in others.get(QUEUE).content.decode()
    assert others.post(f"{QUEUE}views/{view.pk}/drop/").status_code == 404
    sign_in(leah).post(f"{QUEUE}views/{view.pk}/drop/")
    assert not QueueView.objects.exists()


@pytest.mark.parametrize(
    ("query", "name", "said"),
    [("", "x", "Choose something first"), ("?help=food", "", "Give the view a name")],
)
def test_a_view_of_nothing_or_without_a_name_is_refused(leah, sign_in, query, name, said):
    page = sign_in(leah).post(f"{QUEUE}views/{query}", {"name": name}, follow=True)
    assert said in page.content.decode()
    assert not QueueView.objects.exists()


# --- Two in one case, and the next call -------------------------------------------------------


def test_the_row_says_who_is_in_a_case(asked, leah, owen, sign_in):
    sign_in(owen).get(asked["food"].get_absolute_url())
    page = sign_in(leah).get(QUEUE).content.decode()
    assert page.count("is in it") == 1
    assert re.search(r"Owen Pryce\s+is in it", page)
    # He went on to another: he is in that one.
    sign_in(owen).get(asked["shelter"].get_absolute_url())
    page = sign_in(leah).get(QUEUE).content.decode()
    assert page.count("is in it") == 1
    row = page[page.index(asked["shelter"].code) :]
    assert row.index("is in it") < row.index("</td>")
    assert "is in it" not in sign_in(owen).get(QUEUE).content.decode()


def test_the_case_says_who_else_is_in_it(asked, leah, owen, sign_in):
    address = asked["food"].get_absolute_url()
    assert "is in it" not in sign_in(owen).get(address).content.decode()
    assert re.search(r"Owen Pryce\s+is in it", sign_in(leah).get(address).content.decode())


def next_of(client) -> str:
    return str(client.post(f"{QUEUE}next/")["Location"])


def test_the_next_call_is_ones_own_then_what_nobody_has(asked, leah, sign_in):
    client = sign_in(leah)
    Callback.objects.create(
        case=asked["work"], purpose="first", due_at=timezone.now(), assigned_to=leah
    )
    opened = []
    for _ in range(3):
        opened.append(next_of(client))
        client.get(opened[-1])
    order = [asked[name].get_absolute_url() for name in ("work", "shelter", "food")]
    assert opened == order
    assert Case.objects.get(pk=asked["shelter"].pk).assigned_to == leah
    assert next_of(client).startswith(QUEUE)
    assert b"No call can be made now" in client.get(QUEUE).content


def test_the_next_call_leaves_out_where_somebody_is(asked, leah, owen, sign_in):
    sign_in(owen).get(asked["shelter"].get_absolute_url())
    assert next_of(sign_in(leah)) == asked["food"].get_absolute_url()


def test_the_next_call_leaves_out_what_was_just_tried(asked, leah, sign_in):
    Callback.objects.filter(case=asked["shelter"]).update(tried_at=timezone.now())
    assert next_of(sign_in(leah)) == asked["food"].get_absolute_url()


@pytest.mark.parametrize(
    "rule",
    [
        {"contact": "any", "safe_from": time(14), "safe_until": time(18)},
        {"contact": "any", "safe_days": "1"},
        {"contact": "none"},
    ],
)
def test_the_next_call_leaves_out_whom_no_way_is_open_to_now(
    asks_for_help, leah, sign_in, clock, rule
):
    """It is Wednesday, half past eleven."""
    asks_for_help("debt", signs=["no-shelter"], first_name="Bea", **rule)
    later = asks_for_help("food", first_name="Ada")
    assert next_of(sign_in(leah)) == later.get_absolute_url()


def test_the_next_call_comes_from_what_was_chosen(asked, leah, sign_in):
    answer = sign_in(leah).post(f"{QUEUE}next/?help=food")
    assert answer["Location"] == asked["food"].get_absolute_url()
    working.begin_shift(person=leah)
    assert Case.objects.get(pk=asked["food"].pk).assigned_to == leah
