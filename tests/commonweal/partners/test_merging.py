"""Two entries in the register become one organisation, and two again."""

from __future__ import annotations

import json
import random
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from commonweal.accounts.models import Event, Message, Person
from commonweal.charter.actions import sign
from commonweal.charter.models import Signature, TierAward
from commonweal.charter.reads import counts
from commonweal.office.errors import Refused
from commonweal.partners import belongings, inviting, merging, naming, parting, signatories
from commonweal.partners.actions import accept
from commonweal.partners.models import ActingRequest, Membership, Merge, Partner
from commonweal.places.models import Former
from commonweal.pledges import giving_out, ledger, reviewing
from commonweal.pledges.models import Entry, LedgerHead
from commonweal.pledges.register import Register
from commonweal.spend.models import Anchor

WHY = "The same shop, the same owner: I rang them."
PAGE = "/desk/charter/partners/bakery/merge/mill/"
# What a merge and its undoing write of themselves, and never take away.
TOLD = {Event, Message, Entry, LedgerHead, Former, Merge}


@pytest.fixture
def mill(bakery: Partner, new_partner: Any) -> Partner:
    """The bakery once more, as somebody entered it under the name of its site."""
    return new_partner(
        "mill", "Harbour Lane Bakery, the mill", company_number="01234567", size="small"
    )


@pytest.fixture
def dora(mill: Partner, new_person: Any) -> Person:
    """Edits for the mill."""
    return new_person("dora", "Dora Kerr", of=mill)


def merged(kept: Partner, gone: Partner, by: Person, **more: Any) -> Merge:
    answers = {"because": WHY, "people_may_act": True} | more
    merge = merging.merge(kept=kept, gone=gone, by=by, **answers)
    kept.refresh_from_db()
    gone.refresh_from_db()
    return merge


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, but for those in which a merge tells of itself."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in ("sessions", "jobs") or model in TOLD:
            continue
        rows[model._meta.label] = [
            {name: value for name, value in row.items() if name != "entry_count"}
            for row in model._base_manager.order_by("pk").values()
        ]
    return rows


def test_every_relation_to_a_partner_moves_or_is_named_as_staying():
    """What is found from the models: a new one says what becomes of it on a merge."""
    labels = {belonging.label for belonging in belongings.relations()}
    assert labels == set(belongings.MOVES) | set(belongings.STAYS)
    assert not set(belongings.MOVES) & set(belongings.STAYS)


def test_the_page_shows_both_then_what_would_be_done_and_then_does_it(
    bakery, mill, pledged, asha, dora, maya, sign_in, client
):
    pledged(partner=mill, by=dora)
    page = sign_in(maya).get(PAGE).content.decode()
    for text in ("Harbour Lane Bakery, the mill", "01234567", "1 pledge", "Dora Kerr"):
        assert text in page
    typed = {"name": "kept", "size": "gone", "people_may_act": "on", "because": WHY}
    page = client.post(PAGE, typed).content.decode()
    assert "Check before you merge them" in page
    assert WHY in page
    assert not Merge.objects.exists()
    mark = page.split('name="shown-merge" value="')[1].split('"')[0]
    answer = client.post(PAGE, typed | {"shown-merge": mark})
    assert (answer.status_code, answer["Location"]) == (302, "/desk/charter/partners/bakery/")
    bakery.refresh_from_db()
    mill.refresh_from_db()
    assert (bakery.name, bakery.size) == ("Harbour Lane Bakery", "small")
    assert (bakery.company_number, mill.company_number) == ("01234567", "")
    assert (mill.merged_into, mill.merged_on) == (bakery, timezone.localdate())
    assert set(bakery.memberships.current().values_list("person__name", flat=True)) == {
        "Asha Patel",
        "Dora Kerr",
    }
    assert "Undo it" in client.get("/desk/charter/partners/bakery/").content.decode()
    assert "stands for both" in client.get("/desk/charter/partners/mill/").content.decode()
    told = Message.objects.filter(
        subject__startswith="Two entries of your organisation are one now: "
    )
    assert set(told.values_list("person", flat=True)) == {
        asha.pk,
        dora.pk,
    }


def test_what_came_after_the_check_page_is_shown_before_it_is_done(
    bakery, mill, pledged, dora, maya, sign_in, client
):
    typed = {"name": "kept", "size": "kept", "people_may_act": "on", "because": WHY}
    page = sign_in(maya).post(PAGE, typed).content.decode()
    mark = page.split('name="shown-merge" value="')[1].split('"')[0]
    pledged(partner=mill, by=dora)
    page = client.post(PAGE, typed | {"shown-merge": mark}).content.decode()
    assert "1 pledge" in page
    assert not Merge.objects.exists()


