"""The pages of what is done next: set, done, moved; attempts; the list *nothing planned*."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from commonweal.cases import next_actions, planning, referring, working
from commonweal.cases.models import Callback, Case, Need, NextAction, Referral
from commonweal.office.errors import Refused
from commonweal.residents import deaths
from commonweal.volunteers.models import Task

from .world import World, clear, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(request):
    return World(request)


# --- Attempts ---------------------------------------------------------------------------------


def test_attempts_in_one_minute_are_one_attempt(asks_for_help, leah, sign_in):
    case = asks_for_help("debt")
    working.take(case=case, by=leah)
    address = f"{case.get_absolute_url()}call/"
    client = sign_in(leah)
    for outcome in ("no_answer", "voicemail", "no_answer", "wrong_number", "no_answer"):
        client.post(address, {"direction": "out", "outcome": outcome})
    owed = Callback.objects.get()
    assert (owed.state, owed.attempts) == ("due", 1)
    # What was written down stays; the same thing sent twice is one call.
    assert sorted(case.calls.values_list("outcome", flat=True)) == [
        "no_answer",
        "voicemail",
        "wrong_number",
    ]
    client.post(address, {"direction": "out", "outcome": "no_answer", "words": "A dog barked."})
    assert case.calls.count() == 4
    assert Callback.objects.get().attempts == 1


def test_one_attempt_is_not_counted_on_two_calls_that_are_owed(asks_for_help, leah):
    case = asks_for_help("debt")
    working.plan_call(case=case, purpose="follow_up", due_at=timezone.now(), by=leah)
    for outcome in ("no_answer", "voicemail"):
        working.record_call(case=case, direction="out", outcome=outcome, by=leah)
    assert sum(Callback.objects.values_list("attempts", flat=True)) == 1


def test_the_page_says_that_the_attempts_are_spent_and_what_is_planned_instead(
    asks_for_help, leah, sign_in
):
    case = asks_for_help("debt")
    working.take(case=case, by=leah)
    Callback.objects.update(attempts=4)
    client = sign_in(leah)
    page = client.post(
        f"{case.get_absolute_url()}call/", {"direction": "out", "outcome": "no_answer"}, follow=True
    ).content.decode()
    assert "5 attempts reached nobody. This call is not owed any more." in page
    assert "Debts: decide what to do next by" in page
    assert "First call: 5 attempts reached nobody." in page
    assert "because the attempts to ring are spent" in page


def test_the_reason_for_not_ringing_is_kept_whole_and_encrypted(asks_for_help, leah, sign_in):
    case = asks_for_help("debt")
    working.take(case=case, by=leah)
    because = "Mrs Quillfeather's husband answers every time and listens. " * 30
    owed = Callback.objects.get()
    address = f"{case.get_absolute_url()}calls/{owed.pk}/"
    sign_in(leah).post(address, {"because": because})
    owed.refresh_from_db()
    assert (owed.state, owed.ending, owed.because) == ("cancelled", "not_made", because.strip())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT because FROM {Callback._meta.db_table}")
        assert "Quillfeather" not in cursor.fetchone()[0]


# --- The pages --------------------------------------------------------------------------------


def answers(owner, day, **more):
    return {
        "kind": "ask",
        "due_on_0": day.day,
        "due_on_1": day.month,
        "due_on_2": day.year,
        "owner": owner.pk,
        "words": "Whether the letter came.",
    } | more


@pytest.fixture
def tomorrow():
    return timezone.localdate() + timedelta(days=1)


def test_the_next_action_is_set_done_and_moved_by_hand(world, sign_in, leah, owen, tomorrow):
    client, base = sign_in(leah), world.case.get_absolute_url()
    assert "Nothing planned." in client.get(base).content.decode()
    client.post(f"{base}needs/{world.need.code}/next/", answers(leah, tomorrow))
    page = words_of(client.get(base))
    assert "Next: Ask somebody about it" in page
    assert "Whether the letter came." in page
    action = NextAction.objects.get()
    assert planning.next_of(world.need).by_day

    later = tomorrow + timedelta(days=3)
    moving = f"{base}next/{action.code}/move/"
    said = client.post(moving, answers(owen, later, because="")).content.decode()
    assert "Say why it is moved" in said
    client.post(moving, answers(owen, later, because="The office is shut."))
    action.refresh_from_db()
    assert (action.state, action.ended_words) == ("moved", "The office is shut.")
    moved = NextAction.objects.get(state="planned")
    assert (moved.owner, timezone.localdate(moved.due_at)) == (owen, later)
    assert moved.words == "Whether the letter came."
    # Whose it is may read the case.
    assert sign_in(owen).get(base).status_code == 200
    again = sign_in(leah).post(moving, answers(leah, later, because="x")).content.decode()
    assert "done or moved this already" in again

    done = sign_in(leah).post(f"{base}next/{moved.code}/done/", {"words": "It came."})
    assert done.headers["Location"] == f"{base}needs/{world.need.code}/next/"
    page = client.get(done.headers["Location"]).content.decode()
    assert "Nothing is planned for this need now." in page
    moved.refresh_from_db()
    assert (moved.state, moved.ended_words, moved.ended_by) == ("done", "It came.", leah)


def test_a_second_plan_for_one_need_is_said_with_its_day_and_can_be_done(
    world, sign_in, leah, tomorrow
):
    """The finding: of two next actions only the sooner stood on the page."""
    client, base = sign_in(leah), world.case.get_absolute_url()
    later = tomorrow + timedelta(days=3)
    for day, kind in ((later, "wait"), (tomorrow, "visit")):
        client.post(
            f"{base}needs/{world.need.code}/next/", answers(leah, day, kind=kind, words=kind)
        )
    page = words_of(client.get(base))
    assert "Next: Go there" in page
    assert (
        f"Then: Look whether it has come</strong>. wait by {later:%-d %B %Y}, Leah Omondi" in page
    )
    for action in NextAction.objects.all():
        assert f"{base}next/{action.code}/done/" in page
    visit = NextAction.objects.get(kind="visit")
    client.post(f"{base}next/{visit.code}/done/", {"words": "Done."})
    page = words_of(client.get(base))
    assert "Next: Look whether it has come" in page
    assert "Then:" not in page


def test_a_second_plan_that_nobody_has_says_so_and_its_other_kinds_stand_too(
    world, sign_in, leah, tomorrow
):
    world.action()
    world.referral()
    NextAction.objects.update(owner=None)
    page = words_of(sign_in(leah).get(world.case.get_absolute_url()))
    assert "Next: " in page
    assert "Then: " in page
    assert "nobody has it" in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "other", "words": ""}, "Say what is done"),
        ({"due_on_2": "2020"}, "a day that comes"),
        ({"owner": ""}, "Choose a colleague"),
        ({"kind": ""}, "Choose one"),
        ({"due_on_0": ""}, "must include a day"),
        ({"kind": "grant"}, "Choose one"),
    ],
)
def test_what_is_next_asks_again_and_keeps_what_was_typed(
    world, sign_in, leah, tomorrow, change, said
):
    address = f"{world.case.get_absolute_url()}needs/{world.need.code}/next/"
    page = sign_in(leah).post(address, answers(leah, tomorrow) | change).content.decode()
    assert said in page
    assert "Whether the letter came." in page or change.get("words") == ""
    assert not NextAction.objects.exists()


def test_next_actions_are_refused_where_they_can_not_be(world, leah, asha, tomorrow, asks_for_help):
    due_at = timezone.now() + timedelta(days=1)

    def refused(match, **more):
        values = {"need": world.need, "kind": "ask", "due_at": due_at, "owner": leah, "by": leah}
        with pytest.raises(Refused, match=match):
            next_actions.plan(**(values | more))

    refused("does not work at the desk", owner=asha)
    safe = asks_for_help("safety", first_name="B")
    refused("named colleagues only", need=safe.needs.get())
    deaths.report_dead(resident=world.case.resident, by=leah)
    refused("reported dead", need=Need.objects.get(pk=world.need.pk), kind="visit")
    working.settle(need=world.need, state="gone", by=leah)
    refused("settled", need=Need.objects.get(pk=world.need.pk))


def test_settling_ends_what_was_planned(world, leah):
    action = world.action()
    working.settle(need=world.need, state="met", by=leah)
    action.refresh_from_db()
    assert (action.state, action.ended_by) == ("dropped", leah)


def test_who_may_not_read_the_case_may_not_plan_for_it(world, sign_in, owen, asha, tomorrow):
    action = world.action(hours=72)
    base = world.case.get_absolute_url()
    for address in (
        f"{base}needs/{world.need.code}/next/",
        f"{base}next/{action.code}/done/",
        f"{base}next/{action.code}/move/",
    ):
        assert sign_in(asha).post(address, answers(owen, tomorrow)).status_code == 403
        glass = sign_in(owen).post(address, answers(owen, tomorrow, because="x"))
        assert glass.headers["Location"] == f"{base}glass/"
    action.refresh_from_db()
    assert (action.state, NextAction.objects.count()) == ("planned", 1)


def test_a_case_of_ten_months_ago_stands_on_top_and_says_when_somebody_spoke(
    world, sign_in, leah, asks_for_help
):
    """H-MUD: now, spoken to, no call owed. Ten months later it was neither late nor anywhere."""
    long_ago = timezone.now() - timedelta(days=300)
    Case.objects.update(opened_at=long_ago, first_contact_at=long_ago, urgency=1)
    page = sign_in(leah).get("/desk/help/").content.decode()
    top = page[page.index('id="unplanned"') : page.index('id="queue"')]
    assert world.case.code in top
    assert "1 case has a need" in " ".join(top.split())
    assert f"last contact {timezone.localtime(long_ago):%-d %b %Y}" in " ".join(top.split())
    row = page[page.index('data-label="Next, and by when"') :]
    assert "nothing planned" in " ".join(row.split())
    assert "spoken to" not in row.split("</td>")[0].replace("not spoken to", "")


@pytest.mark.parametrize("way", ["action", "owed", "taken", "referral"])
def test_what_is_overdue_counts_as_past_what_was_promised(world, sign_in, leah, way):
    def late():
        now = timezone.now()
        cases = list(Case.objects.filter(planning.is_late(now)).order_by("pk"))
        # As the lists of the desk ask, once for a page.
        assert cases == list(Case.objects.filter(planning.desk(now).late).order_by("pk"))
        return [case.pk for case in cases]

    getattr(world, way)()
    assert late() == []
    ago = timezone.now() - timedelta(days=40)
    NextAction.objects.update(due_at=ago)
    Callback.objects.update(due_at=ago)
    Task.objects.update(taken_at=ago)
    Referral.objects.update(answer_by=ago)
    assert late() == [world.case.pk]
    assert planning.next_of(world.need).due_at < timezone.now()
    page = sign_in(leah).get("/desk/help/?show=late").content.decode()
    assert world.case.code in page[page.index('id="queue"') :]
    assert "late:" in page[page.index('id="queue"') :]
    assert "late:" in sign_in(leah).get(world.case.get_absolute_url()).content.decode()


def test_accepted_and_contacted_referrals_come_up_again(world):
    referral = world.referral()
    referring.accept(referral=referral, by=world.joan)
    week = planning.next_of(world.need)
    assert week.title.startswith("Hear whether Advice Centre has reached them")
    assert week.due_at == Referral.objects.get().answered_at + planning.ACCEPTED_FOR
    referring.contacted(referral=referral, by=world.joan)
    assert planning.next_of(world.need).title.startswith("Hear what came of it from Advice Centre")


def test_a_handler_sees_on_top_what_is_theirs_or_nobodys_the_manager_everything(
    world, sign_in, leah, owen, grace, asks_for_help
):
    others = asks_for_help("debt", by=owen, first_name="B")
    clear(others)
    nobodys = asks_for_help("debt", first_name="C")
    clear(nobodys)

    def top(person):
        page = sign_in(person).get("/desk/help/").content.decode()
        return page[page.index('id="unplanned"') : page.index('id="queue"')]

    codes = (world.case.code, others.code, nobodys.code)
    assert [code in top(leah) for code in codes] == [True, False, True]
    assert [code in top(owen) for code in codes] == [False, True, True]
    assert [code in top(grace) for code in codes] == [True, True, True]


def test_the_list_is_paged_and_asks_as_few_questions_for_many_as_for_few(
    asks_for_help, sign_in, grace, leah, django_assert_max_num_queries
):
    first = asks_for_help("debt", by=leah)
    residents = first.resident
    Case.objects.bulk_create(
        Case(
            resident=residents,
            channel="phone",
            assigned_to=leah,
            state="working",
            first_contact_at=timezone.now(),
            urgency=1 + number % 4,
        )
        for number in range(130)
    )
    Need.objects.bulk_create(
        Need(case=case, help_type=first.needs.get().help_type)
        for case in Case.objects.exclude(pk=first.pk)
    )
    client = sign_in(grace)
    client.get("/desk/help/?show=unplanned")
    with django_assert_max_num_queries(36):
        page = client.get("/desk/help/?show=unplanned").content.decode()
    assert page.count('data-label="Case"') == 10
    assert "130 cases have a need" in " ".join(page.split())
    last = client.get("/desk/help/?show=unplanned&page=13").content.decode()
    assert last.count('data-label="Case"') == 10
