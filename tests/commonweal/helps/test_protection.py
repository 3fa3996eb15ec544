"""Nobody reads what they need not: a planted secret, the glass, reads, locks, erasure, access.

At which address somebody meets the secret is asked with the table of permissions (`who_meets`).
"""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from commonweal.accounts.models import Appointment, Event, Message
from commonweal.cases import access, held_back, keeping, working
from commonweal.cases.access import NeedsGlass
from commonweal.cases.models import (
    Case,
    CaseFile,
    CaseRead,
    Glass,
    IntakeDraft,
    Need,
    OwnAddress,
    Retention,
    RetentionRun,
    SubjectAccess,
)
from commonweal.desk import figures as desk_figures
from commonweal.grants.models import Award
from commonweal.jobs.queue import run_all
from commonweal.office.errors import Refused
from commonweal.residents.models import Resident, ResidentKey

pytestmark = pytest.mark.django_db
SECRET = "Quillfeather"

EVERYBODY = (
    "nobody",
    "carys",
    "asha",
    "ben",
    "idris",
    "tom",
    "maya",
    "nadia",
    "daniel",
    "helen",
    "leah",
    "owen",
    "grace",
    "joan",
    "sam",
    "mei",
    "robert",
    "imran",
)


@pytest.fixture
def everybody(request):
    clients = {"nobody": Client()}
    for name in EVERYBODY[1:]:
        person = request.getfixturevalue(name)
        clients[name] = Client()
        clients[name].force_login(person)
        Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
    return clients


def test_the_secret_is_in_no_mail_record_job_or_file_name(planted, everybody, settings):
    run_all()
    for message in Message.objects.all():
        assert SECRET not in message.subject + message.body + message.key
    for event in Event.objects.all():
        assert SECRET not in json.dumps([event.verb, event.about_code, event.detail])
    for task in DBTaskResult.objects.all():
        assert SECRET not in json.dumps(
            [task.args_kwargs, task.task_path, task.traceback], default=str
        )
    for path in settings.CASE_FOLDER.rglob("*"):
        assert SECRET not in str(path)
        assert not path.is_file() or SECRET.encode() not in path.read_bytes()


