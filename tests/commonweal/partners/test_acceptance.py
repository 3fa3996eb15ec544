"""An organisation that nobody has accepted, or that was stopped, does nothing that others see."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from commonweal.accounts.models import Message
from commonweal.asks.models import Answer
from commonweal.cases import referring
from commonweal.cases.models import Case, Referral
from commonweal.charter.models import Signature, TierAward
from commonweal.economy.models import Shock
from commonweal.office.errors import Refused
from commonweal.partners import actions
from commonweal.partners.models import Invitation, Membership, Partner
from commonweal.pledges import actions as pledging
from commonweal.pledges.models import Draft, Entry, Pledge
from commonweal.programme.models import Action, Milestone, Observation
from commonweal.services.models import Service
from tests.commonweal.test_permissions import samples

# Something that exists for each address of the product, as the table of permissions has it.
__all__ = ["samples"]

pytestmark = pytest.mark.django_db

FIRM = {
    "name": "Free Cash Council",
    "sector": "voluntary",
    "kind": "club",
    "size": "volunteers",
    "relation": "none",
    "job_title": "Boss",
    "may_act": "on",
}
SERVICE = {
    "name": "Free cash today",
    "description": "Ring us with your bank card ready",
    "status": "active",
    "help_types": ["debt"],
    "takes_referrals": "on",
    "answer_hours": "48",
}
IN = {
    "first_name": "Nobody",
    "last_name": "Atall",
    "phone": "07700 900999",
    "contact": "any",
    "help_types": ["debt"],
    "words": "x",
    "consent_words": "Yes.",
}


# --- As a stranger would try it ---------------------------------------------------------------


@pytest.fixture
def mallory(new_person, town):
    return new_person("mallory", "Mallory")


@pytest.fixture
def joined(mallory, sign_in, kinds):
    client = sign_in(mallory)
    client.post("/join/", FIRM)
    return client


def test_a_self_made_service_stands_in_no_directory(joined, client, leah, sign_in, asks_for_help):
    page = joined.post("/space/free-cash-council/services/new/", SERVICE, follow=True).content
    assert b"once your organisation is accepted" in page
    assert b"Nobody outside your organisation sees these entries" in page
    service = Service.objects.get(name="Free cash today")
    case = asks_for_help("debt", by=leah)
    seen = [
        client.get(address).content
        for address in (
            "/help/services/",
            "/help/services.json",
            "/help/services/?q=cash",
            "/help/services/?help=debt",
        )
    ]
    seen.append(
        sign_in(leah).get(reverse("need-refer", args=[case.code, case.needs.get().code])).content
    )
    assert not any(b"Free cash today" in page for page in seen)
    for name in ("service", "service-json"):
        assert client.get(reverse(name, args=[service.code])).status_code == 404
    with pytest.raises(Refused, match="not accepted"):
        referring.refer(need=case.needs.get(), service=service, hand="nothing", by=leah)


def test_an_accepted_service_comes_out_of_its_hold(joined, client, maya):
    joined.post("/space/free-cash-council/services/new/", SERVICE)
    actions.accept(partner=Partner.objects.get(code="free-cash-council"), by=maya)
    assert b"Free cash today" in client.get("/help/services/").content


def test_it_reads_no_referral_and_sends_nobody_to_the_desk(joined, mallory):
    partner = Partner.objects.get(code="free-cash-council")
    page = joined.post(
        "/space/free-cash-council/referrals/workers/",
        {"member": mallory.memberships.get().pk},
        follow=True,
    )
    assert b"waits for the charter manager" in page.content
    assert not mallory.memberships.get().handles_referrals
    # Nor where it was named before the check was there.
    mallory.memberships.update(handles_referrals=True)
    for address in ("referrals/", "referrals/new/"):
        assert joined.get(f"/space/free-cash-council/{address}").status_code == 403
    assert joined.post("/space/free-cash-council/referrals/new/", IN).status_code == 403
    with pytest.raises(Refused, match="waits for the charter manager"):
        referring.refer_in(
            partner=partner, values={}, help_types=[], words="", by=mallory, consent_words="Yes."
        )
    assert not Case.objects.exists()


def test_it_sends_no_mail_to_strangers(joined):
    """Thirty of thirty went out in the town's name, once."""
    for number in range(30):
        page = joined.post(
            "/space/free-cash-council/people/",
            {"email": f"victim{number}@example.org", "role": "reader"},
        )
    assert b"waits for the charter manager" in page.content
    assert not Message.objects.exclude(to_email="").exists()
    assert not Invitation.objects.exists()


