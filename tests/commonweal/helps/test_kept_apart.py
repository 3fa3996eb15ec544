"""A restricted person is met by nobody who is not named: not in any address of any desk, search,
candidate, draft, comparison; attaching takes an offer; readings of drafts are recorded."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import get_resolver, reverse
from django.utils import timezone
from unmarked import without_marks

from commonweal.accounts.models import Appointment, Role
from commonweal.cases import (
    access,
    adding,
    consenting,
    intake,
    keeping,
    messages,
    named,
    next_actions,
    planning,
    queues,
    referring,
    rota,
    subject,
    working,
)
from commonweal.cases.models import (
    Callback,
    Case,
    CaseAlarm,
    CaseRead,
    IntakeDraft,
    NextAction,
    TextTemplate,
)
from commonweal.grants import actions as granting
from commonweal.office.errors import Refused
from commonweal.residents import deaths, households, merging, parting, people, reaching
from commonweal.residents.models import Erasure, PerhapsSame, Resident
from commonweal.volunteers import actions as volunteering

pytestmark = pytest.mark.django_db
TYPED = {
    "for_whom": "self",
    "contact": "no_ring",
    "lives": "refuge",
    "first_name": "Zelda",
    "last_name": "Quillfeather",
    "born_0": "3",
    "born_1": "4",
    "born_2": "1988",
    "phone": "07700 900555",
    "address": "7 Hidden Lane",
    "postcode": "BF1 2AG",
    "safe_word": "marigold",
    "words": "He found my last flat",
    "consent": "on",
}
SECRETS = (
    "Zelda",
    "Quillfeather",
    "900555",
    "Hidden Lane",
    "marigold",
    "my last flat",
    "Later words",
    "kestrel",
)
LATER = ("Later words", "kestrel")


@pytest.fixture
def noor(kinds, new_person, today):
    """A named colleague for safety, on duty."""
    person = new_person("noor", "Noor Haddad")
    Appointment.objects.create(
        person=person,
        role=Role.NAMED_COLLEAGUE,
        starts_on=today,
        ends_on=today + timedelta(days=99),
        because="test",
    )
    kinds["safety"].only_for.add(person)
    until = timezone.now() + timedelta(hours=12)
    rota.stand_in(person=person, is_on=True, until=until, by=person)
    return person


@pytest.fixture
def browser(settings, walker):
    settings.DEMO = True

    def opened(person):
        client = walker()
        client.force_login(person)
        session = client.session
        session["demo_second_factor"] = True
        session.save()
        return client

    return opened


@pytest.fixture
def zelda(noor, leah, grace, kinds):
    """Leah took her call; Noor has it, and wrote into it since. A paper, a consent, a second
    call, a draft half-way by Leah stand beside it."""
    draft, _ = intake.start(channel="phone", by=leah)
    intake.save(draft=draft, answers=TYPED | {"needs": ["safety"], "signs": ["danger"]}, by=leah)
    case = intake.finish(draft=draft, by=leah)
    assert case.assigned_to == noor
    working.note(case=case, words="Later words", by=noor)
    reaching.write(
        resident=case.resident,
        rule=replace(reaching.rule_of(case.resident), note="kestrel"),
        source="changed",
        because="She said so.",
        by=noor,
    )
    consenting.give_consent(
        resident=case.resident,
        help_type=kinds["safety"],
        purpose="Later words",
        words="Yes",
        by=noor,
        fields=["first name"],
    )
    working.plan_call(case=case, purpose="second", due_at=timezone.now(), by=noor)
    return case


def all_of(response) -> str:
    data = b"".join(response.streaming_content) if response.streaming else response.content
    return data.decode("utf-8", "replace") + json.dumps(dict(response.headers))


def said_by(response) -> str:
    return without_marks(all_of(response))


OF_THE_DESK = ("desk/help/", "desk/grants/", "desk/reads/", "desk/subject/", "desk/erasing/")
LISTS = [f"/desk/help/?show={show}" for show in ("unplanned", "late", "unassigned", "mine", "all")]
GRANT = {
    "category": "food",
    "reason": "GTIR010",
    "purpose": "GTIP070",
    "asked": Decimal(50),
    "payee": "Zelda Quillfeather",
    "sort_code": "200000",
    "account": "11112222",
}


@pytest.fixture
def around_zelda(zelda, noor, grace, helen, owen, fund, service, asks_for_help):
    """What each room keeps of her, so that each address of the desk has something to say: a
    grant, a paper, a referral, a merge, next actions (two of which say that they are Owen's, or
    anybody's today), what was prepared for her, and that she is to be erased."""
    need = zelda.needs.get()
    gone = asks_for_help("safety", channel="web", first_name="Zelda", last_name="Gone").resident
    merge = merging.merge(kept=zelda.resident, gone=gone, because="Later words", by=grace)
    award = granting.apply(fund=fund, resident=zelda.resident, case=zelda, values=GRANT, by=noor)
    upload = SimpleUploadedFile("kestrel.txt", b"Later words")
    paper = working.attach(case=zelda, upload=upload, by=noor)
    referral = referring.refer(need=need, service=service, hand="nothing", by=noor)
    now = timezone.now()
    action = next_actions.plan(
        need=need,
        kind="other",
        words="Later words",
        owner=noor,
        by=noor,
        due_at=now + timedelta(hours=1),
    )
    for owner in (owen, None):
        NextAction.objects.create(
            need=need,
            kind="other",
            words="kestrel",
            owner=owner,
            due_at=now,
            because="hand",
            made_by=noor,
        )
    prepared = subject.prepare(resident=zelda.resident, by=helen)
    erasure = Erasure.objects.create(resident=zelda.resident, because="kestrel", asked_by=helen)
    return SimpleNamespace(
        merge=merge,
        award=award,
        paper=paper,
        referral=referral,
        action=action,
        prepared=prepared,
        erasure=erasure,
    )


def names_of_the_desk(every_address):
    """Each name of an address of the help desk and its grants, with its parts."""
    known = get_resolver().reverse_dict
    return {
        name: parts
        for name, parts in every_address
        if known.getlist(name) and known.getlist(name)[0][0][0][0].startswith(OF_THE_DESK)
    }


def walked(every_address, pools):
    """Every address of every desk, with everything planted wherever it fits."""
    for name, parts in names_of_the_desk(every_address).items():
        assert all(pools.get(part) for part in parts), f"{name} is not walked: plant {parts}"
    for name, parts in every_address:
        pool = [pools.get(part, []) for part in parts]
        for values in itertools.product(*pool):
            try:
                address = reverse(name, kwargs=dict(zip(parts, values, strict=True)))
            except Exception:
                continue
            if address.startswith("/desk/"):
                yield address


def test_no_address_of_any_desk_says_a_word_of_them_to_who_is_not_named(
    zelda, around_zelda, leah, owen, grace, noor, every_address, browser, asks_for_help
):
    half, _ = intake.start(channel="phone", by=leah)
    intake.save(draft=half, answers=TYPED | {"needs": ["safety"]}, by=leah)
    sent = IntakeDraft.objects.get(sent_as=zelda)
    mine = asks_for_help(
        by=owen,
        first_name="Abel",
        last_name="Ordinary",
        born="1950-01-01",
        phones="07700 900111",
        address="1 High Street",
    )
    hers = around_zelda
    codes = [
        zelda.code,
        zelda.resident.code,
        half.code,
        sent.code,
        mine.code,
        mine.resident.code,
        hers.award.code,
        hers.prepared.code,
        hers.erasure.code,
    ]
    need, consent = zelda.needs.get(), zelda.resident.consents.get()
    pools = {
        "code": codes,
        "second_code": [zelda.resident.code],
        "need": [need.code],
        "pk": [consent.pk, hers.merge.pk, hers.prepared.entries.first().pk],
        "person": [noor.code],
        "paper_code": [hers.paper.code],
        "action": [hers.action.code],
        "referral": [hers.referral.code],
        "why": ["many"],
    }
    clients = {"owen": browser(owen), "leah": browser(leah)}
    hidden = {
        "owen": (*SECRETS, zelda.code, zelda.resident.code, half.code, hers.award.code),
        "leah": (*LATER, zelda.resident.code),
    }
    count = 0
    for address in [*walked(every_address, pools), *LISTS]:
        for who, client in clients.items():
            for method in ("get", "post"):
                if who == "leah" and method == "post":
                    continue
                with transaction.atomic():
                    page = all_of(client.ask(method, address))
                    transaction.set_rollback(True)
                count += 1
                # Marks are looked for only where a secret may stand in one: in most pages is none.
                for secret in (secret for secret in hidden[who] if secret in page):
                    if secret not in address:
                        assert secret not in without_marks(page), (who, method, address, secret)
    assert count > 600
    # Nor is their grant, or what was typed of them, found by its reference.
    for code in (hers.award.code, half.code, sent.code, hers.referral.code):
        for who, address, field in (
            ("owen", "/desk/help/search/", "q"),
            ("owen", "/desk/help/grants/", "reference"),
        ):
            page = clients[who].post(address, {field: code})
            assert page.status_code == 200
            for secret in (*SECRETS, zelda.code, zelda.resident.code):
                assert secret not in said_by(page), (address, code, secret)
    # Whoever must read it does.
    for person in (noor, grace):
        page = browser(person).get(zelda.get_absolute_url()).content.decode()
        for secret in ("Zelda", "marigold", "900555", "Later words"):
            assert secret in page
        page = browser(person).post("/desk/help/search/", {"q": "Zelda Quillfeather"})
        assert zelda.code in page.content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        "Quillfeather",
        "Zelda Quillfeather",
        "07700 900555",
        "Quillfeather BF1 2AG",
        "BF1 2AG 7",
    ],
)
def test_no_search_finds_them(typed, zelda, owen, leah, browser):
    for person in (owen, leah):
        page = browser(person).post("/desk/help/search/", {"q": typed}).content.decode()
        assert zelda.code not in page
        assert zelda.resident.code not in page
        assert "0 found" in page


