"""A restricted person is met by nobody who is not named: not in any address of any desk, search,
candidate, draft, comparison; attaching takes an offer; readings of drafts are recorded."""

from __future__ import annotations

import itertools
import json
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.actions import Refused
from commonweal.accounts.models import Appointment, Role
from commonweal.helps import access, intake, keeping, messages, people, referring, rota, working
from commonweal.helps.models import (
    CaseAlarm,
    CaseRead,
    HelpRequest,
    IntakeDraft,
    PerhapsSame,
    Resident,
    TextTemplate,
)

pytestmark = pytest.mark.django_db
TYPED = {
    "for_whom": "self", "contact": "no_ring", "lives": "refuge", "first_name": "Zelda",
    "last_name": "Quillfeather", "born_0": "3", "born_1": "4", "born_2": "1988",
    "phone": "07700 900555", "address": "7 Hidden Lane", "postcode": "BF1 2AG",
    "safe_word": "marigold", "words": "He found my last flat", "consent": "on",
}  # fmt: skip
SECRETS = ("Zelda", "Quillfeather", "900555", "Hidden Lane", "marigold", "my last flat",
           "Later words", "kestrel")  # fmt: skip
LATER = ("Later words", "kestrel")


@pytest.fixture
def noor(kinds, new_person, today):
    """A named colleague for safety, on duty."""
    person = new_person("noor", "Noor Haddad")
    Appointment.objects.create(person=person, role=Role.NAMED_COLLEAGUE, starts_on=today,
                               ends_on=today + timedelta(days=99), because="test")  # fmt: skip
    kinds["safety"].only_for.add(person)
    until = timezone.now() + timedelta(hours=12)
    rota.stand_in(person=person, is_on=True, until=until, by=person)
    return person


@pytest.fixture
def browser(settings):
    settings.DEMO = True

    def opened(person):
        client = Client()
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
    working.note(request=case, words="Later words", by=noor)
    people.change(resident=case.resident, values={"safe_note": "kestrel"}, by=noor)
    referring.give_consent(resident=case.resident, purpose="Later words", words="Yes", by=noor,
                           fields=["first name"])  # fmt: skip
    working.plan_call(request=case, purpose="second", due_at=timezone.now(), by=noor)
    return case


def said_by(response) -> str:
    data = b"".join(response.streaming_content) if response.streaming else response.content
    return data.decode("utf-8", "replace") + json.dumps(dict(response.headers))


def walked(every_address, pools):
    """Every address of every desk, with everything planted wherever it fits."""
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
    zelda, leah, owen, grace, noor, every_address, browser, asks_for_help
):
    half, _ = intake.start(channel="phone", by=leah)
    intake.save(draft=half, answers=TYPED | {"needs": ["safety"]}, by=leah)
    sent = IntakeDraft.objects.get(sent_as=zelda)
    mine = asks_for_help(by=owen, first_name="Abel", last_name="Ordinary", born="1950-01-01",
                         phones="07700 900111", address="1 High Street")  # fmt: skip
    codes = [zelda.code, zelda.resident.code, half.code, sent.code, mine.code, mine.resident.code]
    need, consent = zelda.needs.get(), zelda.resident.consents.get()
    pools = {"code": codes, "other": [zelda.resident.code], "need": [need.code], "pk": [consent.pk],
             "person": [noor.code]}  # fmt: skip
    clients = {"owen": browser(owen), "leah": browser(leah)}
    hidden = {"owen": (*SECRETS, zelda.code, zelda.resident.code, half.code),
              "leah": (*LATER, zelda.resident.code)}  # fmt: skip
    count = 0
    for address in walked(every_address, pools):
        for who, client in clients.items():
            for method in ("get", "post"):
                if who == "leah" and method == "post":
                    continue
                with transaction.atomic():
                    page = said_by(getattr(client, method)(address))
                    transaction.set_rollback(True)
                count += 1
                for secret in hidden[who]:
                    if secret not in address:
                        assert secret not in page, (who, method, address, secret)
    assert count > 300
    # Whoever must read it does.
    for person in (noor, grace):
        page = browser(person).get(zelda.get_absolute_url()).content.decode()
        for secret in ("Zelda", "marigold", "900555", "Later words"):
            assert secret in page
        page = browser(person).post("/desk/help/search/", {"q": "Zelda Quillfeather"})
        assert zelda.code in page.content.decode()