def test_its_pledge_is_kept_and_waits_out_of_sight(
    joined, client, sign_in, maya, mallory, measure, today
):
    partner = Partner.objects.get(code="free-cash-council")
    draft = Draft.objects.create(partner=partner, by=mallory)
    pledging.propose(
        draft=draft,
        by=mallory,
        terms=pledging.Terms(
            measure=measure,
            statement="Give us your card.",
            baseline=Decimal(0),
            target=Decimal(9),
            due_on=today + timedelta(days=9),
            theme=measure.theme,
            owner_title="x",
            who_benefits="x",
        ),
    )
    assert b"Give us your card." not in sign_in(maya).get("/desk/charter/").content
    assert b"Give us your card." in sign_in(mallory).get("/space/free-cash-council/").content
    actions.accept(partner=partner, by=maya)
    assert b"Give us your card." in sign_in(maya).get("/desk/charter/").content


def test_its_space_offers_only_what_it_may_do(joined, sign_in, asha, ben, joan, version):
    page = joined.get("/space/free-cash-council/").content.decode()
    for link in ("/referrals/", "/referrals/workers/"):
        assert f'/space/free-cash-council{link}"' not in page
    # What it signs is held until it is accepted.
    assert '/space/free-cash-council/sign/"' in page
    # Who reads referrals is for editors; referrals for those who are named.
    asha_page = sign_in(asha).get("/space/bakery/").content.decode()
    assert "/referrals/workers/" in asha_page
    assert '/space/bakery/referrals/"' not in asha_page
    assert "/referrals/" not in sign_in(ben).get("/space/bakery/").content.decode()
    assert '/space/advice/referrals/"' in sign_in(joan).get("/space/advice/").content.decode()


# --- Every address under a space --------------------------------------------------------------


def space_addresses():
    def walk(patterns, before, parts):
        for one in patterns:
            route, here = before + str(one.pattern), {**parts, **one.pattern.converters}
            if isinstance(one, URLPattern):
                if route.startswith("space/<slug:code>/"):
                    yield one.name
            else:
                yield from walk(one.url_patterns, route, here)

    return set(walk(get_resolver().url_patterns, "", {}))


def upload():
    return SimpleUploadedFile("a.txt", b"a list")


# What an editor sends to each address; True where the same, sent by an accepted organisation,
# is seen by others. (Not all of these can be: what `samples` holds of a referral is answered.)
SENT = {
    "space": ({}, False),
    "space-pledge": ({}, False),
    "space-programme": ({}, False),
    "space-referrals": ({}, False),
    "space-services": ({}, False),
    "draft-start": ({}, False),
    "draft-delete": ({}, False),
    "draft-step": ({}, False),
    "draft-check": ({}, False),
    "pledge-rewrite": ({}, False),
    "member-leave": ({}, False),
    "space-profile": (
        {
            "name": "New name",
            "sector": "private",
            "kind": "company",
            "size": "micro",
            "relation": "none",
            "description": "Ring us",
        },
        False,
    ),
    "invitation-withdraw": ({}, False),
    "space-people": ({"email": "victim@example.org", "role": "reader"}, True),
    "sign": ({"name": "A", "capacity": "B", "terms": "on"}, False),
    "sign-take-back": ({}, False),
    "space-signed": ({}, False),
    "charter-leave": ({"because": "We go."}, True),
    "space-tiers": ({"reply": "No."}, False),
    "pledge-claim": ({"value": "150", "words": "More."}, True),
    "pledge-attach": ({"link": "https://example.org/other"}, True),
    "pledge-change": ({"target": "190", "because": "Less."}, True),
    "pledge-withdraw": ({"because": "Not after all."}, True),
    "pledge-reply": ({"agrees": "no", "words": "It is right."}, True),
    "pledge-answer": ({"words": "Because."}, True),
    "pledge-nothing-more": ({}, False),
    "space-workers": ({}, False),
    "space-refer-in": (IN, True),
    "space-referral": ({"verb": "accept"}, True),
    "space-service-new": (SERVICE, True),
    "space-service": (SERVICE, True),
    "space-service-assure": ({}, True),
    "space-answer": ({"pledge": "", "quantity": "1"}, False),
    "space-shocks": ({}, False),
    "space-shock": ({}, False),
    "shock-delete": ({}, False),
    "shock-tell": ({"kind": "closure", "words": "We close."}, False),
    "shock-draft": ({"kind": "closure", "words": "We close."}, False),
    "shock-check": ({}, True),
    # Not under a space, and an organisation's own all the same.
    "milestone-done": ({"done_on_0": "1", "done_on_1": "1", "done_on_2": "2026"}, False),
    "milestone-add": ({"title": "Own"}, False),
    "milestone-move": ({}, False),
    "milestone-reopen": ({}, False),
    "action-needs": ({}, False),
    "metric-figure": ({}, False),
}


