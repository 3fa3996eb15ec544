"""Tried once more at the front door: other spellings, old pages, double clicks, another order."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from commonweal.accounts.models import Message
from commonweal.asks.models import Ask
from commonweal.cases.models import Case, IntakeDraft, Opening
from commonweal.grants import actions as granting
from commonweal.grants.models import Payment, PaymentRun
from commonweal.partners.models import Membership, Partner
from commonweal.residents import deaths, merging, people

from .granted import Desk

pytestmark = pytest.mark.django_db
MAEVE = {
    "first_name": "Maeve",
    "last_name": "O'Neill",
    "born": "1965-09-03",
    "phones": "07700 900123",
    "address": "34 Abbey Street",
    "postcode": "BF1 2AG",
}
ASK = {"title": "Hot meals", "quantity": "20", "unit": "meals", "words": ""}
CLUB = {
    "name": "Free Cash Club",
    "sector": "voluntary",
    "kind": "club",
    "size": "volunteers",
    "relation": "none",
    "job_title": "Boss",
    "may_act": "on",
}
WORDS = "Her insulin is finished; she sleeps at her sister's."
FIRST = {"payee": "Z Quillfeather", "sort_code": "204060", "account": "12345678"}
OTHER = {"payee": "M Allory", "sort_code": "099999", "account": "87654321"}


def browser_of(person: Any) -> Client:
    """A browser of their own, beside that of somebody else."""
    browser = Client()
    browser.force_login(person)
    session = browser.session
    session["demo_second_factor"] = True
    session.save()
    return browser


def text_of(page: Any) -> str:
    return " ".join(page.content.decode().split())


def hidden_in(page: Any) -> dict[str, str]:
    """What the forms of a page hold without anybody's typing."""
    html = page.content.decode().split("<main")[1]
    inputs = [tag for tag in re.findall(r"<input[^>]*>", html) if 'type="hidden"' in tag]
    named = [
        (re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in inputs
    ]
    return {name[1]: value[1] for name, value in named if name and value}


@pytest.fixture
def maeve(asks_for_help: Any, leah: Any) -> Case:
    """A case of Leah's of Maeve O'Neill, 34 Abbey Street; and somebody who is nothing like her."""
    asks_for_help(by=leah)
    return asks_for_help(by=leah, **MAEVE)


@pytest.fixture
def nils(new_person: Any) -> Any:
    """A third approver."""
    return new_person("nils", "Nils Berg", role="grants_approver")


@pytest.fixture
def desk(
    fund: Any, leah: Any, mei: Any, robert: Any, wanda: Any, imran: Any, asks_for_help: Any
) -> Desk:
    cast = {"leah": leah, "mei": mei, "robert": robert, "wanda": wanda, "imran": imran}
    return Desk(fund, cast, asks_for_help)


# --- Search -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "03-Sep-1965",
        "3-Sep-65",
        "3/Sep/1965",
        "3–Sept–1965",
        "Sep-1965",
        "Sept '65",
        "19650903",
        "O'Neill 03-Sep-1965",
    ],
)
def test_a_birth_is_found_as_spreadsheets_and_forms_write_it(maeve, sign_in, leah, typed):
    page = text_of(sign_in(leah).post("/desk/help/search/", {"q": typed}))
    assert maeve.resident.code in page
    assert "Found by:" in page
    assert "Not understood" not in page


@pytest.mark.parametrize("spell", ["{0}-{1}", "{0}.{1}", "{0} – {1}", "34, {0}-{1}"])
@pytest.mark.parametrize("wide", [False, True])
def test_a_postcode_is_found_with_any_sign_in_it_and_in_wide_letters(
    maeve, sign_in, leah, spell, wide
):
    """Typed on a telephone, or copied out of a form that another keyboard filled in."""
    typed = spell.format("bf1", "2ag")
    if wide:
        typed = "".join(chr(ord(sign) + 0xFEE0) if sign.isalnum() else sign for sign in typed)
    page = text_of(sign_in(leah).post("/desk/help/search/", {"q": typed}))
    assert maeve.resident.code in page
    assert "bf1" in page.split("Found by:")[1][:60].lower()
    assert "Not understood" not in page


# --- Organisations ----------------------------------------------------------------------------


def test_the_manager_accepts_no_other_organisation_than_the_page_showed(
    sign_in, carys, maya, client
):
    """The name is changed between the manager's look and the manager's click."""
    club = sign_in(carys)
    club.post("/join/", CLUB)
    manager, address = browser_of(maya), "/desk/charter/partners/free-cash-club/"
    old_page = hidden_in(manager.get(address))
    club.post("/space/free-cash-club/profile/", CLUB | {"name": "Brackenford Borough Council"})
    partner = Partner.objects.get(code="free-cash-club")
    assert partner.name == "Brackenford Borough Council"
    page = manager.post(address, old_page | {"accept": "1"}, follow=True)
    partner.refresh_from_db()
    assert partner.accepted_on is None, "accepted under a name that the manager never saw"
    assert "while you looked" in text_of(page)
    assert "Brackenford Borough Council" in text_of(page)
    manager.post(address, hidden_in(page) | {"accept": "1"})
    partner.refresh_from_db()
    assert partner.accepted_on is not None