def test_no_reference_finds_them(zelda, owen, browser):
    for code in (zelda.code, zelda.resident.code):
        page = browser(owen).post("/desk/help/search/", {"q": code}).content.decode()
        assert "0 found" in page
        assert "Zelda" not in page
    assert not CaseRead.objects.filter(person=owen, resident=zelda.resident).exists()


# --- The three ways around --------------------------------------------------------------------


def test_an_unsent_draft_is_for_who_types_it_and_the_named(leah, owen, grace, noor, kinds, browser):
    """security.md A1, the first way: drafts of the public form and of a handler."""
    for starter in (None, leah):
        draft, _ = intake.start(channel="phone" if starter else "web", by=starter)
        intake.save(draft=draft, answers=TYPED | {"needs": ["safety"]}, by=starter)
        assert draft.code not in browser(owen).get("/desk/help/").content.decode()
        address = f"/desk/help/intake/{draft.code}/"
        for page in (
            browser(owen).get(address),
            browser(owen).post(f"{address}save/", {}),
            browser(owen).post(f"{address}delete/"),
        ):
            assert page.status_code == 403
            assert "Hidden Lane" not in page.content.decode()
        assert not CaseRead.objects.filter(person=owen).exists()
        for reader in (noor, grace, *([leah] if starter else [])):
            assert draft.code in browser(reader).get("/desk/help/").content.decode()
            assert "Hidden Lane" in browser(reader).get(address).content.decode()
            assert CaseRead.objects.filter(
                person=reader, what="draft", draft_code=draft.code
            ).exists()


