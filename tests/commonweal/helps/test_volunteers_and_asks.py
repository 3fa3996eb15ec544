"""Volunteers take tasks, pledges answer asks, draws stand in ledgers."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from commonweal.asks import actions as asking
from commonweal.asks.left import left_of
from commonweal.asks.models import Ask, Draw
from commonweal.balance import cutting
from commonweal.office.errors import Refused
from commonweal.pledges import actions as reporting
from commonweal.pledges import ledger, proving
from commonweal.volunteers import actions as volunteering
from commonweal.volunteers.models import Check, Task, Volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(asks_for_help, grace) -> Task:
    request = asks_for_help()
    return volunteering.make_task(
        need=request.needs.get(),
        by=grace,
        values={
            "title": "Shopping for one",
            "skill": "shopping",
            "who": "Zebedee",
            "where": "14 Mill Lane",
            "instructions": "Safe word: Lantern",
        },
    )


def test_signing_up_waits_for_the_desk(client, carys, grace, sign_in, task):
    page = sign_in(carys).post("/help/give/", {"phone": "1"})
    assert b"There is a problem" in page.content
    sign_in(carys).post(
        "/help/give/",
        {"phone": "07700 900222", "skills": ["shopping"], "hours_a_week": "2", "agree": "on"},
    )
    one = Volunteer.objects.get(person=carys)
    assert "Shopping for one" not in sign_in(carys).get("/help/give/").content.decode()
    assert sign_in(carys).get(f"/help/give/tasks/{task.code}/").status_code == 200
    sign_in(carys).post(f"/help/give/tasks/{task.code}/", {"verb": "take"})
    task.refresh_from_db()
    assert task.taken_by is None
    sign_in(grace).post(f"/desk/help/volunteers/{one.pk}/", {"verb": "admit"})
    assert "Shopping for one" in sign_in(carys).get("/help/give/").content.decode()


def test_the_address_is_read_only_once_taken(task, sam, sign_in, new_person):
    client = sign_in(sam)
    address = f"/help/give/tasks/{task.code}/"
    before = client.get(address).content.decode()
    for hidden in ("Zebedee", "14 Mill Lane", "Lantern"):
        assert hidden not in before
        assert hidden not in client.get("/help/give/").content.decode()
    client.post(address, {"verb": "take"})
    after = client.get(address).content.decode()
    for shown in ("Zebedee", "14 Mill Lane", "Lantern"):
        assert shown in after
    other = new_person("other", "Other")
    Volunteer.objects.create(person=other, skills=["shopping"], state="active")
    late = sign_in(other).get(address, follow=True).content.decode()
    assert "Somebody else was quicker with this one" in late
    assert "14 Mill Lane" not in late
    # Given back: closed to them again. Done: forgotten at once.
    sign_in(sam).post(address, {"verb": "back"})
    assert "14 Mill Lane" not in sign_in(sam).get(address).content.decode()
    sign_in(sam).post(address, {"verb": "take"})
    assert b"There is a problem" in sign_in(sam).post(address, {"verb": "done"}).content
    sign_in(sam).post(address, {"verb": "done", "minutes": "75"})
    task.refresh_from_db()
    assert (task.state, task.who, task.where, task.minutes_given) == ("done", "", "", 75)
    assert volunteering.hours_given() == Decimal("1.2")


def test_a_task_shows_to_those_who_can_do_it(task, sam, today):
    one = Volunteer.objects.get()
    assert volunteering.open_tasks(one, today) == [task]
    Task.objects.update(needs_check="dbs")
    task.refresh_from_db()
    assert volunteering.open_tasks(one, today) == []
    with pytest.raises(Refused, match="needs: DBS check"):
        volunteering.take(task=task, volunteer=one)
    Check.objects.create(
        volunteer=one,
        kind="dbs",
        seen_on=today - timedelta(days=400),
        expires_on=today - timedelta(days=1),
    )
    one = Volunteer.objects.get()
    assert volunteering.open_tasks(one, today) == []
    Check.objects.update(expires_on=today)
    one = Volunteer.objects.prefetch_related("checks").get()
    assert volunteering.open_tasks(one, today) == [task]
    one.skills = ["dogs"]
    assert volunteering.open_tasks(one, today) == []


@pytest.mark.parametrize("title", ["Shopping for Zebedee", "To BF1 2AG", "Ring 07700 934567"])
def test_a_title_names_nobody(asks_for_help, grace, title):
    with pytest.raises(Refused, match="names somebody"):
        volunteering.make_task(need=asks_for_help().needs.get(), by=grace, values={"title": title})


def test_fifty_threads_on_one_task_give_one_winner(run_apart):
    done = run_apart(Path(__file__).with_name("fifty_at_once.py"))
    assert done.returncode == 0, done.stderr[-3000:]
    assert "one winner, 49 told" in done.stdout


# --- Asks and draws ---------------------------------------------------------------------------


@pytest.fixture
def ask(grace) -> Ask:
    made = asking.make_ask(
        values={"title": "Shopping", "quantity": Decimal(200), "unit": "hours"}, by=grace
    )
    asking.publish(ask=made, by=grace)
    made.refresh_from_db()
    return made


def test_the_desk_asks_a_pledge_answers_and_its_page_shows_what_is_used(
    client, grace, asha, sign_in, pledged, asks_for_help
):
    pledge = pledged(target=Decimal(200))
    manager = sign_in(grace)
    manager.post("/desk/help/asks/", {"title": "Shopping", "quantity": "200", "unit": "hours"})
    made = Ask.objects.get()
    assert client.get(made.get_absolute_url()).status_code == 404
    manager.post(f"/desk/help/asks/{made.code}/", {"verb": "publish"})
    client.logout()
    assert b"200 hours are needed" in client.get(made.get_absolute_url()).content
    partner = sign_in(asha)
    address = f"/space/bakery/asks/{made.code}/"
    too_much = partner.post(address, {"pledge": pledge.code, "quantity": "201"})
    assert b"200 hours of this pledge are left" in too_much.content
    partner.post(address, {"pledge": pledge.code, "quantity": "200"})
    answer = made.answers.get()
    request = asks_for_help()
    sign_in(grace).post(
        f"/desk/help/answers/{answer.pk}/draw/", {"quantity": "140", "case": request.code}
    )
    sign_in(grace).post(f"/desk/help/answers/{answer.pk}/draw/", {"quantity": "3"})
    assert (
        b"57 hours of this offer are left"
        in sign_in(grace).post(f"/desk/help/answers/{answer.pk}/draw/", {"quantity": "58"}).content
    )
    pledge.refresh_from_db()
    assert (pledge.offered, pledge.drawn) == (200, 143)
    page = client.get(pledge.get_absolute_url()).content.decode()
    assert "143 of 200 hours" in page
    assert "Drawn on by the help desk" in page
    # Whose need it served stands in no public place.
    assert request.code not in page
    assert Draw.objects.first().need.case == request
    assert proving.verify().broken is None
    assert list(proving.stale_figures(ledger.timezone.localdate())) == []


def test_what_is_refused(ask, grace, asha, pledged, done_measure):
    pledge = pledged(target=Decimal(50))
    other = pledged(measure=done_measure, statement="Confident.", target=Decimal(1))
    for what, quantity, said in (
        (other, 1, "The ask counts hours"),
        (pledge, 0, "more than nought"),
        (pledge, 51, "are left to offer"),
    ):
        with pytest.raises(Refused, match=said):
            asking.answer(ask=ask, pledge=what, quantity=Decimal(quantity), by=asha)
    asking.answer(ask=ask, pledge=pledge, quantity=Decimal(10), by=asha)
    with pytest.raises(Refused, match="answers this ask already"):
        asking.answer(ask=ask, pledge=pledge, quantity=Decimal(10), by=asha)
    asking.close_ask(ask=ask, by=grace)
    ask.refresh_from_db()
    third = pledged(statement="More.")
    with pytest.raises(Refused, match="not open"):
        asking.answer(ask=ask, pledge=third, quantity=Decimal(10), by=asha)


@pytest.mark.parametrize(
    ("reached", "offered", "used", "is_before", "left"),
    [
        (0, 0, 0, False, 21),
        (14, 0, 0, False, 7),
        (14, 3, 3, False, 4),
        (14, 3, 3, True, 7),
        (2, 5, 3, True, 16),
        (21, 3, 0, False, 0),
    ],
)
def test_what_is_reached_or_offered_is_not_left(
    ask, grace, asha, pledged, today, reached, offered, used, is_before, left
):
    """The worked table of docs/methods/asks-and-draws.md."""
    pledge = pledged(target=Decimal(21))
    if offered:
        answer = asking.answer(ask=ask, pledge=pledge, quantity=Decimal(offered), by=asha)
    if used:
        on = today - timedelta(days=is_before)
        asking.draw(answer=answer, quantity=Decimal(used), by=grace, on=on)
    if reached:
        reporting.claim(
            pledge=pledge,
            figure=Decimal(reached),
            as_of=today,
            final=False,
            report="Our list.",
            by=asha,
        )
    pledge.refresh_from_db()
    assert left_of(pledge) == left
    other = asking.make_ask(values={"title": "Lifts", "quantity": 9, "unit": "hours"}, by=grace)
    asking.publish(ask=other, by=grace)
    other.refresh_from_db()
    with pytest.raises(Refused, match=f"{left} hours of this pledge"):
        asking.answer(ask=other, pledge=pledge, quantity=Decimal(left + 1), by=asha)


def test_the_balance_sheet_sees_need_met_and_unmet(
    ask, asha, grace, pledged, period, close_books, asks_for_help, leah, client
):
    from django.utils import timezone

    from commonweal.asks.models import Answer
    from commonweal.cases import working
    from commonweal.cases.models import Case, Need

    answer = asking.answer(ask=ask, pledge=pledged(), quantity=Decimal(100), by=asha)
    asking.draw(answer=answer, quantity=Decimal(30), by=grace)
    Ask.objects.update(published_on=period.starts_on)
    for number in range(13):
        request = asks_for_help(first_name=f"P{number}", by=leah)
        state = "met" if number < 7 else "unmet"
        working.settle(
            need=request.needs.get(),
            state=state,
            why="" if state == "met" else "no_service",
            by=leah,
        )
    Case.objects.update(opened_at=timezone.now() - timedelta(days=5))
    Need.objects.update(opened_on=period.ends_on, closed_on=period.ends_on)
    Answer.objects.update(answered_on=period.ends_on)
    Draw.objects.update(drawn_on=period.ends_on)
    said = cutting.load(close_books(period))
    panel = next(p for p in said["panels"] if p["code"] == "help")
    assert panel["is_measured"]
    rows = {row["name"]: row["is"] for row in panel["rows"]}
    assert (rows["Needs met"], rows["Needs not met"]) == ("7", "6")
    assert rows["Asked for: Shopping"] == "30 used of 100 offered"
    page = client.get(f"/balance/{period.code}/").content.decode()
    assert "30 used of 100 offered" in page


def test_a_draw_for_a_case_of_named_colleagues_is_no_public_entry_of_its_day(
    pledged, grace, asks_for_help, kinds, sign_in
):
    """Whoever reads a ledger every day would know on which a room was given away."""
    pledge = pledged()
    unit = pledge.measure.unit
    ask = Ask.objects.create(title="Rooms", quantity=3, unit=unit, state="open", made_by=grace)
    answer = ask.answers.create(pledge=pledge, quantity=3, entry_seq=1)
    case = asks_for_help("safety")
    before = pledge.entries.count()
    address = f"/desk/help/answers/{answer.pk}/draw/"
    page = sign_in(grace).post(address, {"quantity": "1", "case": case.code}).content.decode()
    assert "once a month what was used in all" in page
    assert case.code in page
    assert pledge.entries.count() == before
    sign_in(grace).post(address, {"quantity": "1"})
    assert pledge.entries.count() == before + 1