def seen_by_others(partners):
    """What of these organisations anybody else could see, as plain values."""
    own = Membership.objects.filter(partner__in=partners).values("person")
    shown = Service.objects.shown().filter(organisation__partner__in=partners)
    return {
        "ledger": Entry.objects.public().count(),
        "pledges to accept": Pledge.objects.filter(
            accepted_on=None, returned_because="", partner__in=Partner.objects.acting()
        ).count(),
        "mail": Message.objects.exclude(person__in=own).count(),
        "signatures": Signature.objects.filter(ended_on=None).count(),
        "invitations": Invitation.objects.count(),
        "workers": Membership.objects.filter(handles_referrals=True).count(),
        "names": list(Partner.objects.public().values_list("name", "website", "description")),
        "services": list(shown.values_list("name", "description", "changed_at", "assured_on")),
        "cases": Case.objects.count(),
        "referrals": list(Referral.objects.values_list("state", flat=True)),
        "answers": Answer.objects.count(),
        "shocks": Shock.objects.exclude(state=Shock.State.DRAFT).count(),
        "tiers": list(TierAward.objects.values_list("reply", flat=True)),
        "plan": (
            Milestone.objects.count(),
            Milestone.objects.exclude(done_on=None).count(),
            Observation.objects.count(),
            Action.objects.exclude(needed_by=None).count(),
            list(Action.objects.values_list("due_on", flat=True)),
        ),
    }


def tried(names, samples, asha, joan, partners):
    """(address, what of it others saw) of each form sent, taken back again each time."""
    clients = {}
    for person in (asha, joan):
        clients[person] = Client()
        clients[person].force_login(person)
    for name in sorted(names):
        person = joan if samples[name].get("code") == "advice" else asha
        with transaction.atomic():
            before = seen_by_others(partners)
            # As the page does that shows every entry of a promise.
            shown = {
                "seen": Entry.objects.filter(pledge__code=samples[name].get("pledge_code")).count()
            }
            clients[person].post(reverse(name, kwargs=samples[name]), shown | SENT[name][0])
            after = seen_by_others(partners)
            transaction.set_rollback(True)
        yield name, {what for what in before if before[what] != after[what]}


def test_each_address_of_a_space_is_tried():
    assert space_addresses() <= set(SENT), "say what an editor sends there, and who sees it"


@pytest.fixture
def laid(samples):
    """What `samples` makes, with entries of services that were confirmed some time ago."""
    Service.objects.update(assured_on=timezone.localdate() - timedelta(days=30))
    return samples


def test_what_an_accepted_organisation_does_is_seen(laid, asha, joan, bakery, advice):
    """The control: the forms below are right, and would be seen."""
    seen = dict(tried(SENT, laid, asha, joan, [bakery, advice]))
    assert {name for name, (_, public) in SENT.items() if public and not seen[name]} == set()


