"""A list of those who signed elsewhere: entered, invited, once, and nobody is taken over."""

from __future__ import annotations

import html
import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commonweal.accounts import lists
from commonweal.accounts.models import Event, Message
from commonweal.partners import signatories
from commonweal.partners.models import Invitation, Membership, Partner

PAGE = "/desk/charter/signatories/"
LIST = """Fern & Co, office@fern.example, private

"Marsh Lane Allotments";hello@allotments.example;Voluntary
The Corner Bakery Ltd\tsam@bakery.example
"""


@pytest.fixture
def typed():
    return {"organisations": LIST, "sector": "private"}


@pytest.fixture
def bring(maya, sign_in, typed):
    """Look at a list and carry out what was shown; the page that follows."""

    def post(**changed):
        answers = typed | changed
        client = sign_in(maya)
        shown = client.post(PAGE, answers)
        answers["shown-list"] = shown.context["mark"]
        return client.post(PAGE, answers, follow=True)

    return post


@pytest.fixture
def bakery_called(bakery):
    Partner.objects.filter(pk=bakery.pk).update(name="Corner Bakery")
    return bakery


def test_a_list_is_shown_before_anything_is_done(bakery_called, maya, sign_in, client, typed):
    page = sign_in(maya).post(PAGE, typed)
    shown = page.content.decode()
    assert shown.count(signatories.Fate.NEW) == 2
    assert shown.count(signatories.Fate.INVITED) == 1
    assert not Invitation.objects.exists()
    assert not Partner.objects.filter(name="Fern & Co").exists()


def test_the_sector_of_each_line_is_shown_as_it_would_be_entered(
    bakery_called, maya, sign_in, typed, bring
):
    """As the line says it, as all lines that say none, or as the register has it."""
    Partner.objects.filter(pk=bakery_called.pk).update(sector="public")
    lines = f"{LIST}Weavers; weavers@example.org\n"
    page = sign_in(maya).post(PAGE, {"organisations": lines, "sector": "voluntary"})
    shown = {line.signatory.name: line.sector for line in page.context["planned"]}
    assert shown == {
        "Fern & Co": "Private",
        "Marsh Lane Allotments": "Voluntary",
        "The Corner Bakery Ltd": "Public",
        "Weavers": "Voluntary",
    }
    words = page.content.decode()
    assert all(words.count(f">{sector}</td>") for sector in ("Private", "Voluntary", "Public"))
    bring(organisations=lines, sector="voluntary")
    entered = dict(Partner.objects.values_list("name", "sector"))
    assert entered["Weavers"] == "voluntary"
    assert entered["Fern & Co"] == "private"


def test_they_are_entered_and_invited_and_once(bakery_called, bring):
    said = bring().content.decode()
    assert "2 organisations entered, 3 letters on the way" in said
    fern = Partner.objects.get(name="Fern & Co")
    club = Partner.objects.get(name="Marsh Lane Allotments")
    assert (fern.sector, club.sector) == ("private", "voluntary")
    assert fern.may_act
    assert club.may_act
    addresses = {one.email: one.partner_id for one in Invitation.objects.all()}
    assert addresses == {
        "office@fern.example": fern.pk,
        "hello@allotments.example": club.pk,
        "sam@bakery.example": bakery_called.pk,
    }
    assert Event.objects.filter(verb="partner entered").count() == 2
    assert Message.objects.count() == 3
    again = bring().content.decode()
    assert "0 organisations entered, 0 letters" in again
    assert Message.objects.count() == 3


