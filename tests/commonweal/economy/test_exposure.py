"""If this one fails: written down, shown to staff, public with leave alone, and guarded."""

from __future__ import annotations

import html
import json
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from commonweal.accounts.models import Event, Person
from commonweal.demo.cast import CAST
from commonweal.demo.economy import exposure as demo_exposure
from commonweal.economy.exposure import actions, reads
from commonweal.economy.exposure.sections import sections
from commonweal.economy.models import EmployerGroup, Vulnerability
from commonweal.economy.scenarios import actions as scenarios
from commonweal.office.errors import Refused
from commonweal.places.models import Town
from commonweal.spend import files, preparing
from commonweal.spend.models import Contract
from localwealth.registers.making import build
from tests.commonweal.cast.exposure import WORD, group_of
from tests.commonweal.spend.town import COUNCIL, LEDGER, registered

pytestmark = pytest.mark.django_db

TYPED = {
    "name": "Vantor",
    "section": "C",
    "is_multinational": "on",
    "local_jobs": "1896",
    "jobs_source": "Its own count",
    "jobs_on_0": "1",
    "jobs_on_1": "9",
    "jobs_on_2": "2025",
    "entries": "gb-coh-01000001",
    "sub_suppliers": "Thistlewick Forge\nHarbour Lane Bakery",
}
CONSENT = {
    "consent_words": "The works manager",
    "consent_on_0": "3",
    "consent_on_1": "11",
    "consent_on_2": "2026",
}


def text_of(answer: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


@pytest.fixture
def written(yusuf: Person) -> Any:
    """A group written down by the analyst."""

    def write(**more: Any) -> EmployerGroup:
        return actions.write_down(group=None, values=group_of(**more), by=yusuf)

    return write


@pytest.fixture
def publish(maya: Person, today: date) -> Any:
    def with_consent(group: EmployerGroup) -> None:
        actions.publish(
            group=group, consent_on=today, consent_words="Its head", decision=None, by=maya
        )

    return with_consent


def public_page(group: EmployerGroup) -> str:
    return f"/economy/groups/{group.code}/"


# --- Written down -------------------------------------------------------------------------------


def test_the_analyst_writes_a_group_down_and_only_staff_see_it(sign_in, yusuf, bakery, client):
    answer = sign_in(yusuf).post(
        "/desk/economy/groups/", TYPED | {"partners": bakery.name.upper()}, follow=True
    )
    page = text_of(answer)
    assert "Written down. Only staff see it." in page
    assert "If Vantor failed" in page
    assert "1,896 (Its own count, 1 September 2025)" in page
    assert "Thistlewick Forge" in page
    group = EmployerGroup.objects.get()
    assert group.entries == ["GB-COH-01000001"]
    assert list(group.partners.all()) == [bakery]
    assert Event.objects.get(verb="group written down").by_code == yusuf.code
    listed = text_of(sign_in(yusuf).get("/desk/economy/exposure/"))
    assert "Vantor Manufacturing yes 1,896" in listed
    client.logout()
    assert client.get(public_page(group)).status_code == 404
    assert "Vantor" not in text_of(client.get("/economy/"))
    assert "vantor" not in group.code


def test_of_two_groups_at_once_each_has_its_number_and_its_name(written, meanwhile):
    meanwhile(Town, lambda: written(name="Vantor"))
    other = written(name="Skylark")
    assert [group.code for group in EmployerGroup.objects.order_by("pk")] == ["group-1", "group-2"]
    assert other.code == "group-2"
    meanwhile(Town, lambda: written(name="Wren"))
    with pytest.raises(Refused, match="a group of this name"):
        written(name="Wren")


def test_a_group_that_becomes_public_meanwhile_keeps_its_name(written, publish, yusuf, meanwhile):
    group = written(name="Vantor")
    meanwhile(EmployerGroup, lambda: publish(EmployerGroup.objects.get()))
    with pytest.raises(Refused, match="public by its name"):
        actions.write_down(group=group, values=group_of(name="Skylark"), by=yusuf)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"jobs_on_2": "2199"}, "Jobs can't have been counted on a day to come."),
        ({"name": "OAKBY works"}, "There is a group of this name already."),
        ({"entries": "01000001"}, "01000001 is no number of a register"),
        ({"local_jobs": "-1"}, "Enter 0 or more for “Jobs at all its sites here”"),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(
    sign_in, yusuf, written, more, sentence
):
    written(name="Oakby Works")
    page = sign_in(yusuf).post("/desk/economy/groups/", TYPED | more)
    assert sentence in text_of(page)
    assert "Thistlewick Forge" in page.content.decode()
    assert EmployerGroup.objects.count() == 1