def test_inviting_and_taking_back_in_turns_by_two_editors_sends_ten_mails(
    asha, ben, bakery, new_person
):
    """A stranger's mailbox is not filled by taking each invitation back and sending it again."""
    Membership.objects.filter(person=ben).update(role="editor")
    editors = [browser_of(asha), browser_of(ben)]
    for number in range(14):
        editor = editors[number % 2]
        editor.post("/space/bakery/people/", {"email": "victim@example.org", "role": "reader"})
        for invitation in bakery.invitations.filter(withdrawn_at=None):
            editor.post(reverse("invitation-withdraw", args=["bakery", invitation.pk]))
    assert bakery.invitations.exclude(withdrawn_at=None).exists()
    assert Message.objects.filter(to_email="victim@example.org").count() <= 10


# --- Words that go out ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "Y.Webb",
        "Yusuf.Webb",
        "yusuf_webb",
        "Mrs.Nobodyknows",
        "Mr.webb",
        "Dr.Nobodyknows",
        "Yu\u00adsuf Webb",
        "Ｙ．Ｗｅｂｂ",
    ],
)
def test_a_name_is_caught_where_its_words_are_stuck_together(town, grace, sign_in, words):
    people.add(values={"first_name": "Yusuf", "last_name": "Webb"}, by=None)
    page = sign_in(grace).post("/desk/help/asks/", ASK | {"words": f"A bed for {words}, please"})
    assert "It names somebody" in text_of(page)
    assert not Ask.objects.exists()


@pytest.mark.parametrize(
    "words",
    [
        "0044 7700 900321",
        "07700‑900‑321",
        "07700–900–321",
        "07700_900_321",
        "07700\u200b900\u200b321",
        "０７７００ ９００３２１",
        "BF1-2AG",
        "ＢＦ１ ２ＡＧ",
        "943.476.5919",
        "943–476–5919",
        "born 03-Sep-1965",
        "H−4K7−PX3−TMQ",
    ],
)
def test_a_number_is_caught_with_any_sign_between_its_figures(town, grace, sign_in, words):
    page = sign_in(grace).post("/desk/help/asks/", ASK | {"title": f"Somebody to go to {words}"})
    assert "It names somebody" in text_of(page)
    assert not Ask.objects.exists()
    plain = sign_in(grace).post(
        "/desk/help/asks/", ASK | {"words": "3.5 t, 10–14, A1-size, T-shirts"}
    )
    assert plain.status_code == 302


# --- Off and closed ---------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "patch", "delete"])
def test_a_room_that_is_off_is_there_by_no_method_and_without_its_last_slash(
    client, town, daniel, method
):
    browser_of(daniel).post("/desk/rooms/", {"room": "help", "verb": "off"})
    for address in (
        "/help/",
        "/help/start/",
        "/help/services.json",
        "/desk/help/",
        "/desk/grants/",
    ):
        ask = getattr(client, method)
        # Methods that no page knows are refused as at an address that never was.
        expected = 404 if method in {"get", "head", "options"} else 405
        assert ask("/never-was/").status_code == expected
        assert ask(address).status_code == expected
        last = ask(address.rstrip("/"), follow=True)
        assert last.status_code == expected, (address, last.redirect_chain)


def test_neither_the_towns_file_nor_switching_the_room_opens_a_closed_desk(
    client, town, grace, daniel, tmp_path, capsys
):
    browser_of(grace).post("/desk/help/opening/close/", {"because": "Snow."})
    file = tmp_path / "town.toml"
    file.write_text('[town]\nname = "Brackenford"\n[rooms]\nhelp = true\n')
    call_command("town", str(file))
    assert "up to date" in capsys.readouterr().out
    for verb in ("off", "on", "on"):
        browser_of(daniel).post("/desk/rooms/", {"room": "help", "verb": verb})
    assert "Snow." in text_of(client.get("/help/"))
    assert "Snow." in text_of(client.post("/help/start/"))
    assert not Opening.objects.get().is_open
    assert not IntakeDraft.objects.exists()


# --- Nothing typed is lost --------------------------------------------------------------------