def test_a_bad_answer_is_asked_again_and_keeps_what_was_typed(bakery, mill, dora, maya, sign_in):
    typed = {"name": "kept", "size": "gone", "because": WHY}
    page = sign_in(maya).post(PAGE, typed).content.decode()
    assert "Say that Dora Kerr may act for Harbour Lane Bakery" in page
    assert WHY in page
    page = sign_in(maya).post(PAGE, typed | {"because": ""}).content.decode()
    assert "Say how you know" in page


def test_nobody_but_the_charter_manager_merges(bakery, mill, asha, carys, tom, sign_in, client):
    assert client.get(PAGE).status_code == 302
    for person in (asha, carys, tom):
        assert sign_in(person).get(PAGE).status_code == 403


def test_old_lines_stay_as_they_were_and_a_new_one_tells_of_it(
    bakery, mill, pledged, dora, maya, client
):
    pledge = pledged(partner=mill, by=dora)
    before = list(Entry.objects.order_by("seq").values())
    merge = merged(bakery, mill, maya)
    pledge.refresh_from_db()
    assert pledge.partner == bakery
    told = pledge.entries.last()
    assert (told.kind, told.by_role) == ("merged", "charter manager")
    assert told.body == {
        "partner": "mill",
        "name": "Harbour Lane Bakery, the mill",
        "into": "bakery",
        "into_name": "Harbour Lane Bakery",
    }
    parting.undo(merge=merge, because="Two shops", by=maya)
    assert pledge.entries.last().kind == "parted"
    assert list(Entry.objects.order_by("seq").values())[: len(before)] == before
    page = client.get(f"/pledges/{pledge.code}/").content.decode()
    assert "Two entries of one organisation joined" in page
    assert "Two organisations after all" in page
    assert not list(ledger_faults())


def ledger_faults() -> Any:
    previous = ledger.GENESIS
    for entry in Entry.objects.select_related("pledge").order_by("seq"):
        if entry.previous != previous or entry.hash != ledger.hash_of(entry, entry.pledge.code):
            yield entry.seq
        previous = entry.hash


def test_the_old_address_leads_to_the_one_that_stays(
    bakery, mill, pledged, asha, dora, maya, sign_in, client
):
    pledge = pledged(partner=mill, by=dora)
    merged(bakery, mill, maya)
    answer = client.get("/partners/mill/?page=1")
    assert (answer.status_code, answer["Location"]) == (307, "/partners/bakery/?page=1")
    badge = client.get("/partners/mill/badge.svg")
    assert badge["Location"] == "/partners/bakery/badge.svg"
    assert pledge.statement in client.get("/pledges/?partner=mill").content.decode()
    names = client.get("/partners/").content.decode()
    assert "Harbour Lane Bakery, the mill" not in names
    assert "mill" not in client.get("/open-data/partners.csv").getvalue().decode()
    answer = sign_in(dora).post("/space/mill/profile/", {"description": "Bread"})
    assert (answer.status_code, answer["Location"]) == (307, "/space/bakery/profile/")


def test_an_entry_that_was_never_public_leads_nobody_anywhere(
    bakery, new_partner, new_person, asha, carys, maya, sign_in, client
):
    twin = new_partner("twin", "Harbour Lane Bakery", accepted_on=None)
    dora = new_person("dora", "Dora Kerr", of=twin)
    merged(bakery, twin, maya)
    assert client.get("/partners/twin/").status_code == 404
    assert sign_in(carys).get("/space/twin/").status_code == 404
    assert sign_in(dora).get("/space/twin/")["Location"] == "/space/bakery/"
    assert "twin" not in client.get("/desk/charter/").content.decode()
    with pytest.raises(Refused, match="merged into another"):
        accept(partner=twin, by=maya)


def test_what_is_not_there_of_an_entry_that_stands_is_not_found(bakery, asha, sign_in):
    for address in ("/space/bakery/pledges/NONE/", "/partners/bakery/NONE/"):
        assert sign_in(asha).get(address).status_code == 404