def test_a_public_one_keeps_its_name_and_other_changes_show(
    sign_in, yusuf, written, publish, client
):
    group = written()
    publish(group)
    address = reverse("group-change", args=[group.code])
    refused = sign_in(yusuf).post(address, TYPED | {"name": "Somebody Else Ltd"})
    assert "Take it back first, and ask for leave again" in text_of(refused)
    assert "Somebody Else Ltd" in refused.content.decode()
    assert sign_in(yusuf).post(address, TYPED | {"local_jobs": "140"}).status_code == 302
    client.logout()
    page = text_of(client.get(public_page(group)))
    assert "about 140" in page
    assert "Somebody" not in page


# --- Public with leave alone ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"decision": ""}, "becomes public only with its consent"),
        ({"consent_words": "x"}, "Say who agreed and on which day"),
        (CONSENT | {"consent_words": ""}, "Say who agreed and on which day"),
        (CONSENT | {"consent_on_2": "2199"}, "a day to come"),
    ],
)
def test_without_leave_it_stays_with_staff(sign_in, maya, written, client, more, sentence):
    group = written()
    address = reverse("group-publish", args=[group.code])
    assert sentence in text_of(sign_in(maya).post(address, more))
    client.logout()
    assert client.get(public_page(group)).status_code == 404


def test_the_database_itself_asks_for_leave(written, today):
    group = written()
    with pytest.raises(IntegrityError), transaction.atomic():
        EmployerGroup.objects.filter(pk=group.pk).update(published_on=today)


def test_with_consent_the_public_reads_what_it_may(sign_in, maya, written, client, structure):
    group = written(local_jobs=1896, sub_suppliers=f"{WORD} Forge")
    address = reverse("group-publish", args=[group.code])
    answer = sign_in(maya).post(address, CONSENT, follow=True)
    assert "It is public. Who supplies it is not." in text_of(answer)
    assert "The works manager" in text_of(answer)
    client.logout()
    page = text_of(client.get(public_page(group)))
    assert "about 1,900" in page
    assert "1,896" not in page
    assert "about 8%" in page, "1,900 of 23,000"
    assert "its consent of 3 November 2026" in page
    assert "Vantor" in text_of(client.get("/economy/"))
    for private in (WORD, "works manager", "Who supplies", "Of the section", "Only staff"):
        assert private not in page


def test_by_a_recorded_decision_it_is_public_and_links_to_it(
    sign_in, maya, written, client, decision
):
    group = written()
    address = reverse("group-publish", args=[group.code])
    other = sign_in(maya).post(address, {"decision": decision.pk})
    assert "A decision about something else is no leave" in other.content.decode()
    leave = {"decision": decision.pk, "decision_says": "on"}
    assert sign_in(maya).post(address, leave).status_code == 302
    client.logout()
    assert decision.get_absolute_url() in client.get(public_page(group)).content.decode()


def test_it_is_published_once_and_can_be_taken_back(sign_in, maya, written, publish, client):
    group = written()
    back = reverse("group-private", args=[group.code])
    assert "It is not public." in text_of(sign_in(maya).post(back, follow=True))
    publish(group)
    again = sign_in(maya).post(reverse("group-publish", args=[group.code]), CONSENT)
    assert "It is public already." in text_of(again)
    assert sign_in(maya).get(back).status_code == 405
    answer = sign_in(maya).post(back, follow=True)
    assert "Only staff see it again." in text_of(answer)
    assert Event.objects.filter(verb="group taken back").exists()
    client.logout()
    assert client.get(public_page(group)).status_code == 404
    assert "Vantor" not in text_of(client.get("/economy/"))


@pytest.mark.parametrize(
    ("jobs", "shown", "share"),
    [
        (9, "fewer than 10", None),
        (10, "about 10", "0.0"),
        (44, "about 40", "0.2"),
        (45, "about 50", "0.2"),
    ],
)
def test_the_public_reads_jobs_in_tens(written, structure, today, jobs, shown, share):
    exposure = reads.exposure_of(written(local_jobs=jobs), today, for_staff=False)
    assert exposure.jobs == shown
    assert exposure.of_section is None
    assert exposure.suppliers == []
    of_all = exposure.of_all
    assert (None if of_all is None else str(of_all.quantize(Decimal("0.1")))) == share


