"""Consent: to whom, for what, which fields, until when; what goes out is what was agreed to."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from commonweal.accounts.models import Event, Message
from commonweal.cases import access, consenting, keeping, referring
from commonweal.cases.models import Case, Consent, Copy, NextAction, Notice, Referral
from commonweal.office.errors import Refused
from commonweal.services.models import Organisation, Service

pytestmark = pytest.mark.django_db
NUMBER = "07700 934567"
SECRET = "Quillfeather agreed at the door"


@pytest.fixture
def case(asks_for_help, leah) -> Case:
    return asks_for_help("debt", by=leah, email="z@example.org", contact="any")


@pytest.fixture
def agree(case, leah, advice, kinds) -> Any:
    """Consent to the advice centre for debts, of these fields."""

    def give(*fields: str, **more: Any) -> Consent:
        said = {"partner": advice, "help_type": kinds["debt"], "words": "Yes.", "by": leah} | more
        return referring.give_consent(resident=case.resident, fields=list(fields), **said)

    return give


@pytest.fixture
def refer(case, service, leah) -> Any:
    def send(hand: str = "consented", to: Service = service) -> Referral:
        return referring.refer(need=case.needs.get(), service=to, hand=hand, by=leah)

    return send


@pytest.fixture
def elsewhere(new_partner, kinds) -> Service:
    """Another organisation's service for debts."""
    partner = new_partner("other", "Other Advice", sector="voluntary", kind="charity")
    owner = Organisation.objects.create(name=partner.name, partner=partner)
    made = Service.objects.create(
        organisation=owner,
        name="Other debt advice",
        takes_referrals=True,
        assured_on=timezone.localdate(),
    )
    made.help_types.set([kinds["debt"], kinds["housing"]])
    return made


def seen_by(client: Any, referral: Referral) -> str:
    return client.get(f"/space/advice/referrals/{referral.code}/").content.decode()


# --- What goes out ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agreed", "hand", "asks_for", "goes_out"),
    [
        (["first name"], "minimum", [], ["first name"]),
        (["first name", "phone", "email"], "minimum", [], ["first name", "phone"]),
        (["first name", "phone", "email"], "consented", [], ["first name", "phone", "email"]),
        (["first name", "phone", "email"], "consented", ["phone", "born"], ["phone"]),
        (["first name", "phone"], "minimum", ["first name"], ["first name"]),
        (["email"], "minimum", [], None),
        (["email"], "consented", ["phone"], None),
    ],
)
def test_only_what_is_asked_for_and_was_agreed_to_goes_out(
    agree, refer, service, joan, agreed, hand, asks_for, goes_out
):
    Service.objects.filter(pk=service.pk).update(asks_for=asks_for)
    service.refresh_from_db()
    agree(*agreed)
    if goes_out is None:
        with pytest.raises(Refused, match="agreed to share nothing"):
            refer(hand)
        return
    referral = refer(hand)
    assert referral.fields == goes_out
    assert list(access.shown_to_partner(referral, joan)) == [access.INSTRUCTION, *goes_out]


def test_consent_for_a_first_name_gives_no_telephone(agree, refer, joan, sign_in):
    """Security A3: consent for the first name only, hand "minimum": the telephone was shown."""
    agree("first name")
    referral = refer("minimum")
    page = seen_by(sign_in(joan), referral)
    assert "Zebedee" in page
    assert NUMBER not in page
    # Nor in one that was sent before what is handed over was compared.
    Referral.objects.update(fields=["first name", "phone"])
    assert NUMBER not in seen_by(sign_in(joan), referral)


def test_it_counts_for_its_recipient_and_purpose_only(
    agree, refer, case, kinds, advice, elsewhere, service, leah
):
    agree("phone", help_type=kinds["money"])
    with pytest.raises(Refused, match="for Advice Centre and for Debts"):
        refer()
    agree("phone", partner=elsewhere.organisation.partner)
    with pytest.raises(Refused, match="does not count"):
        refer()
    refer(to=elsewhere)
    agree("email", partner=None)
    assert refer().fields == ["email"]
    # A kind of recipient is who gives this help; an organisation that does not is none of it.
    assert consenting.gives_help(advice, kinds["debt"])
    assert not consenting.gives_help(advice, kinds["housing"])


def test_what_was_said_last_holds_also_for_what_is_under_way(agree, refer, joan, sign_in):
    agree("first name", "phone")
    referral = refer()
    assert NUMBER in seen_by(sign_in(joan), referral)
    agree("first name")
    assert NUMBER not in seen_by(sign_in(joan), Referral.objects.get())


def test_it_ends_on_its_day(agree, refer, joan):
    consent = agree("phone", days=1)
    referral = refer()
    Consent.objects.filter(pk=consent.pk).update(
        expires_on=timezone.localdate() - timedelta(days=1)
    )
    assert access.shown_to_partner(Referral.objects.get(pk=referral.pk), joan) == {}
    Referral.objects.update(state="revoked")
    with pytest.raises(Refused, match="no consent that holds"):
        refer()