def test_after_it_the_organisation_counts_once_and_before_that_day_as_two(
    bakery, mill, version, asha, dora, maya, tier, idris, tom, today
):
    for partner, person in ((bakery, asha), (mill, dora)):
        sign(partner=partner, version=version, name="A", capacity="B", show_name=False, by=person)
    yesterday = today - timedelta(days=1)
    Signature.objects.update(signed_on=yesterday)
    before = counts(yesterday)
    everybody = counts(today).reached
    merge = merged(bakery, mill, maya)
    assert counts(today).reached == everybody - 1
    assert counts(today).signed == 1
    assert counts(yesterday) == before
    lines = [(line.what, line.remark) for line in parting.goes_back(merge)]
    assert ("1 signature", "is as it was before it ended") in lines
    parting.undo(merge=merge, because="Two shops", by=maya)
    assert (counts(today).reached, counts(today).signed) == (everybody, 2)


def test_books_that_were_signed_stay_byte_for_byte(
    bakery, mill, pledged, dora, maya, period, close_books
):
    pledged(partner=mill, by=dora)
    statement = close_books(period)
    columns = type(statement).objects.filter(pk=statement.pk)
    before = columns.values().get()
    merged(bakery, mill, maya)
    assert columns.values().get() == before


def refusal(kept: Partner, gone: Partner, by: Person, **more: Any) -> str:
    before = everything()
    with pytest.raises(Refused) as refused:
        merged(kept, gone, by, **more)
    assert everything() == before
    return str(refused.value)


def test_an_organisation_is_not_merged_into_itself(bakery, maya, sign_in):
    assert "one entry" in refusal(bakery, bakery, maya)
    page = sign_in(maya).get("/desk/charter/partners/bakery/merge/bakery/").content.decode()
    assert "This is one entry. Choose another one." in page


def test_one_that_is_merged_already_is_not_merged_again(bakery, mill, college, maya):
    merged(bakery, mill, maya)
    for kept, gone in ((college, mill), (mill, college)):
        assert "merged into Harbour Lane Bakery already" in refusal(kept, gone, maya)


def test_without_a_reason_nothing_is_merged(bakery, mill, maya):
    assert "Say how you know" in refusal(bakery, mill, maya, because=" ")


def test_where_people_act_for_both_the_manager_says_that_they_may(bakery, mill, asha, dora, maya):
    assert "Say that they may act" in refusal(bakery, mill, maya, people_may_act=False)
    merged(bakery, mill, maya)
    assert bakery.memberships.current().count() == 2


def test_nobody_who_was_asked_to_act_for_the_one_that_goes_comes_in_by_it(
    bakery, mill, asha, dora, carys, maya, sign_in, client
):
    invitation = inviting.invite(partner=mill, email=carys.email, role="editor", by=dora)
    merge = merged(bakery, mill, maya)
    page = sign_in(carys).post(f"/invitations/{invitation.token}/").content.decode()
    assert "merged into another one" in page
    with pytest.raises(Refused):
        inviting.accept_invitation(invitation=invitation, by=carys)
    assert not Membership.objects.filter(person=carys).exists()
    parting.undo(merge=merge, because="Two shops", by=maya)
    inviting.accept_invitation(invitation=invitation, by=carys)
    assert Membership.objects.get(person=carys).partner == mill


def test_an_open_invitation_to_the_one_that_goes_is_named_before(
    bakery, mill, carys, dora, maya, sign_in
):
    client = sign_in(maya)
    assert "open invitation" not in client.get(PAGE).content.decode()
    invitation = inviting.invite(partner=mill, email=carys.email, role="editor", by=dora)
    page = " ".join(client.get(PAGE).content.decode().split())
    assert "1 open invitation" in page
    assert "its link leads nowhere any more" in page
    inviting.withdraw_invitation(invitation=invitation, by=dora)
    assert "open invitation" not in client.get(PAGE).content.decode()


def test_whoever_says_this_is_us_of_the_one_that_goes_is_answered_first(bakery, mill, carys, maya):
    ActingRequest.objects.create(partner=mill, person=carys, job_title="Owner")
    assert "Somebody asks to act" in refusal(bakery, mill, maya)


def test_a_new_name_that_waits_is_decided_first(bakery, mill, dora, maya):
    naming.hold_back(partner=mill, profile={"name": "The mill"}, by=dora)
    assert "A new name of Harbour Lane Bakery, the mill waits" in refusal(bakery, mill, maya)


def test_a_manager_lets_nobody_in_by_it_who_is_the_manager(bakery, council, new_partner, maya):
    own = new_partner("own", "Council of old")
    Membership.objects.create(partner=own, person=maya, role="editor")
    assert "Another charter manager decides it" in refusal(bakery, own, maya)


