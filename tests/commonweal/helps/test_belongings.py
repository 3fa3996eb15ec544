"""A secret of its own in every column of words about a person: erased, none is left anywhere;
given out, each is found that must be."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.accounts.models import Message
from commonweal.asks.models import Draw
from commonweal.cases import messages as bulk_messages
from commonweal.cases import ringing, subject, writing
from commonweal.cases.models import (
    AccessEntry,
    Callback,
    Case,
    CaseAlarm,
    CaseChange,
    CaseMove,
    CaseRead,
    Copy,
    Glass,
    IntakeDraft,
    ListRow,
    MovedCase,
    RingBack,
    SubjectAccess,
    TextTemplate,
    Written,
)
from commonweal.cases.writing import KEY
from commonweal.economy.models import Shock, ShockDraw
from commonweal.grants.models import Award, GrantDecision, IssuedCode, ReturnedPayment
from commonweal.office import texts
from commonweal.residents import belongings, deaths, erasing, people, reaching
from commonweal.residents.models import (
    Erasure,
    Excused,
    Lookalike,
    PerhapsSame,
    Resident,
    ResidentChange,
)
from commonweal.residents.models.guarding import pen
from commonweal.volunteers import takes
from commonweal.volunteers.models import TaskTake
from tests.commonweal.test_permissions import readers_of

# Secrets are planted in every column, those of readings too, which the database refuses.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("movable_readings")]


@pytest.fixture
def somebody(planted, leah, owen, grace, helen, joan, sam, asks_for_help, client):
    """A resident with a row of every kind that can belong to one."""
    resident = Resident.objects.get(code=planted["desk-resident"]["code"])
    case = Case.objects.get(code=planted["desk-case"]["code"])
    cousin = asks_for_help(by=leah, first_name="Cousin").resident
    people.say_different(resident=resident, lookalike=cousin, because="Cousins.", by=leah)
    deaths.report_dead(resident=resident, by=leah, because="Told.")
    deaths.alive_after_all(resident=resident, by=leah, because="Wrong.")
    template = TextTemplate.objects.create(code="x", name="X", body="Ring us: {reference}")
    bulk_messages.send(
        template=template,
        where={},
        by=grace,
        expected=len(bulk_messages.preview(template=template, where={}).cases),
    )
    writing.write_one(case=case, way="text", words="x", by=leah)
    Written.objects.create(
        case=case, way="text", words="x", to="1", not_before=timezone.now() + timedelta(hours=9)
    )
    IntakeDraft.objects.create(
        channel="phone", started_by=leah, answers='{"words": "x"}', marks='{"x": 1}', sent_as=case
    )
    ringing.ring(case=case, cause=CaseAlarm.Cause.GIVEN)
    low, high = sorted((resident, cousin), key=lambda side: side.pk)
    Lookalike.objects.create(one=low, other=high, points=5.5)
    given = CaseMove.objects.create(kind="shared", made_by=grace)
    MovedCase.objects.create(move=given, case=case, became=leah, was_state="new")
    PerhapsSame.objects.create(one=resident, other=cousin, decided_at=timezone.now(), is_same=False)
    ReturnedPayment.objects.create(
        payment=case.awards.get().payments.get(), because="x", asked_by=grace, state="declined"
    )
    IssuedCode.objects.create(payment=case.awards.get().payments.get(), code="x", code_key="k")
    row = ListRow.objects.first()
    ListRow.objects.create(
        layout="own",
        key_hash="k",
        case=case,
        run=row.run,
        row=9,
        outcome="new",
        content_hash="c",
    )
    CaseRead.objects.create(person=owen, resident=resident, case=case, what="case", link="glass")
    RingBack.objects.create(person=owen, case=case, facts=["born", "phone"], fitted=True)
    referral = case.referrals.get()
    Copy.objects.create(
        referral=referral, partner=referral.partner, person=joan, fields=["first name"]
    )
    task = case.needs.get(tasks__isnull=False).tasks.get()
    task.taken_by, task.state, task.taken_at = sam.volunteer, "taken", timezone.now()
    task.save(update_fields=["taken_by", "state", "taken_at"])
    takes.begin(task, sam.volunteer)
    for outlet, code in (("task", task.code), ("referral", referral.code)):
        Excused.objects.create(outlet=outlet, code=code, words="x", because="x", by=leah)
    people.change(resident=resident, values={"language": "Welsh"}, by=leah, because="She said so.")
    ResidentChange.objects.create(resident=resident, field="email", was="x", by=leah)
    CaseChange.objects.create(case=case, field="ages", was="x", because="x", by=leah)
    access = SubjectAccess.objects.create(
        resident=resident, given_at=timezone.now(), given_by=helen
    )
    AccessEntry.objects.create(
        access=access, order=1, key="x", content='{"lines": []}', struck_by=helen
    )
    Erasure.objects.create(
        resident=resident, asked_by=helen, ended_by=grace, state="dropped", ended_at=timezone.now()
    )
    shock = Shock.objects.create(
        kind="closure", state="open", told_on=timezone.localdate(), made_by=leah
    )
    drawn = Draw.objects.filter(need__case=case).first()
    ShockDraw.objects.create(shock=shock, draw=drawn, agreed="x")
    resident.refresh_from_db()
    return resident


def sent_to(records):
    """What stands in the outbox for these."""
    written = Written.objects.filter(case__resident__in=records)
    return Message.objects.filter(key__in=[f"{KEY}{row.pk}" for row in written])


def plant(resident):
    """{column: its secret}: in every row of every kind, in every column of words, as it is kept."""
    secrets = {}
    records = belongings.records_of(resident)
    for kind in belongings.registered():
        rows = kind.of(records).order_by()
        assert rows.exists(), f"plant a row of {kind.label} in the fixture"
        for name in kind.words:
            column = kind.model._meta.get_field(name)
            secret = f"Secret{len(secrets):03}"
            is_json = str(getattr(rows.first(), name)).startswith("{")
            kept = json.dumps({"lines": [], "title": secret, "at": ""}) if is_json else secret
            if kind.model is GrantDecision:
                # Of these, words may be emptied and never changed.
                row = rows.filter(kind="assessed").first()
                row.pk, row._state.adding, row.words = None, True, secret
                row.save()
            else:
                with pen():
                    rows.update(**{name: kept[: column.max_length] if column.max_length else kept})
            secrets[f"{kind.label}.{name}"] = secret
    assert sent_to(records).exists()
    sent_to(records).update(body="SecretBody", to_phone="SecretPhone")
    return secrets | {
        "accounts.Message.body": "SecretBody",
        "accounts.Message.to_phone": "SecretPhone",
    }


def everything_kept():
    """Every column of every row of every table, decrypted, and as the database holds it."""
    for model in apps.get_models():
        for row in model._default_manager.all():
            for column in model._meta.concrete_fields:
                yield f"{model._meta.label}.{column.name}", str(getattr(row, column.attname))
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                yield table, repr(row)


def test_every_text_column_can_hold_a_secret(somebody):
    """The list of secrets is not shorter than it should be: no column of words is left out."""
    secrets = plant(somebody)
    assert len(secrets) > 50
    kept = list(everything_kept())
    for column, secret in secrets.items():
        assert any(secret in words for _, words in kept), column


def test_erased_of_all_that_was_planted_nothing_is_left(somebody, helen, grace, settings):
    # Where no sender is set up, texts lie in files.
    messages = sent_to([somebody])
    keys = list(messages.values_list("key", flat=True))
    for message in messages:
        texts.send("1", "SecretFile", reference=f"commonweal-{message.pk}", again=False)
    assert any(path.is_file() for path in (settings.VAR / "texts").rglob("*"))
    secrets = plant(somebody)
    Case.objects.update(state="closed", closed_at=timezone.now())
    Award.objects.update(state="paid")
    erasure = erasing.ask(resident=somebody, because="She asked.", by=helen)
    seen = erasing.fingerprint(erasing.what_goes(somebody))
    erasing.confirm(erasure=erasure, seen=seen, by=grace)
    left = {
        (column, where)
        for where, words in everything_kept()
        for column, secret in secrets.items()
        if secret in words
    }
    assert not left
    for folder in (settings.CASE_FOLDER, settings.VAR / "texts"):
        assert not [path for path in folder.rglob("*") if path.is_file()]
    somebody.refresh_from_db()
    assert somebody.state == "erased"
    # Not one text waits to be sent to somebody who is not here any more.
    assert keys
    assert not Message.objects.filter(key__in=keys, sent_at=None).exists()


def test_a_whole_name_that_was_let_out_elsewhere_is_erased_too(asks_for_help, leah):
    """An ask is nobody's; but words let out of it that are somebody's whole name go with them."""
    resident = asks_for_help(by=leah).resident
    for words in ("zebedee  quillfeather", "Quillfeather and Sons"):
        Excused.objects.create(outlet="ask", code=words[:1], words=words, because="x", by=leah)
    Case.objects.update(state="closed", closed_at=timezone.now())
    erasing.erase(resident=resident, by=None, because="test")
    left = dict(Excused.objects.values_list("code", "words"))
    assert left == {"z": "", "Q": "Quillfeather and Sons"}


def test_records_merged_over_two_steps_are_erased_as_well(asks_for_help, leah):
    from commonweal.residents import merging

    one, two, three = (
        asks_for_help(by=leah, first_name=name, last_name="Planted").resident
        for name in ("A", "B", "C")
    )
    merging.merge(kept=two, gone=one, because="One.", by=leah)
    merging.merge(kept=three, gone=two, because="One.", by=leah)
    Case.objects.update(state="closed", closed_at=timezone.now())
    three.refresh_from_db()
    erasing.erase(resident=three, by=None, because="test")
    assert not [where for where, words in everything_kept() if "Planted" in words]


def test_whoever_asks_is_given_every_word_that_is_not_withheld(somebody, helen):
    secrets = plant(somebody)
    access = subject.prepare(resident=somebody, by=helen)
    archive = subject.give(access=access, seen=subject.fingerprint(access), by=helen)
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        told = packed.read("everything.json").decode()
        words = packed.read("everything.txt").decode()
    for kind in belongings.registered():
        for name in kind.words:
            secret = secrets[f"{kind.label}.{name}"]
            if name in kind.withheld:
                assert secret not in told, f"{kind.label}.{name} is withheld"
            else:
                assert secret in told, f"{kind.label}.{name}"
                assert secret in words, f"{kind.label}.{name}"
    for who in ("Owen Pryce", "Joan Tully, Advice Centre", "Sam Okoro"):
        assert who in told, who


def test_a_death_stops_every_kind_that_can_go_on_and_gives_it_back(somebody, leah, settings):
    """Over every kind that registered a stop: stopped at once, and as it was afterwards."""
    Callback.objects.get_or_create(
        case=somebody.cases.first(),
        purpose="first",
        state="due",
        defaults={"due_at": timezone.now()},
    )
    waiting = [message.pk for message in sent_to([somebody]).filter(sent_at=None)]
    assert waiting
    stopping = [kind for kind in belongings.registered() if kind.stop]
    assert len(stopping) >= 4
    was = {
        kind.label: set(
            kind.of([somebody]).filter(state__in=kind.stop.states).values_list("pk", "state")
        )
        for kind in stopping
        if kind.stop.states
    }
    assert all(was.values())
    contact = somebody.contact
    deaths.report_dead(resident=somebody, by=leah, because="Her sister rang.")
    for kind in stopping:
        if kind.stop.states:
            assert not kind.of([somebody]).filter(state__in=kind.stop.states).exists(), kind.label
    assert not TaskTake.objects.filter(ended_at=None).exists()
    # What the sender has already is asked about once more as it goes out, and goes nowhere.
    mail.send_waiting()
    assert not sent_to([somebody]).exists()
    for pk in waiting:
        assert not list((settings.VAR / "texts").glob(f"commonweal-{pk}-*")), pk
    # A letter on paper was in somebody's hands as soon as it was printed.
    written = Written.objects.filter(case__resident=somebody).exclude(way="post")
    assert set(written.values_list("state", flat=True)) == {"stopped"}
    somebody.refresh_from_db()
    assert (somebody.is_dead, somebody.contact) == (True, contact)
    for way in reaching.Way:
        assert not reaching.may(somebody, way=way).ever, way
    deaths.alive_after_all(resident=somebody, by=leah, because="It was her sister.")
    for kind in stopping:
        if kind.stop.states:
            again = dict(
                kind.of([somebody]).filter(state__in=kind.stop.states).values_list("pk", "state")
            )
            assert set(again) == {pk for pk, _ in was[kind.label]}, kind.label
            for pk, state in was[kind.label]:
                assert again[pk] == kind.stop.back.get("state", state)
    somebody.refresh_from_db()
    assert (somebody.is_dead, somebody.contact) == (False, contact)


# --- Who read it ----------------------------------------------------------------------------------

# Pages of drafts that belong to no record yet.
DRAFTS = {"desk-intake", "desk-intake-save", "help-form"}


def test_whoever_meets_somebodys_words_is_among_those_who_read_it(
    planted, sign_in, request, every_address
):
    """Every address, as everybody who may meet the secret: that they did is written down. Whom the
    table of permissions refuses, it proves to meet nothing; what Sam took and Owen broke open is
    not so there, and they are asked everywhere."""
    resident = Resident.objects.get(code=planted["desk-resident"]["code"])
    task = (
        resident.cases.get(code=planted["desk-case"]["code"])
        .needs.get(tasks__isnull=False)
        .tasks.get()
    )
    sam = request.getfixturevalue("sam")
    task.taken_by, task.state = sam.volunteer, "taken"
    task.save(update_fields=["taken_by", "state"])
    Glass.objects.update(until=timezone.now() + timedelta(hours=1))
    met, readers_by_table = set(), readers_of()
    for name in ("leah", "owen", "grace", "joan", "sam", "mei", "robert", "imran"):
        person = request.getfixturevalue(name)
        client = sign_in(person)
        for address, parts in every_address:
            if address in DRAFTS or (parts and address not in planted):
                continue
            if name not in ("sam", "owen") and name not in readers_by_table[address]:
                continue
            CaseRead.objects.all().delete()
            Copy.objects.all().delete()
            response = client.get(reverse(address, kwargs=planted.get(address, {})))
            if response.streaming:
                response.getvalue()
            elif "Quillfeather" in response.content.decode("utf-8", "replace"):
                met.add((name, address))
                readers = {
                    reading.who
                    for kind in belongings.registered()
                    if kind.reads
                    for reading in kind.reads(kind.model._default_manager.all())
                }
                assert any(who.startswith(person.name) for who in readers), (name, address)
    assert {
        ("sam", "task"),
        ("joan", "space-referral"),
        ("mei", "award"),
        ("imran", "run-file"),
        ("leah", "desk-case"),
    } <= met