def test_only_the_economy_desk_comes_in(client, sign_in, grouped, carys, asha, leah, daniel):
    pages = [
        reverse(name, kwargs=grouped.get(name, {}))
        for name in (
            "desk-exposure",
            "group-add",
            "desk-group",
            "group-change",
            "group-publish",
            "section-rate",
        )
    ]
    assert {client.get(page).status_code for page in pages} == {302}
    for person in (carys, asha, leah, daniel):
        signed_in = sign_in(person)
        assert {signed_in.get(page).status_code for page in pages} == {403}


def test_nothing_of_a_private_one_stands_in_record_or_public_page(client, grouped):
    """Every other address is asked in `test_confidence`: the same word is planted there."""
    for line in Event.objects.all():
        assert WORD not in f"{line.verb} {line.detail} {line.about_code}"
    for address in ("/economy/", reverse("group", kwargs=grouped["group"]), "/partners/bakery/"):
        page = client.get(address).content.decode()
        assert WORD not in page
        assert "54,321" not in page


# --- What hangs on it ----------------------------------------------------------------------------

# Acorn Joinery and Elm Joiners belong to one holding.
OWNERS = [
    {
        "statementID": "p",
        "statementType": "entityStatement",
        "name": "Quayside Holdings Limited",
        "identifiers": [{"scheme": "GB-COH", "id": "01000007"}],
    },
    {
        "statementID": "a",
        "statementType": "entityStatement",
        "name": "Acorn Joinery Limited",
        "identifiers": [{"scheme": "GB-COH", "id": "01000001"}],
    },
    {
        "statementID": "e",
        "statementType": "entityStatement",
        "name": "Elm Joiners Limited",
        "identifiers": [{"scheme": "GB-COH", "id": "01000005"}],
    },
    *(
        {
            "statementID": f"{unit}-p",
            "statementType": "ownershipOrControlStatement",
            "subject": {"describedByEntityStatement": unit},
            "interestedParty": {"describedByEntityStatement": "p"},
            "interests": [{"type": "shareholding", "share": {"minimum": 75}}],
        }
        for unit in "ae"
    ),
]


@pytest.fixture
def spending(anchor: Any, taken: Any, tmp_path: Any) -> Any:
    """The council's file and its own ledger, with the registers of firms and of owners."""
    registered()
    owners = tmp_path / "owners.jsonl"
    owners.write_text("".join(json.dumps(statement) + "\n" for statement in OWNERS))
    build(files.folder("register"), [owners])
    taken(anchor, f"{COUNCIL}30/09/2026,Elm Joiners Ltd,42.00,Repairs,A11\n", "council-q3.csv")
    taken(anchor, LEDGER, "ledger.csv", route="ledger")
    preparing.bring_up_to_date()
    return anchor


def test_a_group_is_its_parent_with_all_that_belongs_to_it(
    spending, written, today, pledged, bakery, client, publish
):
    """By the parent's number both units count; the ledger, which is private, does not."""
    runs = {"anchor": spending, "file_name": "c.csv", "line": 1, "value_gbp": Decimal(900)}
    Contract.objects.create(title="Doors", supplier="ELM JOINERS LIMITED", ends_on=today, **runs)
    Contract.objects.create(
        title="Old doors", supplier="Elm Joiners Ltd", ends_on=today - timedelta(days=1), **runs
    )
    Contract.objects.create(title="Buns", supplier="Bracken Bakers", ends_on=today, **runs)
    pledge = pledged(statement="We give places.")
    group = written(entries=["GB-COH-01000007"], partners=[bakery])
    exposure = reads.exposure_of(group, today, for_staff=True)
    assert [unit.lower() for unit in exposure.units] == [
        "acorn joinery limited",
        "elm joiners limited",
    ]
    assert exposure.total == Decimal("1042.00")
    assert [(paid.payments, paid.amount) for paid in exposure.paid] == [(2, Decimal("1042.00"))]
    assert [contract.title for contract in exposure.contracts] == ["Doors"]
    assert exposure.pledges == [pledge]
    publish(group)
    page = text_of(client.get(public_page(group)))
    assert "£1,042 in all" in page
    assert "Doors" in page
    assert "We give places." in page
    assert "Old doors" not in page
    assert "Buns" not in page
    alone = written(name="Acorn", entries=["GB-COH-01000001"])
    assert reads.exposure_of(alone, today, for_staff=True).total == Decimal("1000.00")


