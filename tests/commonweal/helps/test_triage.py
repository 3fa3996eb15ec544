"""Urgency: signs that somebody named, needs that weigh, the order of every queue."""

from __future__ import annotations

import importlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from commonweal.cases import referring, starting, triage, urgency, working
from commonweal.cases.models import Callback, Case, IntakeDraft, Referral
from commonweal.grants import actions as granting
from commonweal.office.errors import Refused
from commonweal.residents.models import Resident
from commonweal.services.models import HelpType

from .rooms import before_the_rooms, files

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]


# --- The vignettes of the methods page --------------------------------------------------------


def vignettes() -> list[list[str]]:
    text = (ROOT / "docs/methods/triage.md").read_text()
    table = text.split("## Vignettes")[1].split("\n\n")[2]
    return [[c.strip() for c in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def by_form(client, words, needs, signs):
    """A resident, on the public form, ticking just this."""
    client.post("/help/start/")
    base = f"/help/form/{IntakeDraft.objects.get().code}/"
    client.post(f"{base}help/", {"needs": needs, "signs": signs, "words": words})
    client.post(f"{base}who/", {"for_whom": "self", "first_name": "Ann", "lives": "address"})
    client.post(f"{base}contact/", {"contact": "text_only", "phone": "07700 934567"})
    client.post(f"{base}check/", {"consent": "on"})


def by_call(client, words, needs, signs):
    client.post("/desk/help/intake/", {"channel": "phone"})
    code = IntakeDraft.objects.get().code
    client.post(
        f"/desk/help/intake/{code}/",
        {
            "verb": "send",
            "for_whom": "self",
            "contact": "text_only",
            "lives": "address",
            "first_name": "Ann",
            "needs": needs,
            "signs": signs,
            "words": words,
            "consent": "on",
        },
    )


def by_partner(client, words, needs, signs):
    client.post(
        "/space/advice/referrals/new/",
        {
            "first_name": "Ann",
            "phone": "07700 934567",
            "contact": "any",
            "help_types": needs,
            "signs": signs,
            "words": words,
            "consent_words": "Yes, please do.",
        },
    )


def by_list(client, words, needs, signs):
    upload = SimpleUploadedFile("list.csv", b"First name,Surname\nAnn,Quillfeather\n")
    page = client.post("/desk/help/lists/", {"file": upload, "help_type": needs[0]}, follow=True)
    address = reverse("list-held", args=[page.context["held"].code])
    client.post(address, {"seen": page.context["preview"].fingerprint, "do": "carry"})


WAYS = {"form": by_form, "call": by_call, "partner": by_partner, "list": by_list}


@pytest.mark.parametrize("row", vignettes(), ids=lambda row: row[0][:40])
def test_the_vignettes_of_the_methods_page(client, sign_in, grace, joan, town, row):
    words, way, needs, signs, level, danger, reason = row
    if way != "form":
        sign_in(joan if way == "partner" else grace)
    WAYS[way](client, words, needs.split(), signs.split())
    request = Case.objects.get()
    assert (request.urgency, request.in_danger) == (int(level), danger == "yes")
    assert [said for _, said in request.reasons][:1] == ([reason] if reason else [])
    assert sorted(request.signs) == sorted(signs.split())
    # As time goes by it is never made less urgent.
    assert working.recalculate_all() == (0 if way == "call" else 1)
    request.refresh_from_db()
    assert (request.urgency, request.in_danger) == (int(level), danger == "yes")


@pytest.mark.parametrize("row", vignettes(), ids=lambda row: row[0][:40])
def test_the_rules_by_themselves_say_the_same(kinds, row):
    _, way, needs, signs, level, danger, reason = row
    weights = [(kinds[code].name, kinds[code].weight) for code in needs.split()]
    sent = way in ("list", "partner")
    came_as = triage.level_of_sent(signs.split(), weights) if sent else None
    judged = triage.judge(signs.split(), needs=weights, came_as=came_as)
    assert (judged.level, judged.in_danger) == (int(level), danger == "yes")
    assert judged.reasons[0][1] == reason if reason else not judged.reasons


def test_there_are_enough_vignettes_and_every_way_and_every_kind_and_sign_is_there(kinds):
    rows = vignettes()
    assert len(rows) >= 20
    assert {row[1] for row in rows} == set(WAYS)
    assert {code for row in rows for code in row[2].split()} == set(kinds)
    assert {code for row in rows for code in row[3].split()} == set(triage.POINTS)


def test_the_points_of_the_methods_page_are_those_of_a_new_town(kinds):
    text = (ROOT / "docs/methods/triage.md").read_text().split("| need | points |")[1]
    told = {}
    for line in text.split("\n\n")[0].splitlines()[2:]:
        names, points = (cell.strip() for cell in line.strip("|").split("|"))
        told |= {name.casefold(): int(points.split()[0]) for name in names.split(", ")}
    assert told == {kind.name.casefold(): kind.weight for kind in kinds.values()}


# --- Signs are codes --------------------------------------------------------------------------


def test_rewording_every_sign_changes_nothing_for_what_is_stored(asks_for_help, monkeypatch):
    codes = [code for code, *_ in triage.SIGNS]
    stored = [asks_for_help(signs=[code], first_name=code) for code in codes]
    was = [(one.score, one.urgency, one.in_danger) for one in stored]
    reworded = {
        code: (points, f"other words for {code}") for code, (points, _) in triage.POINTS.items()
    }
    monkeypatch.setattr(triage, "POINTS", reworded)
    assert working.recalculate_all() == len(codes)
    for one, before, code in zip(stored, was, codes, strict=True):
        one.refresh_from_db()
        assert (one.score, one.urgency, one.in_danger) == before
        assert one.signs == [code]


step = importlib.import_module("commonweal.helps.migrations.0010_signs_and_reasons")


def test_what_was_kept_as_sentences_becomes_codes_once(asks_for_help, kinds, carys):
    """The migration, on rows as they stood: sentences, safety as *can wait*, a list's row."""
    told = asks_for_help(signs=["danger", "baby"])
    safe = asks_for_help("safety", first_name="B")
    sent = asks_for_help("work", first_name="C", channel="list")
    judged = asks_for_help("safety", first_name="D")
    unknown = asks_for_help("debt", first_name="E")
    HelpType.objects.update(weight=10)
    Case.objects.update(signs=[], in_danger=False, came_as=None)
    Case.objects.filter(pk=told.pk).update(
        reasons=[[100, "somebody is not safe"], [25, "a child under five"], [9, "x"]]
    )
    for one in (safe, sent, judged):
        Case.objects.filter(pk=one.pk).update(computed=4, urgency=4, reasons=[])
    Case.objects.filter(pk=judged.pk).update(decided=3, decided_by=carys, urgency=3)
    old_apps = before_the_rooms("0009_what_is_done_next")
    for act in (step.weigh, step.recover_signs, step.put_right_what_stands_too_low):
        act(old_apps, None)
    for one in (told, safe, sent, judged, unknown):
        one.refresh_from_db()
    assert told.signs == ["danger", "baby"]
    assert told.in_danger
    assert (safe.signs, safe.in_danger, safe.computed, safe.urgency) == ([], True, 1, 1)
    assert (sent.came_as, sent.urgency) == (3, 3)
    assert (judged.in_danger, judged.computed, judged.urgency) == (True, 1, 3)
    assert (unknown.signs, unknown.in_danger, unknown.came_as) == ([], False, None)
    assert {kind.code: kind.weight for kind in HelpType.objects.all()} == starting.WEIGHTS


def test_the_frozen_table_knows_every_sentence_of_the_first_version():
    assert set(step.SENTENCES.values()) == {code for code, *_ in triage.SIGNS}


def test_reasons_for_calls_not_made_are_encrypted_once_and_their_ends_become_codes(asks_for_help):
    said = {
        "reached": "reached",
        "closed": "closed",
        "has died": "died",
        "5 attempts": "attempts",
        "She asked us not to; his name is Quillfe": "not_made",
        "": "",
    }
    request = asks_for_help()
    rows = {
        words: Callback.objects.create(
            case=request, purpose="second", state="done", due_at=timezone.now()
        )
        for words in said
    }
    table = Callback._meta.db_table
    with connection.cursor() as cursor:
        for words, row in rows.items():
            cursor.execute(f"UPDATE {table} SET because = %s WHERE id = %s", [words, row.pk])
    old_apps = before_the_rooms("0009_what_is_done_next")
    step.say_how_calls_ended(old_apps, None)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, because FROM {table}")
        stored = dict(cursor.fetchall())
    for words, row in rows.items():
        assert Callback.objects.get(pk=row.pk).ending == said[words]
        kept = words if said[words] == "not_made" else ""
        assert Callback.objects.get(pk=row.pk).because == kept
        assert "Quillfe" not in stored[row.pk]


# --- Lists, partners, and time ----------------------------------------------------------------


def test_the_hourly_job_never_lowers_what_lists_and_partners_sent(
    sign_in, client, grace, joan, kinds
):
    sign_in(grace)
    by_list(client, "", ["work"], [])
    sign_in(joan)
    by_partner(client, "", ["online"], [])
    working.recalculate_all()
    assert set(Case.objects.values_list("urgency", flat=True)) == {3}
    # Attempts, waiting and earlier refusals still add.
    Case.objects.update(opened_at=timezone.now() - timedelta(days=6))
    Callback.objects.update(attempts=2)
    working.recalculate_all()
    assert set(Case.objects.values_list("urgency", flat=True)) == {2}
    assert set(Case.objects.values_list("score", flat=True)) == {40}


def test_attempts_still_count_once_they_are_spent(asks_for_help):
    request = asks_for_help("debt", signs=["no-money"])
    Callback.objects.update(attempts=4)
    working.recalculate(request)
    assert request.score == 35 + 10 + 10
    Callback.objects.update(attempts=5, state="cancelled", ending="attempts")
    working.recalculate(request)
    assert request.score == 35 + 10 + 10


def test_a_town_sets_the_weight_of_its_own_kinds(kinds):
    own = {"code": "flood", "name": "Flooded", "words": "Water is in the house."}
    starting.apply({"help_types": [own | {"weight": 70}]}, on=timezone.localdate())
    assert HelpType.objects.get(code="flood").weight == 70
    starting.apply({"help_types": [own]}, on=timezone.localdate())
    assert HelpType.objects.get(code="flood").weight == 10
    starting.apply({"help_types": [own | {"is_restricted": True}]}, on=timezone.localdate())
    assert HelpType.objects.get(code="flood").weight == triage.DANGER
    for wrong in (-1, 101, "much", True, 3.5):
        with pytest.raises(Refused, match="flood: weight is"):
            starting.apply({"help_types": [own | {"weight": wrong}]}, on=timezone.localdate())


# --- Danger first, in every queue -------------------------------------------------------------


@pytest.fixture
def late_and_danger(asks_for_help, leah):
    """Of one level: one that waits for months, and somebody in danger who came this minute."""
    late = asks_for_help(signs=["no-food"], at=timezone.now() - timedelta(days=100))
    danger = asks_for_help(signs=["danger"], first_name="B")
    assert late.urgency == danger.urgency == 1
    assert late.due_at < danger.due_at
    return late, danger


def _position(page, code):
    assert code in page
    return page.index(code)


@pytest.mark.parametrize("show", ["unplanned", "mine", "unassigned", "late", "all"])
def test_danger_stands_first_in_every_list_of_the_desk(show, late_and_danger, sign_in, leah, grace):
    late, danger = late_and_danger
    Case.objects.filter(pk=danger.pk).update(due_at=timezone.now() - timedelta(minutes=1))
    if show == "mine":
        Case.objects.update(assigned_to=leah)
    Callback.objects.filter(case=danger).update(due_at=timezone.now() - timedelta(minutes=1))
    page = sign_in(leah).get(f"/desk/help/?show={show}").content.decode()
    queue = page[page.index('id="queue"') :]
    assert _position(queue, danger.code) < _position(queue, late.code)
    top = page[page.index('id="unplanned"') : page.index('id="queue"')]
    assert _position(top, danger.code) < _position(top, late.code)


def test_danger_stands_first_among_the_calls_to_make(late_and_danger, sign_in, leah):
    late, danger = late_and_danger
    page = sign_in(leah).get("/desk/help/").content.decode()
    calls = page[page.index("Calls to make") : page.index('id="queue"')]
    assert _position(calls, danger.code) < _position(calls, late.code)


def test_danger_is_shared_out_first(late_and_danger, leah, grace):
    """With room for one, danger goes out, and what is late waits."""
    late, danger = late_and_danger
    working.begin_shift(person=leah)
    shared = working.share_out(part=working.Part(), caps={leah: 1}, by=grace)
    assert [moved.case for moved in shared.cases.all()] == [danger]
    assert Case.objects.get(pk=late.pk).assigned_to is None


def test_danger_stands_first_at_the_partner_and_among_what_came_back(
    late_and_danger, service, joan, leah, sign_in
):
    Case.objects.update(assigned_to=leah)
    sent = [
        referring.refer(need=one.needs.get(), service=service, hand="nothing", by=leah)
        for one in late_and_danger
    ]
    Referral.objects.filter(pk=sent[0].pk).update(answer_by=timezone.now() + timedelta(hours=1))
    page = sign_in(joan).get("/space/advice/referrals/").content.decode()
    assert _position(page, sent[1].code) < _position(page, sent[0].code)
    for one in sent:
        referring.decline(
            referral=Referral.objects.get(pk=one.pk), because="other", words="", by=joan
        )
    page = sign_in(leah).get("/desk/help/").content.decode()
    back = page[page.index("Came back from partners") :]
    late, danger = late_and_danger
    assert _position(back, danger.code) < _position(back, late.code)


def test_danger_stands_first_among_grants(late_and_danger, fund, leah, mei, sign_in):
    codes = []
    for one in late_and_danger:
        values = {"category": "food", "reason": "GTIR010", "purpose": "GTIP070", "asked": 50}
        award = granting.apply(fund=fund, resident=one.resident, case=one, values=values, by=leah)
        codes.append(award.code)
    page = sign_in(mei).get(reverse("desk-grants")).content.decode()
    assert _position(page, codes[1]) < _position(page, codes[0])


def test_each_queue_of_the_desk_takes_its_order_from_one_place():
    """A queue that is added with an order of its own would put lateness before danger."""
    for path in files():
        if path.name == "urgency.py":
            continue
        text = path.read_text()
        assert 'order_by("urgency"' not in text or '"-in_danger"' in text, path.name
        assert 'order_by("urgency", "due_at"' not in text, path.name


def test_working_it_out_asks_few_questions_however_many_wait(
    asks_for_help, django_assert_max_num_queries
):
    for number in range(12):
        asks_for_help("food", first_name=f"P{number}")
    with django_assert_max_num_queries(8):
        assert urgency.recalculate_all() == 12
    assert Resident.objects.count() == 12


# --- When a need is settled -------------------------------------------------------------------


def test_settling_the_need_that_raised_a_case_lowers_nothing_and_asks_for_a_look(
    sign_in, leah, asks_for_help
):
    case = asks_for_help("food", "energy", by=leah)
    HelpType.objects.filter(code="food").update(weight=100)
    working.recalculate(Case.objects.get())
    case = Case.objects.get()
    assert (case.urgency, case.in_danger) == (1, True)
    client, hint = sign_in(leah), b"Look at how urgent this is"
    assert hint not in client.get(case.get_absolute_url()).content
    working.settle(need=case.needs.get(help_type__code="food"), state="met", by=leah)
    for _ in range(2):
        case = Case.objects.get()
        assert (case.urgency, case.in_danger) == (1, True)
        assert hint in client.get(case.get_absolute_url()).content
        working.recalculate_all()
    working.decide_urgency(case=case, level=3, because="The rest can wait.", by=leah)
    assert hint not in client.get(case.get_absolute_url()).content
    assert Case.objects.get().urgency == 3


def test_settling_another_need_asks_for_nothing(sign_in, leah, asks_for_help):
    case = asks_for_help("food", "energy", by=leah)
    working.settle(need=case.needs.get(help_type__code="energy"), state="met", by=leah)
    page = sign_in(leah).get(case.get_absolute_url()).content
    assert b"Look at how urgent this is" not in page