def test_nobody_says_of_them_what_nobody_asked(bring, client, maya, sign_in, bakery):
    """Of who was entered from a list no dealings with the council are told."""
    bring()
    fern = Partner.objects.get(name="Fern & Co")
    assert "Dealings with the council" not in client.get(fern.get_absolute_url()).content.decode()
    desk = sign_in(maya)
    own = html.unescape(desk.get(f"/desk/charter/partners/{fern.code}/").content.decode())
    assert "not stated" in own.partition("Dealings with the council")[2].partition("</dd>")[0]
    # Who was asked says what kind it is, too; and dealings that it has are always told.
    for told, words in ({"kind": "company"}, "None"), ({"relation": "grant"}, "Receives a grant"):
        Partner.objects.filter(pk=fern.pk).update(**{"kind": "", "relation": "none"} | told)
        page = desk.get(fern.get_absolute_url()).content.decode()
        assert words in page.partition("Dealings with the council")[2].partition("</dd>")[0]


def test_where_somebody_acts_nobody_is_invited(bakery_called, asha, bring):
    bring()
    assert not bakery_called.invitations.exists()
    assert {member.person for member in bakery_called.memberships.current()} == {asha}


def test_one_whose_acceptance_ended_is_not_brought_back(bakery_called, bring):
    Partner.objects.filter(pk=bakery_called.pk).update(stopped_on=timezone.localdate())
    bring()
    assert not bakery_called.invitations.exists()
    assert not Partner.objects.filter(name="The Corner Bakery Ltd").exists()
    # It holds up none of the others.
    assert Partner.objects.filter(name="Fern & Co").exists()


def test_a_name_that_is_nearly_anothers_is_asked_about(bakery_called, maya, sign_in):
    text = "Corner Bakkery; sam@bakery.example"
    page = sign_in(maya).post(PAGE, {"organisations": text, "sector": "private"})
    assert b"Perhaps it is Corner Bakery" in page.content


def test_what_came_since_it_was_shown_is_shown_again(bakery_called, maya, sign_in, typed):
    """Somebody acts by the time the button is pressed: the page says so, and nothing is done."""
    client = sign_in(maya)
    mark = client.post(PAGE, typed).context["mark"]
    Membership.objects.create(partner=bakery_called, person=maya, role="editor")
    page = client.post(PAGE, typed | {"shown-list": mark}).content.decode()
    assert signatories.Fate.ACTS in page
    assert not Invitation.objects.exists()


def test_whoever_comes_by_the_letter_acts(bring, carys, sign_in):
    bring(organisations=f"Fern & Co, {carys.email}", sector="private")
    invitation = Invitation.objects.get()
    client = sign_in(carys)
    client.post(f"/invitations/{invitation.token}/", {"job_title": "owner"})
    assert [member.person for member in invitation.partner.memberships.current()] == [carys]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("Fern & Co", "Line 2: no e-mail address in it"),
        ("office@fern.example, private", "Line 2: the name of the organisation is missing"),
        ("Fern, a@b.example, c@d.example", "Line 2: more than one e-mail address"),
        ("Fern, a@fern, private", "Line 2: an e-mail address looks like"),
        ("Fern, a@fern.example, private, public", "Line 2: more than one sector"),
        ("Fern; a@fern.example; privat", "Line 2: “privat” is no sector: public, private or"),
        (f"{'F' * 201}, a@fern.example", "Line 2: the name is longer than 200 signs"),
        (
            "OWEN rees Limited, a@fern.example",
            "Line 2: “OWEN rees Limited” stands in line 1 already",
        ),
    ],
)
def test_a_line_that_cannot_be_read_stops_the_whole_list(line, fault, maya, sign_in):
    text = f"Owen Rees Ltd, owen@brackenford.example\n{line}"
    page = sign_in(maya).post(PAGE, {"organisations": text, "sector": "public"}).content.decode()
    assert fault in page
    assert "owen@brackenford.example" in page
    assert not Partner.objects.filter(name__icontains="owen").exists()