def test_every_reading_of_a_draft_is_recorded_and_goes_to_the_person(
    leah, owen, helen, kinds, browser, asks_for_help
):
    draft, _ = intake.start(channel="phone", by=leah)
    intake.save(draft=draft, answers=TYPED | {"needs": ["food"], "last_name": "Pryce"}, by=leah)
    browser(owen).get(f"/desk/help/intake/{draft.code}/")
    read = CaseRead.objects.get(what="draft")
    assert (read.person, read.resident, read.own_name) == (owen, None, True)
    today = timezone.localdate()
    assert read in keeping.unusual_reads(today, today)
    assert draft.code in browser(helen).get("/desk/reads/").content.decode()
    case = intake.finish(draft=draft, by=owen)
    read.refresh_from_db()
    assert (read.resident, read.case) == (case.resident, case)
    said = [
        words
        for entry in subject.entries_of(case.resident)
        if entry.title == "Who read it"
        for _, words, _ in entry.lines
    ]
    assert f"{owen.name} read draft, {case.code} (intake)" in said


def test_comparing_is_no_way_in(zelda, owen, browser, asks_for_help):
    """The second way: an own case in the same name and birth date."""
    mine = asks_for_help(
        by=owen,
        first_name="Zelda",
        last_name="Quillfeather",
        born="1988-04-03",
        phones="07700 900111",
        address="1 High Street",
    )
    client = browser(owen)
    page = client.get(mine.get_absolute_url()).content.decode()
    assert zelda.resident.code not in page
    address = f"/desk/help/people/{mine.resident.code}/with/{zelda.resident.code}/"
    assert client.get(address).status_code == 404
    assert client.post(address, {"verb": "merge", "because": "x"}).status_code == 404
    with pytest.raises(Refused, match="named colleagues"):
        merging.merge(kept=mine.resident, gone=zelda.resident, because="x", by=owen)
    assert client.get(f"/desk/help/people/{zelda.resident.code}/").status_code == 403