@pytest.mark.parametrize("typed", [
    "Quillfeather", "Zelda Quillfeather", "07700 900555", "Quillfeather BF1 2AG", "BF1 2AG 7",
])  # fmt: skip
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
        for page in (browser(owen).get(address), browser(owen).post(f"{address}save/", {}),
                     browser(owen).post(f"{address}delete/")):  # fmt: skip
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
    assert (read.resident, read.request) == (case.resident, case)
    said = keeping.everything_about(case.resident)["who read it"]
    assert {"draft"} <= {line["what"] for line in said}


def test_comparing_is_no_way_in(zelda, owen, browser, asks_for_help):
    """The second way: an own case in the same name and birth date."""
    mine = asks_for_help(by=owen, first_name="Zelda", last_name="Quillfeather", born="1988-04-03",
                         phones="07700 900111", address="1 High Street")  # fmt: skip
    client = browser(owen)
    page = client.get(mine.get_absolute_url()).content.decode()
    assert zelda.resident.code not in page
    address = f"/desk/help/people/{mine.resident.code}/with/{zelda.resident.code}/"
    assert client.get(address).status_code == 404
    assert client.post(address, {"verb": "merge", "because": "x"}).status_code == 404
    with pytest.raises(Refused, match="named colleagues"):
        people.merge(kept=mine.resident, gone=zelda.resident, because="x", by=owen)
    assert client.get(f"/desk/help/people/{zelda.resident.code}/").status_code == 403


def test_only_somebody_who_was_offered_can_be_chosen(zelda, owen, leah, browser, asks_for_help):
    """The third way: any code in the form. Of everybody, not only of the restricted."""
    other = asks_for_help(by=leah, first_name="Nobody", last_name="Unlike").resident
    client = browser(owen)
    for chosen in (zelda.resident.code, other.code, "R-NONE"):
        client.post("/desk/help/intake/", {"channel": "phone"})
        draft = IntakeDraft.objects.order_by("id").last()
        said = TYPED | {"first_name": "Pia", "last_name": "Lind", "needs": ["food"], "born_2": "1950",
                        "phone": "", "address": "", "postcode": ""}  # fmt: skip
        page = client.post(
            f"/desk/help/intake/{draft.code}/", said | {"verb": "send", "resident": chosen},
            follow=True,
        )  # fmt: skip
        assert "whom this page offers" in page.content.decode()
        # What was typed is kept.
        assert "Pia" in page.content.decode()
    assert HelpRequest.objects.filter(taken_by=owen).count() == 0
    # Who was offered can be.
    draft = IntakeDraft.objects.order_by("id").last()
    typed = said | {"first_name": "Nobody", "last_name": "Unlike", "phone": "07700 934567",
                    "born_2": "1958"}  # fmt: skip
    shown = client.post(f"/desk/help/intake/{draft.code}/save/", typed).json()["html"]
    assert other.code in shown
    client.post(
        f"/desk/help/intake/{draft.code}/", typed | {"verb": "send", "resident": other.code}
    )
    assert HelpRequest.objects.get(taken_by=owen).resident == other