def test_consent_from_before_recipients_were_named_serves_no_new_referral(
    case, service, refer, leah, sign_in, joan
):
    old = Consent.objects.create(
        resident=case.resident, fields=["first name", "phone"], purpose="advice", words="Yes."
    )
    with pytest.raises(Refused, match="There is no consent that holds for Advice Centre"):
        refer()
    page = sign_in(leah).get(case.get_absolute_url()).content.decode()
    assert "ask again before the next referral" in re.sub(r"\s+", " ", page)
    # What rests on it goes on, with the least of what was handed over and agreed to.
    referral = Referral.objects.create(
        case=case,
        need=case.needs.get(),
        service=service,
        partner=service.organisation.partner,
        hand="minimum",
        fields=["phone", "email"],
        consent=old,
        answer_by=timezone.now() + timedelta(days=1),
    )
    assert set(access.shown_to_partner(referral, joan)) == {access.INSTRUCTION, "phone"}


# --- On the pages -----------------------------------------------------------------------------


def test_the_page_asks_to_whom_for_what_which_and_until_when(case, service, leah, sign_in):
    client, address = sign_in(leah), f"{case.get_absolute_url()}consent/"
    said = {"words": "Yes, they may ring.", "given_by": "self", "purpose": SECRET}
    page = client.post(address, said).content.decode()
    for missing in (
        "Choose to whom it may be given",
        "Choose what it is shared for",
        "Choose what they agree to share",
    ):
        assert missing in page
    assert "Yes, they may ring." in page
    ends = timezone.localdate() + timedelta(days=30)
    said |= {
        "help_type": "debt",
        "partner": "advice",
        "fields_shared": ["first name", "phone"],
        "ends_on_0": ends.day,
        "ends_on_1": ends.month,
        "ends_on_2": ends.year,
    }
    late = said | {"ends_on_2": ends.year + 3}
    assert "within a year" in client.post(address, late).content.decode()
    assert client.post(address, said).status_code == 302
    consent = Consent.objects.get()
    assert (consent.partner.code, consent.help_type.code, consent.expires_on) == (
        "advice",
        "debt",
        ends,
    )
    page = re.sub(r"\s+", " ", client.get(case.get_absolute_url()).content.decode())
    page = re.sub(r"</?span ?>", "", page.replace("<strong >", "<strong>"))
    assert "first name, phone to <strong>Advice Centre</strong>, to get help with Debts" in page
    need = case.needs.get()
    page = client.get(f"{case.get_absolute_url()}needs/{need.code}/refer/").content.decode()
    assert "agreed to: first name and phone" in page


def test_its_words_are_unreadable_in_the_database_and_go_when_the_person_does(agree, case):
    agree("phone", words=SECRET, purpose=SECRET)
    with connection.cursor() as cursor:
        cursor.execute("SELECT purpose, words FROM cases_consent")
        assert SECRET not in str(cursor.fetchall())
    assert Consent.objects.get().words == SECRET
    Case.objects.update(state="closed", closed_at=timezone.now())
    keeping.erase(resident=case.resident, by=None, because="its time came")
    assert (Consent.objects.get().words, Consent.objects.get().purpose) == ("", "")


# --- Withdrawing ------------------------------------------------------------------------------


def test_no_older_consent_takes_over(agree, refer, case, joan, leah, sign_in):
    """A6: withdrawn, and "Consent of 26 November: safe contact, first name, phone" was back."""
    agree("first name", "phone")
    referral = refer()
    seen_by(sign_in(joan), referral)
    newer = agree("phone")
    client, address = sign_in(leah), f"{case.get_absolute_url()}consent/{newer.pk}/"
    page = client.get(address).content.decode()
    assert page.count('name="others"') == 1
    assert "checked" in page
    [older] = consenting.beside(newer)
    done = client.post(address, {"asked": "1", "others": [older.pk]}, follow=True).content.decode()
    assert "told to delete it: Advice Centre" in done
    assert not any(consent.holds for consent in Consent.objects.all())
    assert Referral.objects.get().state == "revoked"
    assert NUMBER not in seen_by(sign_in(joan), referral)
    assert Message.objects.filter(key__contains="-consent-", person=joan).exists()
    assert Copy.objects.get().partner.code == "advice"
    with pytest.raises(Refused, match="no consent that holds"):
        refer()


@pytest.mark.parametrize("others", [None, []])
def test_all_end_by_itself_and_some_stay_only_where_they_say_so(agree, leah, others):
    older, newer = agree("first name"), agree("phone")
    referring.withdraw_consent(consent=newer, by=leah, others=others)
    older.refresh_from_db()
    assert older.holds == (others == [])