def test_only_somebody_who_was_offered_can_be_chosen(zelda, owen, leah, browser, asks_for_help):
    """The third way: any code in the form. Of everybody, not only of the restricted."""
    other = asks_for_help(by=leah, first_name="Nobody", last_name="Unlike").resident
    client = browser(owen)
    for chosen in (zelda.resident.code, other.code, "R-NONE"):
        client.post("/desk/help/intake/", {"channel": "phone"})
        draft = IntakeDraft.objects.order_by("id").last()
        said = TYPED | {
            "first_name": "Pia",
            "last_name": "Lind",
            "needs": ["food"],
            "born_2": "1950",
            "phone": "",
            "address": "",
            "postcode": "",
        }
        page = client.post(
            f"/desk/help/intake/{draft.code}/",
            said | {"verb": "send", "resident": chosen},
            follow=True,
        )
        assert "whom this page offers" in page.content.decode()
        # What was typed is kept.
        assert "Pia" in page.content.decode()
    assert Case.objects.filter(taken_by=owen).count() == 0
    # Who was offered can be.
    draft = IntakeDraft.objects.order_by("id").last()
    typed = said | {
        "first_name": "Nobody",
        "last_name": "Unlike",
        "phone": "07700 934567",
        "born_2": "1958",
    }
    shown = client.post(f"/desk/help/intake/{draft.code}/save/", typed).json()["html"]
    assert other.code in shown
    client.post(
        f"/desk/help/intake/{draft.code}/", typed | {"verb": "send", "resident": other.code}
    )
    assert Case.objects.get(taken_by=owen).resident == other


def test_a_restricted_call_goes_to_no_record_of_others(
    zelda, noor, owen, leah, browser, asks_for_help
):
    old = asks_for_help(by=owen, first_name="Uma", last_name="Vale").resident
    client = browser(leah)
    client.post("/desk/help/intake/", {"channel": "phone"})
    draft = IntakeDraft.objects.order_by("id").last()
    typed = TYPED | {
        "first_name": "Uma",
        "last_name": "Vale",
        "needs": ["safety"],
        "phone": "07700 934567",
    }
    client.post(f"/desk/help/intake/{draft.code}/save/", typed)
    client.post(f"/desk/help/intake/{draft.code}/", typed | {"verb": "send", "resident": old.code})
    case = Case.objects.filter(is_restricted=True).order_by("id").last()
    assert case.resident != old
    assert PerhapsSame.objects.filter(one=case.resident, other=old, chosen_by=leah).exists()
    old.refresh_from_db()
    assert old.safe_word == ""
    assert old.address == "14 Mill Lane"


# --- A link opens the case, not the person's other cases ---------------------------------------


