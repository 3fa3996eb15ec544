"""Referrals: consent field by field, the clock, what partners read, and when they no longer do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from unmarked import without_marks

from commonweal.accounts.models import Message
from commonweal.cases import access, figures, referring, working
from commonweal.cases.models import Case, Consent, Copy, NextAction, Note, Referral
from commonweal.office.errors import Refused
from commonweal.residents import reaching
from commonweal.residents.ways import Rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(asks_for_help, leah) -> Case:
    return asks_for_help("debt", by=leah, email="z@example.org", safe_word="Lantern")


@pytest.fixture
def consent(case, leah, advice, kinds) -> Consent:
    return referring.give_consent(
        resident=case.resident,
        partner=advice,
        help_type=kinds["debt"],
        by=leah,
        words="Yes, they may ring.",
        fields=["safe contact", "first name", "phone"],
    )


@pytest.fixture
def sent(case, consent, service, leah) -> Referral:
    return referring.refer(
        need=case.needs.get(),
        service=service,
        hand="consented",
        by=leah,
        consent=consent,
        words="Three lenders.",
    )


def seen_by(client, referral) -> str:
    return without_marks(client.get(f"/space/advice/referrals/{referral.code}/").content)


def test_sent_received_accepted_contacted_done(case, joan, sent, leah, sign_in):
    assert Case.objects.get().state == "waiting"
    mail = Message.objects.get(key__startswith=f"referral-{sent.code}-sent")
    assert (mail.person, "Zebedee" in mail.subject + mail.body) == (joan, False)
    client = sign_in(joan)
    assert sent.code in client.get("/space/advice/referrals/").content.decode()
    page = seen_by(client, sent)
    # The partner reads the fields consented for this referral, and no other.
    for shown in ("Zebedee", "07700 934567", "Lantern", "Three lenders."):
        assert shown in page
    for hidden in (
        "Quillfeather",
        "z@example.org",
        "14 Mill Lane",
        "BF1 2AG",
        "1958",
        "nothing left",
    ):
        assert hidden not in page
    sent.refresh_from_db()
    assert sent.state == "received"
    address = f"/space/advice/referrals/{sent.code}/"
    for verb, more in (
        ("accept", {}),
        ("contacted", {}),
        ("finish", {"outcome": "helped", "words": "Plan made."}),
    ):
        client.post(address, {"verb": verb, **more})
    sent.refresh_from_db()
    assert (sent.state, sent.outcome) == ("done", "helped")
    need = case.needs.get()
    assert need.state == "met"
    assert case.callbacks.filter(purpose="second", state="due").exists()
    assert "Zebedee" not in seen_by(client, sent)
    assert "Plan made." in sign_in(leah).get(case.get_absolute_url()).content.decode()


def test_a_declined_one_is_back_at_the_desk_with_its_reason(case, sent, joan, leah, sign_in):
    client = sign_in(joan)
    address = f"/space/advice/referrals/{sent.code}/"
    assert b"There is a problem" in client.post(address, {"verb": "decline", "because": ""}).content
    client.post(address, {"verb": "decline", "because": "no_capacity", "words": "Full till May."})
    case.refresh_from_db()
    assert case.state == "working"
    assert case.callbacks.filter(purpose="follow_up", state="due").exists()
    desk = " ".join(sign_in(leah).get("/desk/help/").content.decode().split())
    assert "declined (no place is free)" in desk
    assert "Full till May." in sign_in(leah).get(case.get_absolute_url()).content.decode()
    with pytest.raises(Refused, match="Something happened"):
        referring.accept(referral=sent, by=joan)


def test_the_clock_returns_an_unanswered_one_and_tells_both(case, joan, sent, leah):
    assert referring.return_unanswered() == 0
    late = sent.answer_by + timedelta(minutes=1)
    assert referring.return_unanswered(late) == 1
    assert referring.return_unanswered(late) == 0
    sent.refresh_from_db()
    assert sent.state == "returned"
    case.refresh_from_db()
    assert case.state == "working"
    told = {
        m.person
        for m in Message.objects.filter(key__startswith=f"referral-{sent.code}-")
        if "returned" in m.key or "back" in m.key
    }
    assert told == {joan, leah}
    for message in Message.objects.all():
        assert "Zebedee" not in message.subject + message.body
    back = Message.objects.get(key__endswith="-back")
    assert case.get_absolute_url() in back.body
    assert "did not answer in time" in Note.objects.latest("at").words


def test_withdrawal_ends_access_at_once_and_lists_who_holds_a_copy(
    case, consent, sent, joan, leah, sign_in
):
    client = sign_in(joan)
    assert "07700 934567" in seen_by(client, sent)
    address = f"{case.get_absolute_url()}consent/{consent.pk}/"
    page = sign_in(leah).get(address).content.decode()
    assert "Advice Centre" in page
    said = sign_in(leah).post(address, follow=True).content.decode()
    assert "told to delete it: Advice Centre" in said
    assert "07700 934567" not in seen_by(sign_in(joan), sent)
    assert Copy.objects.get().fields == ["safe contact", "first name", "phone"]
    assert Message.objects.filter(key__contains="-consent-", person=joan).exists()
    with pytest.raises(Refused, match="withdrawn already"):
        referring.withdraw_consent(consent=Consent.objects.get(), by=leah)


def test_access_ends_on_the_day_that_consent_ends(consent, sent, joan):
    assert access.shown_to_partner(sent, joan)
    Consent.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    assert access.shown_to_partner(Referral.objects.get(), joan) == {}


@pytest.mark.parametrize(
    ("hand", "shown"), [("minimum", {"safe contact", "first name", "phone"}), ("nothing", set())]
)
def test_the_least_and_nothing_at_all(case, consent, service, joan, leah, hand, shown):
    made = referring.refer(
        need=case.needs.get(), service=service, hand=hand, consent=consent, by=leah
    )
    assert set(access.shown_to_partner(made, joan)) == shown
    assert Copy.objects.count() == (1 if shown else 0)


def test_a_group_that_must_not_hold_names_gets_none(case, consent, service, leah, joan, sign_in):
    service.no_names = True
    service.save()
    with pytest.raises(Refused, match="must not hold names"):
        referring.refer(
            need=case.needs.get(), service=service, hand="minimum", consent=consent, by=leah
        )
    made = referring.refer(need=case.needs.get(), service=service, hand="nothing", by=leah)
    page = seen_by(sign_in(joan), made)
    assert "No personal data was handed over" in page
    assert "Zebedee" not in page


def test_what_is_refused_before_anything_is_sent(case, consent, service, leah, asks_for_help):
    need = case.needs.get()
    other = asks_for_help("debt", first_name="Other", by=leah)
    with pytest.raises(Refused, match="no consent that holds"):
        referring.refer(need=other.needs.get(), service=service, hand="consented", by=leah)
    with pytest.raises(Refused, match="no consent that holds"):
        referring.refer(
            need=other.needs.get(), service=service, hand="consented", consent=consent, by=leah
        )
    referring.refer(need=need, service=service, hand="consented", consent=consent, by=leah)
    with pytest.raises(Refused, match="has this need already"):
        referring.refer(need=need, service=service, hand="consented", consent=consent, by=leah)
    referring.refer(need=other.needs.get(), service=service, hand="nothing", by=leah)
    third = asks_for_help("debt", first_name="Third", by=leah)
    with pytest.raises(Refused, match="has room for 2"):
        referring.refer(need=third.needs.get(), service=service, hand="nothing", by=leah)
    service.status = "temporarily closed"
    service.save()
    with pytest.raises(Refused, match="not offered"):
        referring.refer(need=third.needs.get(), service=service, hand="nothing", by=leah)
    assert Referral.objects.count() == 2


def test_only_referral_workers_of_that_partner_read_it(
    sent, joan, asha, carys, idris, leah, sign_in, new_person, advice
):
    colleague = new_person("col", "Colin", of=advice)
    for person, answer in ((asha, 404), (carys, 404), (leah, 404), (colleague, 403), (joan, 200)):
        assert sign_in(person).get(f"/space/advice/referrals/{sent.code}/").status_code == answer
    editor = sign_in(colleague)
    mine = colleague.memberships.get()
    editor.post("/space/advice/referrals/workers/", {"member": mine.pk})
    assert editor.get(f"/space/advice/referrals/{sent.code}/").status_code == 200


def test_a_partner_sends_somebody_with_their_words_of_consent(joan, kinds, sign_in, leah):
    client = sign_in(joan)
    answers = {
        "first_name": "Ida",
        "phone": "07700 955555",
        "help_types": ["food"],
        "words": "Hungry.",
        "contact": "any",
    }
    page = client.post("/space/advice/referrals/new/", answers)
    assert b"words in which they agreed" in page.content
    client.post("/space/advice/referrals/new/", answers | {"consent_words": "Yes, send me there."})
    request = Case.objects.get()
    assert (request.channel, request.from_partner.code) == ("partner", "advice")
    assert request.callbacks.get().purpose == "first"
    assert request.code in sign_in(leah).get("/desk/help/?show=all").content.decode()


def test_each_partners_acceptance_and_time_are_in_the_figures(
    case, service, leah, joan, client, asks_for_help
):
    service.capacity = None
    service.save()
    now = timezone.now()
    for number in range(6):
        request = asks_for_help("debt", first_name=f"P{number}", by=leah)
        made = referring.refer(need=request.needs.get(), service=service, hand="nothing", by=leah)
        if number < 3:
            referring.accept(referral=made, by=joan)
        elif number == 3:
            referring.decline(referral=made, because="other", words="", by=joan)
        elif number == 4:
            referring.return_unanswered(made.answer_by)
        Referral.objects.filter(pk=made.pk).update(sent_at=now - timedelta(days=40))
    today = timezone.localdate()
    [found] = figures.partners(today - timedelta(days=60), today)
    assert (found.sent, found.accepted, found.declined) == (6, 3, 1)
    assert found.returned in (1, 2)
    assert found.accepted_per_cent == 50
    page = client.get("/help/figures/").content.decode()
    assert "Advice Centre" in page


def test_a_case_with_an_open_referral_is_not_closed(case, sent, leah):
    working.settle(need=case.needs.get(), state="met", by=leah)
    with pytest.raises(Refused, match="referral is still open"):
        working.close(case=case, words="x", by=leah)


@pytest.mark.parametrize("ends", ["declined", "unanswered"])
def test_who_must_not_be_contacted_gets_a_thing_to_do_and_no_call(case, sent, joan, leah, ends):
    reaching.write(
        resident=case.resident,
        rule=Rule("none", word="Lantern"),
        source=reaching.Source.CHANGED,
        by=leah,
    )
    case.callbacks.all().delete()
    if ends == "declined":
        referring.decline(referral=sent, because="no_capacity", words="", by=joan)
    else:
        assert referring.return_unanswered(sent.answer_by + timedelta(minutes=1)) == 1
    assert not case.callbacks.exists()
    action = NextAction.objects.get(need__case=case, state="planned")
    assert action.owner == leah