def test_what_is_wrong_with_a_list_is_said_all_at_once(maya, sign_in):
    """Each line by its place in what was pasted, with the lines that are empty."""
    lines = (
        "Fern & Co, office@fern.example",
        "",
        "Moor Farm",
        "FERN and Co Ltd, two@fern.example, private",
        "Oak, oak@oak.example, public, private",
        "Fern & Co., three@fern.example",
    )
    answer = sign_in(maya).post(PAGE, {"organisations": "\n".join(lines), "sector": ""})
    errors = answer.context["form"].errors
    assert [*errors["organisations"]] == [
        "Line 3: no e-mail address in it",
        "Line 4: “FERN and Co Ltd” stands in line 1 already",
        "Line 5: more than one sector in it",
        "Line 6: “Fern & Co.” stands in line 1 already",
    ]
    assert "2 lines, the first is “Fern & Co”" in errors["sector"][0]
    assert not Invitation.objects.exists()


def test_a_sector_is_asked_for_where_a_line_says_none(maya, sign_in, typed):
    page = sign_in(maya).post(PAGE, typed | {"sector": ""}).content.decode()
    assert "Choose the sector of the lines that say none (1 line" in page
    assert "office@fern.example" in page


def test_too_many_lines_and_none(maya, sign_in):
    client = sign_in(maya)
    lines = "\n".join(f"P{n}, p{n}@b.example" for n in range(signatories.MOST_LINES + 1))
    said = client.post(PAGE, {"organisations": lines, "sector": "public"}).content.decode()
    assert "These are 201 lines" in said
    assert b"Paste the list" in client.post(PAGE, {"sector": ""}).content


def test_a_name_may_hold_a_comma():
    (line,) = signatories.read("Rees, Owen and Sons; owen@b.example; private")
    assert line.name == "Rees, Owen and Sons"


def test_one_refused_undoes_all(maya, bring, monkeypatch):
    """The tenth letter of a day is an organisation's last; here one that may have none."""
    from commonweal.partners import inviting

    monkeypatch.setattr(inviting.limits, "spend", _refuse_second(inviting.limits.spend))
    said = bring().content.decode()
    assert "Marsh Lane Allotments: Enough for today. Nothing was done." in said
    assert not Partner.objects.filter(name="Fern & Co").exists()
    assert not Message.objects.exists()


def _refuse_second(spend):
    from commonweal.office.errors import Refused

    asked = []

    def refuse(limit, about, **more):
        if limit.name == "invitations":
            asked.append(about)
            if len(asked) == 2:
                raise Refused("Enough for today.")
        return spend(limit, about, **more)

    return refuse


def test_two_presses_go_one_after_the_other(maya, town):
    """The town is held before anybody is looked up; on SQLite a transaction that writes is
    alone."""
    lines = signatories.read("Fern & Co; office@fern.example; private")
    with CaptureQueriesContext(connection) as asked:
        signatories.bring_in(signatories=lines, sector="", by=maya)
    selects = [query["sql"] for query in asked if query["sql"].startswith("SELECT")]
    assert "places_town" in selects[0]
    assert ("FOR UPDATE" in selects[0]) == (connection.vendor == "postgresql")


# Who has come


def test_how_far_each_invitation_is(bring, carys, maya, sign_in):
    bring()
    came, over, failed = Invitation.objects.order_by("pk")
    Invitation.objects.filter(pk=came.pk).update(accepted_at=timezone.now())
    yesterday = timezone.localdate() - timedelta(days=1)
    Invitation.objects.filter(pk=over.pk).update(expires_on=yesterday)
    Message.objects.filter(key=f"invitation-{failed.pk}").update(given_up_at=timezone.now())
    Message.objects.filter(key=f"invitation-{over.pk}").update(sent_at=timezone.now())
    page = sign_in(maya).get("/desk/charter/invited/").content.decode()
    stands = signatories.Stand
    for stand in (stands.CAME, stands.OVER, stands.FAILED):
        assert stand in page
    assert "1 invitation went out of date" in page