def test_who_has_another_case_of_theirs_reads_nothing_of_the_person(
    zelda, noor, owen, joan, service, fund, kinds, browser
):
    mine = working.open_case(
        resident=zelda.resident, channel="phone", by=noor, needs={kinds["debt"]: {}}
    )
    Case.objects.filter(pk=mine.pk).update(assigned_to=owen, taken_by=owen)
    consent = consenting.give_consent(
        resident=zelda.resident,
        help_type=kinds["debt"],
        words="Yes",
        by=noor,
        fields=["first name"],
    )
    sent = referring.refer(
        need=mine.needs.get(), service=service, hand="consented", consent=consent, by=noor
    )
    client, base, need = browser(owen), mine.get_absolute_url(), mine.needs.get().code
    for part in (
        "",
        "consent/",
        f"consent/{consent.pk}/",
        f"needs/{need}/refer/",
        f"needs/{need}/task/",
        f"needs/{need}/next/",
        "grant/",
        "note/",
        "call/",
        "calls/",
        "hand-over/",
        "close/",
        "write/",
        "dead/",
        "alive/",
    ):
        page = without_marks(client.get(f"{base}{part}", follow=True).content)
        for secret in (*SECRETS, zelda.code):
            assert secret not in page, part
    for part in ("consent/", f"consent/{consent.pk}/", "write/", "grant/"):
        for page in (client.get(f"{base}{part}"), client.post(f"{base}{part}")):
            assert page.status_code == 403, part
            assert "named colleague" in page.content.decode()
    # The grant of this very case says where it stands, and nothing of the person.
    award = granting.apply(fund=fund, resident=zelda.resident, case=mine, values=GRANT, by=noor)
    page = client.get(f"/desk/help/grants/{award.code}/")
    assert page.status_code == 200
    # The last of them is the end of the account.
    for secret in (*SECRETS, zelda.code, zelda.resident.code, "222"):
        assert secret not in without_marks(page.content), secret
    for part in ("withdraw/", "account/"):
        assert client.post(f"/desk/help/grants/{award.code}/{part}").status_code == 403
    assert client.get(f"/desk/grants/{award.code}/letter/").status_code == 403
    # Nor what somebody else wrote when she was thought dead; that, only the named take back.
    deaths.report_dead(resident=zelda.resident, because="Later words", by=noor)
    page = client.get(base).content.decode()
    assert "Reported dead" in page
    assert "Later words" not in page
    assert noor.name not in page[page.index("Reported on") :][:400]
    with pytest.raises(Refused, match="named colleague"):
        deaths.alive_after_all(resident=zelda.resident, because="x", by=owen)
    deaths.alive_after_all(resident=zelda.resident, because="She rang.", by=noor)
    assert "named colleague" in client.get(base).content.decode()
    # At the gate already, whatever a page would do with it.
    given = access.get_case_for(owen, mine.code).resident
    assert not any(getattr(given, name) for name in Resident.PERSONAL)
    assert client.get(f"/desk/help/people/{zelda.resident.code}/").status_code == 403
    with pytest.raises(Refused):
        people.change(resident=zelda.resident, values={"phones": ""}, by=owen)
    assert client.get(f"/desk/help/people/{zelda.resident.code}/reach/").status_code == 403
    with pytest.raises(Refused, match="named colleague"):
        reaching.write(
            resident=zelda.resident,
            rule=reaching.Rule("any"),
            source="changed",
            because="x",
            by=owen,
        )
    # Nor does a partner who has to do with the other case only.
    theirs = browser(joan).get(f"/space/advice/referrals/{sent.code}/").content.decode()
    assert "Zelda" not in theirs
    assert access.THROUGH_THE_DESK in theirs


def test_a_merged_record_is_no_way_in_either(zelda, noor, owen, grace, browser, asks_for_help):
    gone = asks_for_help("safety", channel="web", first_name="Zelda", last_name="Gone").resident
    merging.merge(kept=zelda.resident, gone=gone, because="x", by=grace)
    assert browser(owen).get(f"/desk/help/people/{gone.code}/").status_code == 403
    merge = zelda.resident.merges_kept.get()
    for refused in (
        lambda: parting.undo_merge(merge=merge, because="x", by=owen),
        lambda: people.say_different(resident=zelda.resident, lookalike=gone, because="x", by=owen),
        lambda: households.join(resident=zelda.resident, housemate=gone, by=owen),
    ):
        with pytest.raises(Refused, match="named colleagues"):
            refused()
    CaseAlarm.objects.all().delete()
    deaths.report_dead(resident=zelda.resident, by=owen)
    assert CaseAlarm.objects.filter(case=zelda, opened_at=None).exists()
    alone = Resident.objects.create(first_name="Without", last_name="Cases")
    assert browser(owen).get(f"/desk/help/people/{alone.code}/").status_code == 403