def test_a_public_scenario_about_it_stands_beside_and_a_draft_does_not(
    written, asked, maya, yusuf, today, client, publish
):
    version = asked(employer_name="VANTOR Ltd", title="If it halves")
    group = written(name="Vantor Limited")
    publish(group)
    assert "If it halves" not in text_of(client.get(public_page(group)))
    scenarios.publish(version=version, consent_on=today, consent_words="x", decision=None, by=maya)
    assert "If it halves" in text_of(client.get(public_page(group)))


def test_who_supplies_it_is_linked_where_it_is_a_partner(written, today, bakery):
    group = written(sub_suppliers="Mill Castings\n\nHarbour Lane BAKERY\n")
    suppliers = reads.exposure_of(group, today, for_staff=True).suppliers
    assert suppliers == [("Mill Castings", None), ("Harbour Lane BAKERY", bakery)]


# --- Sections ------------------------------------------------------------------------------------


def test_spend_by_section_stands_beside_how_vulnerable_it_is(spending, sign_in, yusuf):
    """Of two suppliers (construction: Acorn and Elm) a sum is not shown."""
    address = reverse("section-rate", args=["F"])
    sent = {"rating": "high", "because": "Orders fall first.", "source": "The board"}
    assert "Rated." in text_of(sign_in(yusuf).post(address, sent, follow=True))
    first = sections()[0]
    assert (first.code, first.suppliers, first.amount) == ("F", 2, None)
    page = text_of(sign_in(yusuf).get("/desk/economy/exposure/"))
    assert "Construction High Orders fall first. (The board) 2 fewer than 3 suppliers" in page
    assert "1,042" not in page
    again = sent | {"rating": "low"}
    assert sign_in(yusuf).post(address, again).status_code == 302
    assert Vulnerability.objects.get().rating == "low"


def test_of_three_suppliers_a_sum_is_shown(spending, taken, sign_in, yusuf):
    """The page on method's second table, with the town's own firms."""
    head = "Payment Date,Supplier Name,Net Amount,Invoice Ref\n"
    extra = (
        (
            "FIR ROOFERS LIMITED",
            "01000008",
            "ZB1 3AB",
            "Private Limited Company",
            "43910",
            "Active",
        ),
    )
    registered(*extra)
    taken(spending, f"{head}03/10/2026,Fir Roofers Limited,8.00,B1\n", "october.csv")
    preparing.bring_up_to_date()
    by_code = {row.code: row for row in sections()}
    assert (by_code["F"].suppliers, by_code["F"].amount) == (3, Decimal("1050.00"))
    assert by_code["I"].amount is None
    assert by_code["A"].suppliers == 0


def test_a_section_that_is_none_is_not_found_and_a_rating_says_why(sign_in, yusuf):
    assert sign_in(yusuf).get("/desk/economy/exposure/Z/").status_code == 404
    answer = sign_in(yusuf).post(reverse("section-rate", args=["C"]), {"rating": "high"})
    assert answer.status_code == 200
    assert not Vulnerability.objects.exists()


def test_without_any_spend_the_pages_stand(sign_in, yusuf, written):
    group = written()
    assert "not rated" in text_of(sign_in(yusuf).get("/desk/economy/exposure/"))
    page = text_of(sign_in(yusuf).get(f"/desk/economy/groups/{group.code}/"))
    assert "No published payment" in page


def test_the_demonstration_has_its_largest_employer(client, town, today):
    for member in CAST:
        if member.role in ("analyst", "programme-lead"):
            Person.objects.create_user(member.email, name=member.name)
    demo_exposure.tell(today)
    page = text_of(client.get(public_page(EmployerGroup.objects.get())))
    assert "If Halden Pumps failed" in page
    assert "about 1,900" in page
    assert "Castings" not in page


def test_the_demonstrations_group_is_paid_by_anchors(spending, today, client):
    for member in CAST:
        if member.role in ("analyst", "programme-lead"):
            Person.objects.create_user(member.email, name=member.name)
    demo_exposure.tell(today)
    group = EmployerGroup.objects.get()
    assert len(group.entries) == 2
    assert reads.exposure_of(group, today, for_staff=True).total > 0
    page = text_of(client.get(public_page(group)))
    assert "No published payment to its numbers" not in page
    assert "By published files, to" in page