def test_the_councils_own_entry_and_one_with_payments_stay(bakery, council, mill, maya):
    assert "the council's own entry" in refusal(bakery, council, maya)
    Anchor.objects.create(partner=mill)
    assert "Its payments were read in" in refusal(bakery, mill, maya)
    merged(mill, bakery, maya)


def test_one_that_is_not_in_the_register_or_may_not_act_does_not_stay(
    bakery, new_partner, maya, today
):
    twin = new_partner("twin", "Harbour Lane Bakery", accepted_on=None)
    assert "is not in the register" in refusal(twin, bakery, maya)
    stopped = new_partner("stopped", "Harbour Bakery", stopped_on=today)
    assert "acceptance of Harbour Bakery has ended" in refusal(stopped, bakery, maya)
    merged(bakery, stopped, maya)


@pytest.mark.parametrize("turned_round", [False, True])
def test_no_review_becomes_one_by_the_own_organisation(
    turned_round, bakery, college, claimed, idris, maya
):
    pledge, claim = claimed()
    kept, gone = (college, bakery) if turned_round else (bakery, college)
    giving_out.assign(claim_entry=claim, reviewer=idris, by=maya)
    assert "is given to a reviewer of Brackenford College" in refusal(kept, gone, maya)
    reviewing.review(
        pledge=pledge, claim_seq=claim.seq, verdict="upheld", figure=None, reasons="Seen", by=idris
    )
    assert "reviewed 1 claim of Harbour Lane Bakery" in refusal(kept, gone, maya)
    # Nor once the reviewer has left, or the organisation is called otherwise.
    Membership.objects.filter(person=idris).update(left_on=timezone.localdate())
    assert "reviewed 1 claim" in refusal(kept, gone, maya)
    Partner.objects.filter(pk=college.pk).update(name="College of the town")
    assert "People of College of the town reviewed 1 claim" in refusal(kept, gone, maya)


def test_after_it_nobody_of_the_two_reviews_what_either_claims(
    bakery, college, claimed, idris, maya
):
    pledge, claim = claimed()
    merged(bakery, college, maya)
    pledge.refresh_from_db()
    assert "You belong to" in reviewing.why_not_review(pledge, claim, idris)


def test_the_same_tier_proposed_for_both_is_decided_first(bakery, mill, tier, idris, today, maya):
    for partner in (bakery, mill):
        TierAward.objects.create(
            partner=partner, tier=tier, reasons="x", proposed_by=idris, proposed_on=today
        )
    assert "The same tier is proposed for both" in refusal(bakery, mill, maya)


def test_a_number_of_a_third_one_is_refused_in_words(bakery, mill, new_partner, maya):
    Partner.objects.filter(pk=mill.pk).update(covers="The mill")
    new_partner("third", "Mills", company_number="01234567")
    assert "Another partner has a number" in refusal(bakery, mill, maya)


def test_what_came_since_stays_and_the_page_says_so(
    bakery, mill, pledged, asha, dora, maya, sign_in, client
):
    moved = pledged(partner=mill, by=dora, statement="Of before")
    merge = merged(bakery, mill, maya)
    since = pledged(partner=bakery, by=dora, statement="Of since")
    Partner.objects.filter(pk=bakery.pk).update(description="Bread", company_number="07654321")
    address = f"/desk/charter/merges/{merge.pk}/undo/"
    page = sign_in(maya).get(address).content.decode()
    assert "1 pledge" in page
    assert "came since; stays with Harbour Lane Bakery" in page
    assert "Say how you know" in client.post(address, {"because": ""}).content.decode()
    client.post(address, {"because": "Two owners"})
    moved.refresh_from_db()
    since.refresh_from_db()
    bakery.refresh_from_db()
    mill.refresh_from_db()
    assert (moved.partner, since.partner) == (mill, bakery)
    assert (bakery.description, bakery.company_number) == ("Bread", "07654321")
    assert mill.company_number == "01234567"
    assert mill.merged_into is None
    assert client.get("/partners/mill/").status_code == 200
    assert "undone already" in client.post(address, {"because": "Again"}).content.decode()


def test_merges_are_undone_the_newest_first(bakery, mill, college, council, maya):
    first = merged(bakery, mill, maya)
    second = merged(bakery, college, maya)
    with pytest.raises(Refused, match="Brackenford College was merged into"):
        parting.undo(merge=first, because="Two", by=maya)
    third = merged(council, bakery, maya)
    with pytest.raises(Refused, match="was merged into Borough Council since"):
        parting.undo(merge=second, because="Two", by=maya)
    for merge in (third, second, first):
        parting.undo(merge=merge, because="Two", by=maya)
    assert not Partner.objects.exclude(merged_into=None).exists()