@pytest.mark.parametrize("state", ["never accepted", "stopped"])
def test_nothing_that_one_does_who_may_not_act_is_seen(
    state, laid, asha, joan, bakery, advice, maya, client, leah
):
    for partner in (bakery, advice):
        if state == "stopped":
            actions.stop(partner=partner, because="It was somebody else.", by=maya)
        else:
            Partner.objects.filter(pk=partner.pk).update(accepted_on=None)
    pages = looked_at(client, bakery, laid, leah)
    seen = {name: what for name, what in tried(SENT, laid, asha, joan, [bakery, advice]) if what}
    assert seen == {}
    # `laid` made promises for the bakery while it was accepted; one that never was has none in the
    # register that its name could stand beside, so its profile is left out there.
    left_out = {"space-profile"} if state == "never accepted" else set()
    for partner, person in ((bakery, asha), (advice, joan)):
        for name in set(SENT) - left_out:
            if laid[name].get("code") == partner.code:
                answering = Client()
                answering.force_login(person)
                answering.post(reverse(name, kwargs=laid[name]), SENT[name][0])
    after = looked_at(client, bakery, laid, leah)
    assert {address for address in pages if pages[address] != after[address]} == set()


def looked_at(client, bakery, samples, leah):
    """Pages as others see them, without what is new at each look."""
    pages = {}
    handler = Client()
    handler.force_login(leah)
    session = handler.session
    session["demo_second_factor"] = True
    session.save()
    pages["refer"] = handler.get(reverse("need-refer", kwargs=samples["need-refer"])).content
    for address in (
        "/",
        "/partners/",
        f"/partners/{bakery.code}/",
        "/pledges/",
        "/help/services/",
        "/help/services.json",
        "/charter/",
        "/programme/",
        "/feed.atom",
        "/help/asks/",
        f"/partners/{bakery.code}/badge.svg",
    ):
        pages[address] = client.get(address).content
    return {
        address: re.sub(r'(nonce|value)="[^"]{16,}"', "", content.decode())
        for address, content in pages.items()
    }


# --- Ending acceptance ------------------------------------------------------------------------


def test_the_manager_ends_and_gives_back_acceptance(
    sign_in, maya, asha, bakery, client, pledged, service, joan, advice
):
    pledge = pledged()
    for person in (asha, joan):
        assert sign_in(person).post("/desk/charter/partners/bakery/stop/").status_code == 403
    client = sign_in(maya)
    assert b"Say why" in client.post("/desk/charter/partners/bakery/stop/", {"because": ""}).content
    client.post("/desk/charter/partners/bakery/stop/", {"because": "It was somebody else."})
    client.post("/desk/charter/partners/advice/stop/", {"because": "It has closed."})
    client.logout()
    # What was promised stays; that it has ended is said; its services go.
    assert client.get(f"/pledges/{pledge.code}/").status_code == 200
    assert b"acceptance of this organisation ended" in client.get("/partners/bakery/").content
    assert b"No partner of the charter today" in client.get("/partners/bakery/badge.svg").content
    assert b"Debt advice" not in client.get("/help/services/").content
    assert "It was somebody else." in Message.objects.get(person=asha, key__contains="stopped").body
    assert b"It was somebody else." in sign_in(asha).get("/space/bakery/").content
    sign_in(maya).post("/desk/charter/partners/advice/stop/")
    assert b"Debt advice" in client.get("/help/services/").content


def test_what_a_stopped_organisation_holds_returns_to_the_desk(
    asks_for_help, service, leah, maya, joan, advice
):
    case = asks_for_help("debt", by=leah)
    referral = referring.refer(need=case.needs.get(), service=service, hand="nothing", by=leah)
    referring.receive(referral=referral, by=joan)
    referring.accept(referral=referral, by=joan)
    actions.stop(partner=advice, because="It has closed.", by=maya)
    referring.return_unanswered(timezone.now())
    referral.refresh_from_db()
    assert referral.state == "returned"
    assert "not accepted any more" in case.notes.order_by("-pk")[0].words