def test_those_who_did_not_come_in_time_are_written_to_again(bring, carys, maya, sign_in):
    bring()
    first, second, third = Invitation.objects.order_by("pk")
    yesterday = timezone.localdate() - timedelta(days=1)
    Invitation.objects.filter(pk__in=[first.pk, second.pk]).update(expires_on=yesterday)
    # Somebody acts for the second by now.
    Membership.objects.create(partner=second.partner, person=carys, role="editor")
    client = sign_in(maya)
    said = client.post("/desk/charter/invited/again/", follow=True).content.decode()
    assert "1 letter on the way" in said
    newest = Invitation.objects.order_by("-pk")[0]
    assert (newest.partner, newest.email) == (first.partner, first.email)
    assert Invitation.objects.count() == 4
    assert "0 letters" in client.post("/desk/charter/invited/again/", follow=True).content.decode()


def test_the_managers_day_leads_there(maya, sign_in):
    page = sign_in(maya).get("/desk/charter/").content.decode()
    assert f'href="{PAGE}"' in page
    assert 'href="/desk/charter/invited/"' in page


@pytest.mark.parametrize("address", [PAGE, "/desk/charter/invited/"])
def test_only_the_charter_manager(address, carys, sign_in, client):
    assert client.get(address).status_code == 302
    assert sign_in(carys).get(address).status_code == 403


def test_the_two_lists_read_their_lines_alike():
    with pytest.raises(lists.Unread, match="Line 1: no e-mail address in it"):
        signatories.read("Fern")


def a_file(text: str, name: str = "signed.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


@pytest.mark.parametrize(
    "heads",
    [
        "Organisation,E-mail,Sector",
        "Name of organisation,Email address,sector",
        "Sefydliad,Ebost,Sector",
    ],
)
def test_a_file_becomes_the_list(maya, sign_in, heads):
    """Its lines stand on the page, shown before anything is done; a note above it is passed
    over."""
    text = (
        f"Signed on 3 May\n\n{heads}\nFern & Co; Ltd,office@fern.example,Private\n"
        f"Marsh,m@m.example,\n"
    )
    client = sign_in(maya)
    page = client.post(PAGE, {"organisations": "", "sector": "voluntary", "file": a_file(text)})
    assert [(line.signatory.name, line.signatory.email) for line in page.context["planned"]] == [
        ("Fern & Co, Ltd", "office@fern.example"),
        ("Marsh", "m@m.example"),
    ]
    shown = html.unescape(page.content.decode())
    assert "Fern & Co; Ltd; office@fern.example; Private" in shown
    assert not Invitation.objects.exists()
    lines = page.context["form"]["organisations"].value()
    answers = {"organisations": lines, "sector": "voluntary", "shown-list": page.context["mark"]}
    assert b"2 organisations entered" in client.post(PAGE, answers, follow=True).content


def test_a_workbook_is_read_and_stands_behind_what_was_pasted(maya, sign_in, typed):
    sheet = openpyxl.Workbook()
    for row in (["Organisation", "Email"], ["Weir Works", "w@weir.example"]):
        sheet.active.append(row)
    content = io.BytesIO()
    sheet.save(content)
    file = SimpleUploadedFile("signed.xlsx", content.getvalue())
    page = sign_in(maya).post(PAGE, typed | {"file": file})
    assert [line.signatory.name for line in page.context["planned"]][-2:] == [
        "The Corner Bakery Ltd",
        "Weir Works",
    ]


@pytest.mark.parametrize(
    ("text", "name", "sentence"),
    [
        (
            "Organisation,Town\nFern,Here\n",
            "a.csv",
            "The file has no column for its e-mail address",
        ),
        ("Organisation,Name,Email\nA,B,a@b.example\n", "a.csv", "more than one column for the org"),
        ("", "a.csv", "empty"),
        ("%PDF-1.4", "a.pdf", "can't be read"),
    ],
)
def test_a_file_that_cannot_be_read_says_so_and_what_was_pasted_stays(
    maya, sign_in, typed, text, name, sentence
):
    page = sign_in(maya).post(PAGE, typed | {"file": a_file(text, name)})
    shown = html.unescape(page.content.decode())
    assert page.status_code == 200
    assert sentence in shown
    assert "Marsh Lane Allotments" in shown
    assert "planned" not in page.context
    assert not Partner.objects.filter(name="Fern & Co").exists()