def test_no_text_to_many_goes_to_them(zelda, grace, kinds):
    template = TextTemplate.objects.get(code="we-will-ring")
    resident = zelda.resident
    reaching.write(
        resident=resident, rule=reaching.Rule("any"), source="changed", because="Safe.", by=grace
    )
    shown = messages.preview(template=template, where={"help_type": "safety"})
    assert shown.cases == []
    assert shown.left_out == {"in a case for named colleagues only": 1}


# --- Until it is decided whether two are one --------------------------------------------------


def said_again(by, kinds, **more):
    """The same person rings for something else; whoever takes it chooses a way, or none."""
    draft, _ = intake.start(channel="phone", by=by)
    answers = TYPED | {"needs": ["online"], "contact": "", "safe_word": "", "lives": "address"}
    intake.save(draft=draft, answers=answers | more, by=by)
    return intake.finish(draft=draft, by=by)


@pytest.mark.parametrize("contact", ["", "any", "text_only", "email_only"])
def test_who_must_not_be_contacted_and_rings_again_is_reached_by_nothing(
    zelda, owen, noor, grace, kinds, browser, contact
):
    reaching.write(
        resident=zelda.resident,
        rule=replace(reaching.rule_of(zelda.resident), contact="none"),
        source="changed",
        because="He answers this phone.",
        by=noor,
    )
    more = {"email": "z@example.org"} if contact == "email_only" else {}
    again = said_again(owen, kinds, contact=contact, **more)
    assert PerhapsSame.objects.filter(decided_at=None).exists()
    resident = again.resident
    assert not any(reaching.may(resident, way=way).ever for way in reaching.Way)
    assert reaching.way_for(resident)[0] is None
    page = browser(owen).get(again.get_absolute_url()).content.decode()
    assert "tel:07700900555" not in page
    assert "mailto:z@" not in page
    # It names no other record, and says nothing of what stands there.
    for secret in ("Hidden Lane", "marigold", "kestrel", "my last flat", zelda.code):
        if secret not in str(TYPED.values()):
            assert secret not in page
    template = TextTemplate.objects.create(code="b", name="B", body="{reference}", by_text=True)
    shown = messages.preview(template=template, where={"help_type": "online"})
    assert shown.cases == []
    for field in ("phone", "email", "address"):
        assert access.fields_of(resident)[field] == ""
    # Decided that they are two: each goes by what was said of it.
    PerhapsSame.objects.update(decided_at=timezone.now(), is_same=False)
    if contact == "any":
        assert reaching.may(resident, way=reaching.Way.RING).allowed


def test_the_hours_of_both_hold_until_it_is_decided(zelda, owen, noor, kinds):
    reaching.write(
        resident=zelda.resident,
        rule=replace(
            reaching.rule_of(zelda.resident), contact="any", days="1", start=time(9), end=time(10)
        ),
        source="changed",
        because="She said so.",
        by=noor,
    )
    again = said_again(owen, kinds, contact="any")
    monday, tuesday = (datetime(2026, 11, day, 9, 30, tzinfo=UTC) for day in (23, 24))
    assert reaching.may(again.resident, way=reaching.Way.RING, at=monday).allowed
    answer = reaching.may(again.resident, way=reaching.Way.RING, at=tuesday)
    assert not answer.allowed
    assert answer.later is not None


def test_who_took_the_call_reads_how_to_reach_them_before_the_number(zelda, leah, browser):
    """The number without its instruction is what somebody rings by mistake."""
    page = browser(leah).get(f"/desk/help/cases/{zelda.code}/kept/").content.decode()
    label = dict(Resident.Contact.choices)["no_ring"]
    assert page.index(label.replace("'", "&#x27;")) < page.index("07700 900555")
    assert "Somebody is in danger" in page


def test_what_was_offered_to_volunteers_is_taken_back_when_a_case_becomes_restricted(
    leah, noor, kinds, asks_for_help
):
    case = asks_for_help("food", by=leah)
    need = case.needs.get()
    values = {"title": "Bring bread", "minutes": 30, "who": "Vola", "where": "8 Iron Rd"}
    task = volunteering.make_task(need=need, values=values, by=leah)
    adding.add_need(case=case, help_type=kinds["safety"], by=leah)
    task.refresh_from_db()
    assert (task.state, task.who, task.where) == ("cancelled", "", "")
    words = "\n".join(note.words for note in case.notes.all())
    assert "Bring bread" in words
    assert "8 Iron Rd" in words