def test_other_recipients_and_purposes_stay(agree, leah, kinds, elsewhere):
    other = elsewhere.organisation.partner
    stays = [agree("phone", partner=other), agree("phone", help_type=kinds["money"])]
    ends = [agree("phone", partner=None), agree("email")]
    old = Consent.objects.create(resident=ends[0].resident, fields=["phone"], words="Yes.")
    consent = agree("first name")
    assert set(consenting.beside(consent)) == {*ends, old}
    referring.withdraw_consent(consent=consent, by=leah)
    for one in stays:
        one.refresh_from_db()
        assert one.holds
    for one in (*ends, old):
        one.refresh_from_db()
        assert not one.holds


def test_a_partner_says_what_it_needs(service, joan, sign_in):
    client, address = sign_in(joan), f"/space/advice/services/{service.code}/"
    page = client.get(address).content.decode()
    assert "What do you need to know of somebody who is sent to you?" in page
    client.post(
        address,
        {
            "name": "Debt advice",
            "description": "Free.",
            "help_types": ["debt"],
            "status": "active",
            "answer_hours": "48",
            "takes_referrals": "on",
            "asks_for": ["first name", "phone"],
        },
    )
    service.refresh_from_db()
    assert service.asks_for == ["first name", "phone"]


def test_it_names_the_notice_that_is_in_force_and_stands_in_the_record(agree, case, leah):
    today = timezone.localdate()
    Notice.objects.create(version="next", text="x", in_force_from=today + timedelta(days=1))
    now = Notice.objects.create(version="now", text="x", in_force_from=today)
    consent = agree("phone", access.INSTRUCTION)
    assert (consent.notice, consent.fields) == (now, ["phone"])
    event = Event.objects.get(verb="consent given")
    assert (event.about_code, event.by_code) == (str(consent.pk), leah.code)
    assert event.detail == {"fields": ["phone"], "help": "debt", "partner": "advice"}


@pytest.mark.parametrize(
    ("fields", "words", "refusal"),
    [
        (["phone"], "  ", "Write the words"),
        (["iban"], "Yes.", "iban is no field"),
        ([], "Yes.", "Choose what they agree to share"),
        ([access.INSTRUCTION], "Yes.", "Choose what they agree to share"),
    ],
)
def test_a_consent_that_says_too_little_is_none(agree, fields, words, refusal):
    with pytest.raises(Refused, match=refusal):
        agree(*fields, words=words)
    assert not Consent.objects.exists()


def test_a_narrower_consent_leaves_what_others_were_given(agree, refer, elsewhere):
    agree("first name", "phone", partner=elsewhere.organisation.partner)
    given = refer(to=elsewhere)
    agree("first name")
    given.refresh_from_db()
    assert given.fields == ["first name", "phone"]


def test_whoever_wants_to_refer_is_told_that_none_holds_any_more(agree, case, advice):
    consent = agree("phone")
    assert "does not count" in consenting.why_none(case.needs.get(), advice)
    Consent.objects.filter(pk=consent.pk).update(withdrawn_at=timezone.now())
    assert consenting.why_none(case.needs.get(), advice).startswith(
        "There is no consent that holds. Ask"
    )


def test_it_is_withdrawn_once(agree, leah):
    consent = agree("phone")
    referring.withdraw_consent(consent=consent, by=leah)
    ended = Consent.objects.get().withdrawn_at
    with pytest.raises(Refused, match="withdrawn already"):
        referring.withdraw_consent(consent=consent, by=leah)
    assert Consent.objects.get().withdrawn_at == ended


def test_a_referral_that_ends_with_it_leaves_its_need_with_a_next_step(agree, refer, case, leah):
    consent = agree("phone")
    referral = refer()
    NextAction.objects.all().delete()
    referring.withdraw_consent(consent=consent, by=leah)
    referral.refresh_from_db()
    assert (referral.state, referral.ended_at) == ("revoked", Consent.objects.get().withdrawn_at)
    assert NextAction.objects.get(need=case.needs.get()).because == "consent"


@pytest.mark.parametrize(
    ("stands", "is_elsewhere", "after"),
    [
        ("waiting", False, "working"),
        ("waiting", True, "waiting"),
        ("new", False, "new"),
    ],
)
def test_the_case_waits_while_somebody_else_has_a_referral_of_it(
    agree, refer, case, elsewhere, leah, stands, is_elsewhere, after
):
    consent = agree("phone")
    referral = refer()
    if is_elsewhere:
        agree("phone", partner=elsewhere.organisation.partner)
        refer(to=elsewhere)
    Case.objects.filter(pk=case.pk).update(state=stands)
    referral.refresh_from_db()
    referring.withdraw_consent(consent=consent, by=leah)
    assert Case.objects.get().state == after