def test_a_record_that_was_merged_under_somebodys_form_gives_the_words_back(
    sign_in, leah, grace, asks_for_help
):
    kept, gone = asks_for_help(by=leah), asks_for_help(by=leah, first_name="Zeb")
    handler = sign_in(leah)
    address = f"/desk/help/people/{gone.resident.code}/"
    form = hidden_in(handler.get(address)) | {"first_name": "Zeb", "lives": "address"}
    merging.merge(kept=kept.resident, gone=gone.resident, because="Same birth.", by=grace)
    page = handler.post(address, form | {"address": "9 Harbour Steps"})
    assert f"merged into {kept.resident.code}" in text_of(page)
    assert "9 Harbour Steps" in text_of(page)
    kept.resident.refresh_from_db()
    assert kept.resident.address == "14 Mill Lane"


def test_what_is_no_email_is_refused_on_the_page_of_a_person(sign_in, leah, asks_for_help):
    resident = asks_for_help(by=leah).resident
    handler = sign_in(leah)
    address = f"/desk/help/people/{resident.code}/"
    form = hidden_in(handler.get(address)) | {"first_name": "Zelda", "lives": "address"}
    for typed in ("not an email", "zelda@", "zelda@house", "07700 900123"):
        page = handler.post(address, form | {"email": typed, "address": "9 Harbour Steps"})
        assert "An e-mail address is written like name@example.com" in text_of(page)
        assert f'value="{typed}"' in page.content.decode()
        assert "9 Harbour Steps" in text_of(page)
        resident.refresh_from_db()
        assert typed != resident.email
        assert resident.address == "14 Mill Lane"
    assert handler.post(address, form | {"email": " zelda@home.example "}).status_code == 302
    resident.refresh_from_db()
    assert resident.email == "zelda@home.example"


def test_what_they_said_is_right_as_their_email_hinders_no_other_change(
    sign_in, leah, asks_for_help
):
    resident = asks_for_help(by=leah).resident
    people.change(resident=resident, values={"email": "zelda at home"}, by=leah)
    handler = sign_in(leah)
    address = f"/desk/help/people/{resident.code}/"
    form = hidden_in(handler.get(address)) | {"email": "zelda at home", "lives": "address"}
    assert handler.post(address, form | {"first_name": "Zoe"}).status_code == 302
    resident.refresh_from_db()
    assert (resident.first_name, resident.email) == ("Zoe", "zelda at home")


def test_a_call_that_a_colleague_threw_away_gives_the_words_back(sign_in, leah, owen, kinds):
    handler = sign_in(leah)
    address = handler.post("/desk/help/intake/", {"channel": "phone"})["Location"]
    form = hidden_in(handler.get(address)) | {"words": WORDS, "verb": "save"}
    browser_of(owen).post(f"{address}delete/")
    assert not IntakeDraft.objects.exists()
    page = handler.post(address, form, follow=True)
    assert "a page that is gone" in text_of(page)
    assert WORDS in page.content.decode().replace("&#x27;", "'")


# --- Money ------------------------------------------------------------------------------------


@pytest.mark.parametrize("click", ["account/seen/", "approve/"])
def test_whoever_looked_at_one_account_says_yes_to_no_other(desk, leah, robert, sign_in, click):
    """The account is changed between the second person's look and their click."""
    award = desk.approved(60) if click == "account/seen/" else desk.assessed(60)
    address = award.get_absolute_url()
    handler, second = browser_of(leah), sign_in(robert)
    handler.post(f"/desk/help/grants/{award.code}/account/", FIRST)
    old_page, looked_at = hidden_in(second.get(address)), award.decisions.latest("id").pk
    handler.post(f"/desk/help/grants/{award.code}/account/", OTHER)
    page = second.post(f"{address}{click}", old_page, follow=True)
    award.refresh_from_db()
    assert award.account == OTHER["account"]
    assert "while you looked" in text_of(page)
    assert not granting.standing_of(award).account_is_seen
    kind = "approved" if click == "approve/" else "account_seen"
    assert not award.decisions.filter(by=robert, kind=kind, id__gt=looked_at).exists()
    # The account is in another name than theirs: they say that they know why.
    second.post(f"{address}{click}", hidden_in(page) | {"knows_why": "on"})
    award.refresh_from_db()
    assert (award.state, granting.why_not(award)) == ("approved", "")


def test_a_file_fetched_after_a_death_pays_nothing_to_the_dead(desk, leah, imran, sign_in):
    """The file was made while the person lived, and is fetched after they were reported dead."""
    first, second = desk.approved(60), desk.approved(50)
    finance = sign_in(imran)
    finance.post("/desk/grants/funds/hardship/pay/")
    run = PaymentRun.objects.get()
    file = f"/desk/grants/runs/{run.code}/payments.csv"
    deaths.report_dead(resident=first.resident, by=leah)
    fetched = finance.get(file).content.decode()
    assert second.code in fetched
    assert first.code not in fetched
    deaths.report_dead(resident=second.resident, by=leah)
    assert "was reported dead" in text_of(finance.get(file, follow=True))
    assert Payment.objects.filter(state="sent").count() == 2