def test_a_copy_of_the_database_tells_nothing(planted):
    """Every column of every table, as a backup holds them."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                assert SECRET not in repr(row), table
    resident = Resident.objects.get(code=planted["desk-resident"]["code"])
    assert SECRET in resident.last_name


# --- Need to know -----------------------------------------------------------------------------


def test_a_case_without_a_link_takes_broken_glass_and_a_reason(
    asks_for_help, leah, owen, helen, sign_in
):
    request = asks_for_help(by=leah)
    client = sign_in(owen)
    refused = client.get(request.get_absolute_url())
    assert refused.url == f"{request.get_absolute_url()}glass/"
    page = client.get(refused.url).content.decode()
    assert SECRET not in page
    assert b"in a sentence" in client.post(refused.url, {"because": "x"}).content
    client.post(refused.url, {"because": "She rang and Leah is off sick today."})
    assert SECRET in client.get(request.get_absolute_url()).content.decode()
    officer = sign_in(helen).get("/desk/reads/").content.decode()
    assert "Leah is off sick" in officer
    assert "Owen Pryce" in officer
    assert SECRET not in officer
    Glass.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert sign_in(owen).get(request.get_absolute_url()).status_code == 302


def test_the_links_that_let_a_handler_in(asks_for_help, leah, owen, grace, daniel, helen):
    fresh = asks_for_help()
    assert access.link_to(owen, fresh) == "queue"
    working.take(case=fresh, by=leah)
    fresh.refresh_from_db()
    assert (access.link_to(leah, fresh), access.link_to(owen, fresh)) == ("caseload", "")
    assert access.link_to(grace, fresh) == "manager"
    assert access.link_to(daniel, fresh) == access.link_to(helen, fresh) == ""
    with pytest.raises(NeedsGlass):
        access.get_case_for(owen, fresh.code)
    fresh.callbacks.filter(state="due").update(assigned_to=owen)
    assert access.link_to(owen, fresh) == "call"


def test_restricted_help_opens_for_named_people_only(
    asks_for_help, leah, owen, grace, kinds, sign_in
):
    kinds["safety"].only_for.add(leah)
    # Being put to a kind is nothing without the role.
    request = asks_for_help("safety", "food")
    assert request.is_restricted
    assert access.link_to(leah, request) == ""
    Appointment.objects.create(
        person=leah,
        role="named_colleague",
        starts_on=timezone.localdate(),
        ends_on=timezone.localdate() + timedelta(days=9),
        because="test",
    )
    leah.__dict__.pop("_roles_today")
    assert access.link_to(leah, request) == "queue"
    assert access.link_to(owen, request) == ""
    assert request.code not in sign_in(owen).get("/desk/help/?show=all").content.decode()
    assert request.code in sign_in(leah).get("/desk/help/?show=all").content.decode()
    assert sign_in(owen).get(request.get_absolute_url()).status_code == 403
    # Not even by breaking the glass.
    assert sign_in(owen).get(f"{request.get_absolute_url()}glass/").status_code == 403
    assert sign_in(grace).get(request.get_absolute_url()).status_code == 200
    with pytest.raises(Refused, match="named colleagues"):
        working.take(case=request, by=owen)


@pytest.mark.usefixtures("movable_readings")
def test_every_read_is_written_down_and_unusual_ones_are_listed(
    asks_for_help, leah, grace, helen, sign_in
):
    request = asks_for_help(by=leah, last_name="Omondi", address="14 Mill Lane", postcode="BF1 2AG")
    client = sign_in(leah)
    client.get(request.get_absolute_url())
    read = CaseRead.objects.get()
    assert (read.person, read.what, read.link, read.own_name) == (leah, "case", "caseload", True)
    client.get(request.get_absolute_url())
    assert CaseRead.objects.count() == 1
    CaseRead.objects.update(at=timezone.now() - timedelta(minutes=6))
    client.get(request.get_absolute_url())
    assert CaseRead.objects.count() == 2
    sign_in(grace).post("/desk/help/own-address/", {"postcode": "bf12ag", "house": "14"})
    assert OwnAddress.objects.get().digest != "BF1 2AG 14"
    sign_in(grace).get(request.get_absolute_url())
    assert CaseRead.objects.get(person=grace).own_address
    today = timezone.localdate()
    assert len(keeping.unusual_reads(today, today)) == 3
    page = sign_in(helen).get("/desk/reads/").content.decode()
    assert "own surname" in page
    assert "own address" in page
    monday = today - timedelta(days=today.weekday())
    CaseRead.objects.update(at=timezone.now() - timedelta(days=today.weekday() + 3))
    assert keeping.tell_officer(today) == 1
    assert keeping.tell_officer(today) == 0
    message = Message.objects.get(key__startswith=f"unusual-reads-{monday}")
    assert message.body.startswith("3 reads")
    assert "Omondi" not in message.body


def test_the_screen_locks_itself_and_what_was_typed_is_kept(asks_for_help, leah, sign_in, settings):
    request = asks_for_help(by=leah)
    settings.DEMO = True
    client = sign_in(leah)
    assert client.get(request.get_absolute_url()).status_code == 200
    client.post("/desk/help/intake/", {"channel": "phone"})
    draft = IntakeDraft.objects.get()
    client.post(f"/desk/help/intake/{draft.code}/save/", {"first_name": "Zebedee"})
    session = client.session
    session["desk_seen_at"] -= settings.DESK_LOCK_MINUTES * 60 + 1
    session.save()
    for address in (request.get_absolute_url(), "/desk/help/", f"/desk/help/intake/{draft.code}/"):
        response = client.get(address)
        assert (response.status_code, response.url) == (302, "/accounts/unlock/")
    settings.DEMO = False
    TOTP.activate(leah, "JBSWY3DPEHPK3PXP")
    assert b"not the right code" in client.post("/accounts/unlock/", {"code": "000000"}).content
    settings.DEMO = True
    assert client.get("/desk/help/").status_code == 302
    client.post("/accounts/unlock/")
    assert "Zebedee" in client.get(f"/desk/help/intake/{draft.code}/").content.decode()


# --- Keeping and erasing ----------------------------------------------------------------------


def counted() -> dict[str, object]:
    today = timezone.localdate()
    said = desk_figures.desk(today - timedelta(days=3000), today + timedelta(days=1))
    return {
        "requests": said.cases,
        "totals": said.need_totals,
        "channels": said.channels,
        "areas": said.areas,
        "awards": Award.objects.count(),
        "needs": Need.objects.count(),
    }


def days_pass(until):
    """The job ran until the day before, and the record has a line of that day."""
    before = until - timedelta(days=1)
    RetentionRun.objects.create(on=before, state="done", counts={})
    Event.objects.create(
        verb="x",
        about_kind="x",
        about_code="x",
        as_role="system",
        at=timezone.make_aware(datetime.combine(before, time(12))),
    )


def test_retention_erases_on_its_date_and_totals_do_not_change(planted, leah, helen):
    keeping.start()
    resident = Resident.objects.get(code=planted["desk-resident"]["code"])
    with pytest.raises(Refused, match="still open"):
        keeping.erase(resident=resident, by=helen, because="asked")
    Case.objects.update(state="closed", closed_at=timezone.now())
    # What is being reviewed to be given out keeps a record, too.
    SubjectAccess.objects.all().delete()
    with pytest.raises(Refused, match="grant is not settled"):
        keeping.erase(resident=resident, by=helen, because="asked")
    Award.objects.update(state="paid")
    before = counted()
    days = Retention.objects.get(purpose="requests").days
    today = timezone.localdate()
    days_pass(today + timedelta(days=days))
    assert keeping.forget_due(today + timedelta(days=days))["residents"] == 0
    days_pass(today + timedelta(days=days + 1))
    done = keeping.forget_due(today + timedelta(days=days + 1))
    assert done["residents"] > 0
    assert counted() == before
    days_pass(today + timedelta(days=days + 2))
    assert keeping.forget_due(today + timedelta(days=days + 2))["residents"] == 0
    resident.refresh_from_db()
    assert (resident.state, resident.full_name, resident.phones) == ("erased", "", "")
    assert ResidentKey.objects.filter(resident=resident).exists()
    assert not CaseFile.objects.exists()
    assert [p for p in django_settings.CASE_FOLDER.rglob("*") if p.is_file()] == []
    # Nothing that was written anywhere holds the words any more, decrypted as they may be.
    from django.apps import apps

    for model in apps.get_app_config("helps").get_models():
        if model in (IntakeDraft,):
            continue
        for row in model._default_manager.all():
            for field in model._meta.concrete_fields:
                assert SECRET not in str(getattr(row, field.attname)), (model, field.name)


@pytest.mark.parametrize(
    ("purpose", "kept"),
    [("drafts", 30), ("bank", 180)],
)
def test_each_purpose_has_its_own_day(planted, purpose, kept):
    keeping.start()
    Award.objects.update(state="paid", decided_at=timezone.now())
    Award.objects.get().payments.update(state="paid")
    Award.objects.get().reviews.update(decided_on=timezone.localdate(), amount=90)
    today = timezone.localdate()
    days_pass(today + timedelta(days=kept))
    assert keeping.forget_due(today + timedelta(days=kept))[purpose] == 0
    days_pass(today + timedelta(days=kept + 1))
    assert keeping.forget_due(today + timedelta(days=kept + 1))[purpose] == 1
    if purpose == "bank":
        award = Award.objects.get()
        assert (award.account, award.payee) == ("", "")
        assert award.account_key


def test_small_counts_are_held_back_and_so_is_what_they_follow_from():
    table = held_back.table_held_back(
        {"a": {"met": 40, "unmet": 3}, "b": {"met": 9, "unmet": 20}, "c": {"met": 50, "unmet": 60}}
    )
    hidden = {
        (row, column)
        for row, cells in table.items()
        for column, value in cells.items()
        if value is None
    }
    assert ("a", "unmet") in hidden
    for row in table:
        assert sum((row, column) in hidden for column in ("met", "unmet")) != 1
    for column in ("met", "unmet"):
        assert sum((row, column) in hidden for row in table) != 1