def test_a_restricted_call_goes_to_no_record_of_others(
    zelda, noor, owen, leah, browser, asks_for_help
):
    old = asks_for_help(by=owen, first_name="Uma", last_name="Vale").resident
    client = browser(leah)
    client.post("/desk/help/intake/", {"channel": "phone"})
    draft = IntakeDraft.objects.order_by("id").last()
    typed = TYPED | {"first_name": "Uma", "last_name": "Vale", "needs": ["safety"],
                     "phone": "07700 934567"}  # fmt: skip
    client.post(f"/desk/help/intake/{draft.code}/save/", typed)
    client.post(f"/desk/help/intake/{draft.code}/", typed | {"verb": "send", "resident": old.code})
    case = HelpRequest.objects.filter(is_restricted=True).order_by("id").last()
    assert case.resident != old
    assert PerhapsSame.objects.filter(one=case.resident, other=old, chosen_by=leah).exists()
    old.refresh_from_db()
    assert old.safe_word == ""
    assert old.address == "14 Mill Lane"


# --- A link opens the case, not the person's other cases ---------------------------------------


def test_who_has_another_case_of_theirs_reads_nothing_of_the_person(
    zelda, noor, owen, joan, service, kinds, browser
):
    mine = working.open_request(
        resident=zelda.resident, channel="phone", by=noor, needs={kinds["debt"]: {}}
    )
    HelpRequest.objects.filter(pk=mine.pk).update(assigned_to=owen, taken_by=owen)
    consent = zelda.resident.consents.get()
    sent = referring.refer(need=mine.needs.get(), service=service, hand="consented",
                           consent=consent, by=noor)  # fmt: skip
    client, base, need = browser(owen), mine.get_absolute_url(), mine.needs.get().code
    for part in ("", "consent/", f"consent/{consent.pk}/", f"needs/{need}/refer/",
                 f"needs/{need}/task/", "grant/", "note/", "call/", "hand-over/", "close/"):  # fmt: skip
        page = client.get(f"{base}{part}").content.decode()
        for secret in (*SECRETS, zelda.code):
            assert secret not in page, part
    assert "named colleague" in client.get(base).content.decode()
    # At the gate already, whatever a page would do with it.
    given = access.get_case_for(owen, mine.code).resident
    assert not any(getattr(given, name) for name in Resident.PERSONAL)
    assert client.get(f"/desk/help/people/{zelda.resident.code}/").status_code == 403
    with pytest.raises(Refused):
        people.change(resident=zelda.resident, values={"phones": ""}, by=owen)
    # Nor does a partner who has to do with the other case only.
    theirs = browser(joan).get(f"/space/advice/referrals/{sent.code}/").content.decode()
    assert "Zelda" not in theirs
    assert access.THROUGH_THE_DESK in theirs


def test_a_merged_record_is_no_way_in_either(zelda, noor, owen, grace, browser, asks_for_help):
    gone = asks_for_help("safety", channel="web", first_name="Zelda", last_name="Gone").resident
    people.merge(kept=zelda.resident, gone=gone, because="x", by=grace)
    assert browser(owen).get(f"/desk/help/people/{gone.code}/").status_code == 403
    merge = zelda.resident.merges_kept.get()
    for refused in (
        lambda: people.undo_merge(merge=merge, by=owen),
        lambda: people.say_different(one=zelda.resident, other=gone, because="x", by=owen),
        lambda: people.join_household(resident=zelda.resident, other=gone, by=owen),
    ):
        with pytest.raises(Refused, match="named colleagues"):
            refused()
    CaseAlarm.objects.all().delete()
    people.report_dead(resident=zelda.resident, by=owen)
    assert CaseAlarm.objects.filter(request=zelda, opened_at=None).exists()
    alone = Resident.objects.create(first_name="Without", last_name="Cases")
    assert browser(owen).get(f"/desk/help/people/{alone.code}/").status_code == 403


def test_no_text_to_many_goes_to_them(zelda, grace, kinds):
    template = TextTemplate.objects.get(code="we-will-ring")
    Resident.objects.update(contact="any")
    shown = messages.preview(template=template, where={"help_type": "safety"})
    assert shown.requests == []
    assert shown.left_out == {"is with a named colleague": 1}