def test_where_nobody_is_on_what_was_taken_back_still_leaves_something_to_decide(
    leah, kinds, asks_for_help
):
    """Who made the task can't open the case any more, and no call is owed by anybody at the
    desk."""
    case = asks_for_help("food", by=leah)
    need = case.needs.get()
    volunteering.make_task(need=need, values={"title": "Bring bread", "minutes": 30}, by=leah)
    adding.add_need(case=case, help_type=kinds["safety"], by=leah)
    [action] = need.next_actions.filter(state="planned")
    assert (action.because, action.owner) == ("task_cancelled", None)


def test_what_no_partner_has_answered_is_taken_back_when_a_case_becomes_restricted(
    leah, noor, joan, kinds, service, asks_for_help, browser
):
    case = asks_for_help("food", by=leah)
    need = case.needs.get()
    sent = referring.refer(need=need, service=service, hand="nothing", by=leah)
    partners = browser(joan)
    assert partners.get(f"/space/advice/referrals/{sent.code}/").status_code == 200
    adding.add_need(case=case, help_type=kinds["safety"], by=leah)
    sent.refresh_from_db()
    assert sent.state == "revoked"
    assert (
        case.resident.first_name
        not in partners.get(f"/space/advice/referrals/{sent.code}/").content.decode()
    )
    assert sent.code in "\n".join(note.words for note in case.notes.all())
    assert planning.next_of(need) is not None


def test_who_chose_no_contact_is_promised_none(client, kinds, town):
    type(town).objects.update(help_phone="01632 960 200")
    client.post("/help/start/")
    base = f"/help/form/{IntakeDraft.objects.get().code}/"
    client.post(f"{base}help/", {"needs": ["food"]})
    client.post(f"{base}who/", {"for_whom": "self", "first_name": "Cher"})
    client.post(f"{base}contact/", {"contact": "none"})
    page = client.post(f"{base}check/", {"consent": "on"}, follow=True).content.decode()
    page = " ".join(page.split())
    assert "We do not contact you, as you asked" in page
    assert "01632 960 200" in page
    assert "gets in touch" not in page


@pytest.mark.parametrize(
    ("contact", "asked"), [("text_only", "telephone to which"), ("email_only", "e-mail address to")]
)
def test_who_may_be_reached_in_one_way_only_says_where(client, kinds, town, contact, asked):
    client.post("/help/start/")
    base = f"/help/form/{IntakeDraft.objects.get().code}/"
    client.post(f"{base}help/", {"needs": ["food"]})
    client.post(f"{base}who/", {"for_whom": "self", "first_name": "Cher"})
    page = client.post(f"{base}contact/", {"contact": contact})
    assert asked in page.content.decode()
    where = {"phone": "07700 934567", "email": "c@example.org"}
    assert client.post(f"{base}contact/", {"contact": contact} | where).status_code == 302


def test_lists_keep_the_same_cases_from_everybody_as_the_cases_themselves(
    zelda, leah, owen, noor, grace, kinds, asks_for_help
):
    others, again = asks_for_help("food", first_name="Bea"), said_again(owen, kinds)
    Case.objects.filter(pk=again.pk).update(assigned_to=None)
    closed = {owen: {zelda.pk}, leah: {zelda.pk, again.pk}, noor: set(), grace: set()}
    for person, expected in closed.items():
        kept = named.Closed(person)
        for case in (zelda, again, others):
            assert named.is_closed_to(person, case) == (case.pk in expected)
        assert {case.pk for case in Case.objects.filter(kept.among())} == expected
        calls = Callback.objects.filter(kept.among("case__")).values_list("case", flat=True)
        assert set(calls) <= expected
        shown = Callback.objects.exclude(kept.among("case__")).values_list("case", flat=True)
        assert not set(shown) & expected
        assert set(queues.queue_for(person)) == set(Case.objects.exclude(pk__in=expected))