def test_addresses_lead_over_every_merge(bakery, mill, council, maya, client):
    merged(bakery, mill, maya)
    merged(council, bakery, maya)
    assert client.get("/partners/mill/")["Location"] == "/partners/council/"


def test_a_list_of_signatories_and_a_file_know_the_old_name(bakery, mill, maya):
    merged(bakery, mill, maya)
    (line,) = signatories.plan(signatories.read("Harbour Lane Bakery, the mill; a@b.example"))
    assert line.partner == bakery
    register = Register("")
    assert set(register.names.values()) == {bakery.pk, Partner.objects.get(code="council").pk}


def test_the_reason_and_the_journal_lie_encrypted(bakery, mill, maya):
    Partner.objects.filter(pk=mill.pk).update(contact_phone="01632 960001")
    merged(bakery, mill, maya)
    with connection.cursor() as cursor:
        cursor.execute("SELECT because, journal FROM partners_merge")
        (stored,) = cursor.fetchall()
    assert "rang" not in str(stored)
    assert "01632 960001" not in str(stored)
    bakery.refresh_from_db()
    assert bakery.contact_phone == "01632 960001"
    assert "01632 960001" not in json.dumps(list(Former.objects.values_list("was", flat=True)))


@pytest.mark.parametrize("seed", range(4))
def test_merged_and_undone_every_row_is_as_before(
    seed, bakery, mill, pledged, asha, dora, maya, version, area
):
    """Rows of every kind lie at the one, at the other or at both, as chance has it."""
    chance = random.Random(seed)
    for belonging in belongings.moving():
        if not belonging.moving.never:
            for _ in range(3):
                plant(belonging.model, **{belonging.column: chance.choice([bakery, mill, mill])})
    pledged(partner=mill, by=dora)
    ledger.work_out_anew(on=timezone.localdate())
    before = everything()
    merge = merged(bakery, mill, maya)
    journal = merging.Journal.of(merge)
    for belonging in belongings.moving():
        left = set(belonging.rows(mill).values_list("pk", flat=True))
        left -= {int(pk) for pk in journal.ended.get(belonging.label, {})}
        assert not left or belonging.label in STAYS_WHERE_BOTH_HAVE_IT
    assert everything() != before
    parting.undo(merge=merge, because="Two shops", by=maya)
    after = everything()
    for label, rows in before.items():
        assert after[label] == rows, label
    assert not list(ledger_faults())


STAYS_WHERE_BOTH_HAVE_IT = {
    "services.Organisation.partner",
    "voice.Contribution.partner",
    "voice.Support.partner",
}
# What the rules of a table ask of a row besides.
ASKED: dict[str, dict[str, Any]] = {
    "voice.Consultation": {"decides_on": date(2099, 1, 1)},
    "cases.Referral": {"hand": "warm", "state": "closed"},
    "voice.Contribution": {"channel": "online", "voice": "enterprise"},
    "voice.Support": {"channel": "online", "voice": "enterprise"},
}


def plant(model: type[models.Model], **columns: Any) -> Any:
    """A row of any model, as empty as it may be; what it needs besides is planted with it. None
    where its partner has one already."""
    values = ASKED.get(model._meta.label, {}) | columns
    for column in model._meta.concrete_fields:
        is_asked = not (column.primary_key or column.null or column.blank or column.has_default())
        if column.name not in values and is_asked:
            values[column.name] = filled(column)
    try:
        with transaction.atomic():
            return model._base_manager.create(**values)
    except IntegrityError:
        taken = {name: columns[name] for name in columns}
        assert model._base_manager.filter(**taken).exists(), (model, values)
        return None


def filled(column: Any) -> Any:
    if column.is_relation:
        related = column.related_model
        return related._base_manager.order_by("pk").first() or plant(related)
    if column.choices:
        return column.choices[0][0]
    if isinstance(column, models.DateTimeField):
        return timezone.now()
    if isinstance(column, models.DateField):
        return timezone.localdate()
    if isinstance(column, models.UUIDField):
        return uuid.uuid4()
    if isinstance(column, models.JSONField):
        return {}
    if isinstance(column, models.CharField | models.TextField):
        return uuid.uuid4().hex[: min(column.max_length or 12, 12)] if column.unique else "x"
    return 1
