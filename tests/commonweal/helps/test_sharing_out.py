"""Sharing out by kind and number with caps, handing many over, giving back; and undoing each."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from commonweal.accounts.models import Event
from commonweal.cases import planning, working
from commonweal.cases.models import Callback, Case, CaseMove, NextAction
from commonweal.cases.working import moving
from commonweal.office.errors import Refused
from commonweal.residents.models import PerhapsSame

pytestmark = pytest.mark.django_db
SHARE, TEAM, HAND = "/desk/help/share/", "/desk/help/team/", "/desk/help/queue/hand/"


@pytest.fixture
def seven(asks_for_help):
    """Five ask for food and two for work; nobody has them."""
    codes = ["food"] * 5 + ["work"] * 2
    return [asks_for_help(code, first_name=f"P{n}") for n, code in enumerate(codes)]


def held(*people) -> list[int]:
    return [Case.objects.filter(assigned_to=person).count() for person in people]


def test_a_preview_says_who_would_get_how_many_and_does_nothing(
    seven, leah, owen, grace, asks_for_help, sign_in
):
    asks_for_help(by=leah)
    for person in (leah, owen):
        working.begin_shift(person=person)
    page = sign_in(grace).post(SHARE, {"verb": "preview", "each": "2"}).content.decode()
    assert "4 cases of 7 would get a handler" in " ".join(page.split())
    assert "Nothing is done yet." in page
    assert "3 cases would stay with nobody" in page
    assert "<details open" not in page.replace('class="govuk-details fold" ', "")
    page = sign_in(grace).post(SHARE, {"each": "2", f"cap-{owen.code}": "1"}).content.decode()
    assert "<details open" in page.replace('class="govuk-details fold" ', "")
    assert held(leah, owen) == [1, 0]
    assert not CaseMove.objects.exists()


def test_it_is_shared_by_kind_number_and_cap_and_taken_back(seven, leah, owen, grace, sign_in):
    for person in (leah, owen):
        working.begin_shift(person=person)
    client = sign_in(grace)
    answers = {"help_type": "food", "most": "4", "each": "3", f"cap-{owen.code}": "1"}
    # A page that doesn't say what it showed shares nothing, and shows it.
    page = client.post(SHARE, answers | {"verb": "share"}).content.decode()
    assert "Your page did not say what you had seen" in page
    assert not CaseMove.objects.exists()
    seen = re.search(r'name="seen" value="([^"]+)"', page).group(1)
    press = answers | {"verb": "share", "seen": seen}
    page = client.post(SHARE, press, follow=True).content.decode()
    assert "Shared out: 4 cases" in page
    assert held(leah, owen) == [3, 1]
    assert not Case.objects.exclude(assigned_to=None).exclude(needs__help_type__code="food")
    assert set(
        Callback.objects.exclude(assigned_to=None).values_list("assigned_to", flat=True)
    ) == {leah.pk, owen.pk}
    stroke = CaseMove.objects.get()
    back = f"{SHARE}{stroke.code}/back/"
    assert "4 cases" in client.get(back).content.decode()
    page = client.post(back, follow=True).content.decode()
    assert "Taken back: 4 cases" in page
    assert held(leah, owen) == [0, 0]
    assert {case.state for case in Case.objects.all()} == {"new"}
    assert not Callback.objects.exclude(assigned_to=None).exists()
    assert "It was taken back already" in client.post(back, follow=True).content.decode()
    verbs = list(Event.objects.order_by("-id").values_list("verb", flat=True)[:2])
    assert verbs == ["requests taken back", "requests shared out"]


def test_what_was_shared_meanwhile_is_looked_at_again(seven, leah, owen, grace, sign_in):
    """Two tabs show the same; the second would share as many once more."""
    for person in (leah, owen):
        working.begin_shift(person=person)
    client, answers = sign_in(grace), {"each": "2"}
    page = client.post(SHARE, answers | {"verb": "preview"}).content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', page).group(1)
    press = answers | {"verb": "share", "seen": seen}
    assert "Shared out: 4 cases" in client.post(SHARE, press, follow=True).content.decode()
    again = client.post(SHARE, press, follow=True).content.decode()
    assert "It is not any more as you saw it" in again
    assert "3 cases of 3 would get a handler" in " ".join(again.split())
    assert held(leah, owen) == [2, 2]
    # Looked at, it goes.
    newer = re.search(r'name="seen" value="([^"]+)"', again).group(1)
    page = client.post(SHARE, press | {"seen": newer}, follow=True).content.decode()
    assert "Shared out: 3 cases" in page


def test_as_many_of_other_cases_are_not_what_was_seen(seven, leah, owen, grace, sign_in):
    """Where few of many are shared, whoever gets how many is the same a second time."""
    for person in (leah, owen):
        working.begin_shift(person=person)
    client, answers = sign_in(grace), {"each": "9", "most": "2"}
    page = client.post(SHARE, answers | {"verb": "preview"}).content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', page).group(1)
    press = answers | {"verb": "share", "seen": seen}
    assert "Shared out: 2 cases" in client.post(SHARE, press, follow=True).content.decode()
    again = client.post(SHARE, press, follow=True).content.decode()
    assert "It is not any more as you saw it" in again
    assert held(leah, owen) == [1, 1]


def test_work_is_shared_evenly_by_what_each_has(seven, asks_for_help, leah, owen, noor, grace):
    mine = asks_for_help(by=leah)
    restricted = asks_for_help("safety", first_name="Hidden")
    Case.objects.filter(pk=restricted.pk).update(assigned_to=None)
    working.share_out(part=working.Part(), caps={leah: None, owen: None}, by=grace)
    assert held(leah, owen) == [4, 4]
    assert mine.assigned_to == leah
    assert Case.objects.get(pk=restricted.pk).assigned_to is None
    with pytest.raises(Refused, match="nothing to share out"):
        working.share_out(part=working.Part(), caps={leah: None, owen: None}, by=grace)
    working.share_out(part=working.Part(), caps={leah: None, noor: None}, by=grace)
    assert Case.objects.get(pk=restricted.pk).assigned_to == noor


def test_what_somebody_worked_on_stays_when_it_is_taken_back(seven, leah, owen, grace):
    stroke = working.share_out(part=working.Part(), caps={leah: None}, by=grace)
    noted, called, handed, planned, closed, *others = seven
    for case in Case.objects.filter(pk__in=[case.pk for case in (noted, called, handed)]):
        match case.pk:
            case noted.pk:
                working.note(case=case, words="She has a dog.", by=leah)
            case called.pk:
                working.record_call(case=case, direction="out", outcome="no_answer", by=leah)
            case _:
                working.hand_over(case=case, to=owen, words="Yours.", by=leah)
    NextAction.objects.create(
        need=planned.needs.get(),
        kind="decide",
        because="hand",
        owner=leah,
        made_by=leah,
        due_at=timezone.now() + timedelta(days=1),
    )
    Case.objects.filter(pk=closed.pk).update(state="closed", closed_at=timezone.now())
    assert working.take_back(stroke=stroke, by=grace) == len(others)
    assert held(leah, owen) == [4, 1]


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"each": "many"}, "Write how many in figures"),
        ({"each": ""}, "Write how many each gets at most"),
        ({"each": "2", "most": "0"}, "0"),
        ({"each": "0"}, "nothing to share out"),
    ],
)
def test_it_asks_again_and_keeps_what_was_typed(seven, leah, grace, sign_in, answers, said):
    working.begin_shift(person=leah)
    page = sign_in(grace).post(SHARE, {"verb": "share", "help_type": "food"} | answers)
    assert said in page.content.decode()
    assert 'value="food" selected' in page.content.decode()
    assert held(leah) == [0]


def test_nothing_is_shared_while_nobody_is_on_shift(seven, grace, sign_in):
    page = sign_in(grace).post(SHARE, {"verb": "share", "each": "2"})
    assert b"Nobody is on shift" in page.content


def test_who_is_no_manager_shares_nothing(seven, leah, sign_in):
    assert sign_in(leah).get(SHARE).status_code == 403
    for act in (
        lambda: working.share_out(part=working.Part(), caps={leah: None}, by=leah),
        lambda: working.hand_many(codes=["x"], to=leah, words="x", by=leah),
    ):
        with pytest.raises(Refused, match="desk manager"):
            act()


# --- One and many to a colleague --------------------------------------------------------------


def test_many_are_handed_to_a_colleague_with_words_and_taken_back(
    seven, leah, owen, grace, sign_in
):
    working.share_out(part=working.Part(), caps={leah: None}, by=grace)
    chosen = seven[:3]
    NextAction.objects.create(
        need=chosen[0].needs.get(),
        kind="decide",
        because="hand",
        owner=leah,
        made_by=leah,
        due_at=timezone.now() + timedelta(days=1),
    )
    answers = {"case": [case.code for case in chosen], "to": owen.pk, "words": "Leah is ill."}
    page = sign_in(grace).post(f"{HAND}?help=food", answers, follow=True).content.decode()
    assert "Handed to Owen Pryce: 3 cases" in page
    assert held(leah, owen) == [4, 3]
    assert NextAction.objects.get().owner == owen
    assert {note.words for case in chosen for note in case.notes.all()} == {"Leah is ill."}
    stroke = CaseMove.objects.get(kind="handed")
    assert working.take_back(stroke=stroke, by=grace) == 3
    assert held(leah, owen) == [7, 0]
    assert NextAction.objects.get().owner == leah


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"to": "", "words": "x"}, "Choose a colleague"),
        ({"words": ""}, "Write what your colleague needs to know"),
        ({"case": []}, "Tick the cases to hand over"),
        ({"case": ["restricted"]}, "is for named colleagues"),
    ],
)
def test_handing_many_over_is_refused(seven, asks_for_help, owen, grace, sign_in, answers, said):
    sent = {"case": [seven[0].code], "to": owen.pk, "words": "x"} | answers
    if sent["case"] == ["restricted"]:
        sent["case"] = [asks_for_help("safety", first_name="Hidden").code, seven[0].code]
    page = sign_in(grace).post(HAND, sent, follow=True).content.decode()
    assert said in page
    assert held(owen) == [0]


def test_what_a_colleague_may_not_read_is_not_handed_to_them(asks_for_help, owen, grace, sign_in):
    """They are perhaps somebody whose case is for named colleagues, and nobody decided yet."""
    hidden = asks_for_help("safety", first_name="Hidden")
    usual = asks_for_help("food", first_name="Shown")
    PerhapsSame.objects.create(one=hidden.resident, other=usual.resident)
    sent = {"case": [usual.code], "to": owen.pk, "words": "x"}
    page = sign_in(grace).post(HAND, sent, follow=True).content.decode()
    assert f"{usual.code} is not for {owen.name} to read" in page
    assert held(owen) == [0]


def test_what_went_on_to_another_meanwhile_stays_with_them(seven, leah, owen, grace, monkeypatch):
    stroke = working.share_out(part=working.Part(), caps={leah: None}, by=grace)
    look = moving.can_go_back

    def quicker(moved):
        listed = list(look(moved).select_related("was", "became"))
        Case.objects.filter(pk=seven[0].pk).update(assigned_to=owen)
        return look(moved).model.objects.filter(pk__in=[one.pk for one in listed])

    monkeypatch.setattr(moving, "can_go_back", quicker)
    assert working.take_back(stroke=stroke, by=grace) == 6
    assert held(leah, owen) == [0, 1]


# --- Given back -------------------------------------------------------------------------------


def test_a_manager_gives_back_what_an_absent_colleague_has(
    seven, asks_for_help, leah, owen, grace, sign_in
):
    working.share_out(part=working.Part(), caps={leah: None}, by=grace)
    Case.objects.filter(pk=seven[0].pk).update(first_contact_at=timezone.now())
    address = f"{TEAM}{leah.code}/back/"
    client = sign_in(grace)
    assert "7 open cases, of which 6 without" in client.get(address).content.decode()
    page = client.post(address, {"which": "untouched"}).content.decode()
    assert "Give 6 cases back" in page
    assert held(leah) == [7]
    # Another number than somebody saw: the choice was changed, or a case came or went.
    page = client.post(address, {"which": "all", "seen": "6"}).content.decode()
    assert "Give 7 cases back" in page
    assert held(leah) == [7]
    answers = {"which": "untouched", "seen": "6"}
    page = client.post(address, answers, follow=True).content.decode()
    assert "Given back to the desk: 6 cases" in page
    assert held(leah) == [1]
    assert Callback.objects.filter(assigned_to=leah).count() == 1
    bare = planning.with_unplanned(Case.objects.open(), planning.desk())
    assert not bare.exists(), "their calls wait to be shared out"
    working.take_back(stroke=CaseMove.objects.get(kind="back"), by=grace)
    assert held(leah) == [7]
    client.post(address, {"which": "all", "seen": "7"})
    assert held(leah) == [0]
    assert b"There is no such case" in client.post(address, {"which": "all"}).content


def test_one_gives_back_ones_own_and_nobody_elses(seven, leah, owen, grace, sign_in):
    working.share_out(part=working.Part(), caps={leah: None}, by=grace)
    assert sign_in(owen).get(f"{TEAM}{leah.code}/back/").status_code == 403
    with pytest.raises(Refused, match="desk manager"):
        working.give_back(person=leah, untouched=False, by=owen)
    answers = {"which": "all", "seen": "7"}
    page = sign_in(leah).post(f"{TEAM}{leah.code}/back/", answers, follow=True)
    assert "Given back to the desk: 7 cases" in page.content.decode()
    stroke = CaseMove.objects.get(kind="back")
    assert sign_in(owen).post(f"{SHARE}{stroke.code}/back/").status_code == 403
    with pytest.raises(Refused, match="Whoever did it"):
        working.take_back(stroke=stroke, by=owen)
    sign_in(leah).post(f"{SHARE}{stroke.code}/back/")
    assert held(leah) == [7]


def test_a_restricted_case_is_not_given_back_with_the_others(asks_for_help, noor, grace):
    case = asks_for_help("safety", first_name="Hidden")
    Case.objects.filter(pk=case.pk).update(assigned_to=noor)
    with pytest.raises(Refused, match="no such case"):
        working.give_back(person=noor, untouched=False, by=grace)


# --- The team ---------------------------------------------------------------------------------


def test_the_team_page_counts_load_lateness_and_promises_kept(
    seven, leah, owen, grace, sign_in, django_assert_max_num_queries
):
    working.begin_shift(person=leah)
    working.share_out(part=working.Part(), caps={leah: 4}, by=grace)
    mine = list(Case.objects.filter(assigned_to=leah))
    now = timezone.now()
    due = now - timedelta(hours=2)
    Case.objects.filter(pk=mine[0].pk).update(due_at=due, first_contact_at=due - timedelta(hours=1))
    Case.objects.filter(pk=mine[1].pk).update(due_at=due)
    Callback.objects.filter(case=mine[0]).update(state="done")
    working.record_call(case=mine[2], direction="out", outcome="no_answer", by=leah)
    client = sign_in(grace)
    client.get(TEAM)
    with django_assert_max_num_queries(24):
        page = client.get(TEAM).content.decode()
    row = page[page.index("Leah Omondi") :]
    row = row[: row.index("</tr>")]
    cells = [part.split("</td>")[0].strip() for part in row.split("<td")[1:]]
    figures = [cell.split(">", 1)[1].strip() for cell in cells]
    assert figures[0].startswith("since")
    assert [figures[n] for n in (2, 3, 4, 5)] == ["0", "3", "1", "1"]
    assert "1 of 2" in figures[6]
    assert page.index("Leah Omondi") < page.index("Owen Pryce")
    assert sign_in(leah).get(TEAM).status_code == 403
