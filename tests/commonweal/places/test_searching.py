"""Looking for something on the whole site: what is public is found, by everybody alike."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.core.cache import caches
from django.urls import reverse

from commonweal.accounts.actors import Actor
from commonweal.accounts.models import Role
from commonweal.accounts.record import record
from commonweal.design.menu import MENU
from commonweal.partners import merging
from commonweal.partners.models import Partner
from commonweal.places import rooms, searching
from commonweal.places.actions import switch
from commonweal.pledges.kinds import Kind
from commonweal.pledges.models import Pledge
from commonweal.pledges.writing import write_down
from commonweal.programme.models import Action
from commonweal.services.models import Service
from commonweal.voice.models import Proposal, Visibility
from commonweal.voice.proposals import sending
from commonweal.voice.proposals.sending import Author
from tests.commonweal.cast.planted import SECRET

LOCMEM = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def pledge(pledged):
    return pledged()


@pytest.fixture
def look(client):
    """The page for some words, without the words themselves."""

    def ask(words: str) -> str:
        response = client.get(f"/search/?q={quote(words)}")
        assert response.status_code == 200
        return re.search(r"<main.*</main>", response.content.decode(), re.S)[0]

    return ask


def test_one_of_each_kind_is_found_and_its_link_leads_there(
    look, client, pledge, bakery, theme, area, action, metric, service, consulted, sealed
):
    consultation = consulted(title="The square of Saltmarsh")
    budget_round = sealed()
    wanted = [
        (pledge.statement, pledge.get_absolute_url()),
        (bakery.name, bakery.get_absolute_url()),
        (theme.name, theme.get_absolute_url()),
        (area.name, reverse("economy-ward", args=[area.code])),
        (action.title, action.get_absolute_url()),
        (metric.name, metric.get_absolute_url()),
        (service.name, service.get_absolute_url()),
        ("square saltmarsh", consultation.get_absolute_url()),
        (budget_round.title, budget_round.get_absolute_url()),
        ("somebody to talk", "/help/"),
    ]
    for words, address in wanted:
        assert f'href="{address}"' in look(words.upper() if words.isascii() else words)
        assert client.get(address).status_code == 200


def test_all_words_must_stand_in_one_thing(look, bakery, college):
    name = bakery.name.split()[0]
    assert bakery.get_absolute_url() in look(name[:4])
    page = look(f"{name} {college.name.split()[0]}xyz")
    assert bakery.get_absolute_url() not in page
    assert "Nothing on this site has all of these words" in page


@pytest.mark.parametrize("words", ["st mary's", "ST MARY’S", "mary’s école", "ÉCOLE", "école"])
def test_apostrophes_and_letters_beyond_english_are_found_in_any_form(look, new_partner, words):
    school = new_partner("ecole", "St Mary’s École")
    assert school.get_absolute_url() in look(words)


@pytest.mark.parametrize(
    "words",
    [
        "St Brannoc's",
        "st brannocs",
        "ST BRANNOC’S",
        "Saint Brannoc's",
        "saint brannoc",
        "st. brannoc",
    ],
)
@pytest.mark.parametrize("name", ["St Brannoc’s School", "St Brannoc's School", "Saint Brannocs"])
def test_a_saint_is_found_however_its_name_is_written(look, new_partner, name, words):
    school = new_partner("brannoc", name)
    assert school.get_absolute_url() in look(words)


def test_and_is_found_as_it_may_be_written(look, new_partner):
    both = new_partner("both", "Food & Drink"), new_partner("also", "Food and Drink")
    for words in ("food and drink", "food & drink"):
        assert all(partner.get_absolute_url() in look(words) for partner in both)


@pytest.fixture
def kept_words(settings):
    """The words are kept from one search to the next, as they are in a town."""
    settings.CACHES = settings.CACHES | {"figures": LOCMEM}
    caches["figures"].clear()
    yield
    caches["figures"].clear()


def test_words_are_found_that_begin_so(look, new_partner):
    for code, name in (
        ("a", "A Parents Club"),
        ("b", "Apprentices of Brent"),
        ("c", "Zed Rent Advice"),
        ("d", "Zed (Rental) Shop"),
        ("e", "Rents"),
        ("f", "Non-rental"),
    ):
        new_partner(code, name)
    assert re.findall(r'href="/partners/([a-f])/', look("rent")) == ["f", "e", "d", "c"]


def test_words_that_have_it_inside_are_found_where_nothing_begins_so(look, new_partner, service):
    new_partner("parents", "Parents Club")
    new_partner("rents", "Apprentices")
    assert re.findall(r'href="/partners/([a-z]+)/', look("entice")) == ["rents"]
    # One kind that begins so is enough: the others are not looked into.
    Service.objects.filter(pk=service.pk).update(name="Enticements")
    page = look("entice")
    assert service.get_absolute_url() in page
    assert "/partners/" not in page
    # So short a part stands in too many words.
    assert "Nothing on this site" in look("tic")


@pytest.mark.parametrize("words", ["ecole", "E\u0301COLE", "cooperative", "co-op", "co operative"])
def test_accents_and_hyphens_may_be_left_out(look, new_partner, words):
    both = new_partner("one", "École"), new_partner("two", "The Co-operative")
    wanted = both[0] if words.casefold().startswith("e") else both[1]
    assert wanted.get_absolute_url() in look(words)


def test_who_was_merged_is_found_as_who_is_left(look, new_partner, pledged, maya):
    """By the old name, over two merges; and the promises of whoever is left."""
    first, second, last = (
        new_partner("first", "Quillfeather Trust"),
        new_partner("second", "Second Trust"),
        new_partner("last", "Last Trust"),
    )
    pledge = pledged(partner=last)
    merging.merge(kept=second, gone=first, because="The same.", by=maya)
    merging.merge(kept=last, gone=second, because="The same.", by=maya)
    page = look("quillfeather")
    assert re.findall(r'href="/partners/(\w+)/"', page) == ["last"]
    assert pledge.get_absolute_url() in page


def test_kept_words_follow_what_happens(kept_words, look, new_partner, pledged, maya):
    """They are what a reading anew gives, after each thing that happens."""
    mill = new_partner("mill", "Mill Works")
    promised = pledged(partner=mill)
    assert promised.get_absolute_url() in look("mill")
    another = pledged(partner=mill, statement="Lend a boat")
    assert another.get_absolute_url() in look("mill")
    Partner.objects.filter(pk=mill.pk).update(name="Weir Works")
    record("partner changed", about=mill, by=maya, as_role=Role.CHARTER_MANAGER)
    assert promised.get_absolute_url() not in look("mill")
    kept = look("weir")
    assert {promised.get_absolute_url(), another.get_absolute_url()} <= set(
        re.findall(r'href="([^"]+)"', kept)
    )
    caches["figures"].clear()
    assert look("weir") == kept


def test_a_promise_in_other_words_is_found_by_them(kept_words, look, pledged, maya):
    pledge = pledged()
    assert "Nothing on this site" in look("zeppelins")
    Pledge.objects.filter(pk=pledge.pk).update(statement="Fly zeppelins")
    write_down(
        Actor(maya, "charter_manager", ""),
        pledge,
        Kind.QUESTION,
        {},
        "Really?",
        verb="question published",
    )
    assert pledge.get_absolute_url() in look("zeppelins")
    assert pledge.get_absolute_url() not in look(pledge.statement)


def test_a_service_is_found_by_the_kinds_of_help_that_it_gives(look, service, kinds):
    Service.objects.filter(pk=service.pk).update(name="Old Mills Hub", description="Drop in.")
    service.help_types.set(kinds.values() if isinstance(kinds, dict) else kinds)
    for kind in service.help_types.all():
        page = look(kind.name)
        assert page.count(f'href="{service.get_absolute_url()}"') == 1, kind.name
    # By what is nearest of several: it stands there once.
    assert look(f"hub {kind.name}").count(f'href="{service.get_absolute_url()}"') == 1


def test_what_is_not_public_is_not_found(
    look, pledge, consulted, maya, service, new_partner, today
):
    Pledge.objects.filter(pk=pledge.pk).update(statement="Zebra crossings", accepted_on=None)
    new_partner("zebra", "Zebra Works", accepted_on=None)
    consulted(title="Zebra square", published=False)
    consultation = consulted(takes_proposals=True)
    held = sending.propose(
        consultation=consultation, author=Author(), title="Zebra benches", words="Please."
    )
    assert held.visibility != Visibility.SHOWN
    Service.objects.filter(pk=service.pk).update(name="Zebra advice", ended_on=today)
    assert "Nothing on this site" in look("zebra")
    Proposal.objects.filter(pk=held.pk).update(visibility=Visibility.SHOWN)
    assert held.get_absolute_url() in look("zebra")


def test_a_room_that_is_off_is_not_looked_in(look, action, maya):
    assert action.get_absolute_url() in look(action.title)
    switch(code="programme", on=False, by=maya)
    assert action.get_absolute_url() not in look(action.title)
    assert '"/programme/"' not in look("milestones risks owners")


def test_of_many_the_first_stand_here_and_the_rest_in_their_own_list(look, client, new_partner):
    for number in range(searching.MOST + 2):
        new_partner(f"mill-{number}", f"Mill & Sons {number}")
    page = look("mill & sons")
    assert page.count('href="/partners/mill-') == searching.MOST
    more = re.search(r'href="(/partners/\?[^"]+)"[^>]*>\s*All 7 in partners', page)
    listed = client.get(more[1].replace("&amp;", "&")).content.decode()
    assert listed.count('href="/partners/mill-') >= searching.MOST + 2


@pytest.mark.parametrize(
    "words", ["hours", "HOURS", "our", "bakery", "rent", "hours harbour", "St", "%", "zzz"]
)
def test_the_lists_count_as_the_search_does(look, client, pledged, new_partner, words, today):
    """One definition of what has a word: *All n in pledges* leads to n pledges."""
    statements = ["We give hours", "Hours of ours", "Apprentices rent", "Trent hourly", "St Ann"]
    for number in range(7):
        for place, statement in enumerate(statements):
            due_on = today + timedelta(days=100 + 10 * number + place)
            pledged(statement=f"{statement} {number}", due_on=due_on)
    page = look(words)
    for kind, a_page in (("pledges", r"/pledges/[A-Z0-9]{8}/"), ("partners", r"/partners/[a-z]")):
        link = re.search(rf"All ([0-9,]+) in {kind}", page)
        shown = client.get(f"/{kind}/?q={quote(words)}").context
        page_shown = shown["page"] if kind == "partners" else shown["found"].page
        # Up to five stand on the page of the search itself.
        counted = int(link[1]) if link else len(re.findall(rf'href="{a_page}', page))
        assert page_shown.paginator.count == counted


@pytest.mark.parametrize("address", ["/pledges/", "/partners/"])
def test_a_list_takes_more_matches_than_a_database_takes_values(
    client, pledged, monkeypatch, address
):
    """SQLite takes 32,766 or 250,000 in a statement, as it was built."""
    pledge = pledged()
    keys = [*range(10**7, 10**7 + 260_000), pledge.pk, pledge.partner.pk]
    monkeypatch.setattr(searching, "keys_of", lambda code, typed: keys)
    page = client.get(address, {"q": "hours"})
    assert page.status_code == 200
    assert pledge.partner.name in page.content.decode()


@pytest.mark.parametrize(
    ("off", "address"),
    [
        ((), "/economy/wards/{}/"),
        (("economy",), "/have-your-say/wards/{}/"),
        (("economy", "voice"), "/pledges/?area={}"),
    ],
)
def test_a_ward_is_found_whichever_rooms_are_on(look, client, area, maya, off, address):
    for room in off:
        switch(code=room, on=False, by=maya)
    page = address.format(area.code)
    assert f'href="{page}"' in look(area.name)
    assert client.get(page).status_code == 200


def test_of_many_without_a_list_of_their_own_it_says_how_many(look, action, today):
    for number in range(searching.MOST + 1):
        Action.objects.create(
            code=f"weir-{number}",
            title=f"Mend weir {number}",
            partner=action.partner,
            owner_title="Foreman",
            decision=action.decision,
            starts_on=today,
            due_on=today + timedelta(days=9),
        )
    assert "the first of 6" in " ".join(look("weir").split())


@pytest.mark.parametrize("words", ["", " ", "\x00", "%", "a" * 10_000, "\x00a\x1f", "x " * 500])
def test_odd_words_are_no_fault(look, words):
    look(words)


@pytest.mark.parametrize(
    "words", ["foodbank", "food parcel", "rent arrears", "homeless", "hungry", "benefits", "debt"]
)
def test_ordinary_words_of_who_needs_help_lead_to_it(look, town, words):
    assert re.search(r'href="/help/(services/)?"', look(words))


def test_where_nothing_is_found_help_is_named_all_the_same(look, town):
    town.help_phone = "01632 960000"
    town.save()
    page = look("fodd")
    assert 'href="/help/"' in page
    assert "01632 960000" in page


def test_the_register_names_its_file_with_what_was_asked(client, pledge):
    for query in ("", "?standing=late"):
        page = client.get(f"/pledges/{query}").content.decode()
        [link] = re.findall(r'<link\b[^>]*type="text/csv"[^>]*>', page)
        assert f'href="/pledges.csv{query}"' in link


def test_what_was_typed_stands_there_as_text(look):
    assert "<script>" not in look("<script>alert(1)</script>")
    assert "&lt;script&gt;" in look("<script>alert(1)</script>")


def test_nobody_who_asked_for_help_is_found(planted, look):
    page = look(SECRET)
    assert page.count(SECRET) == page.count(f'value="{SECRET}"') + page.count(f"q={SECRET}")
    assert "Nothing on this site" in page


def test_the_site_s_own_pages_are_all_named(client, town):
    addresses = {reverse(name) for name in searching.pages()}
    assert {address for address, _ in MENU} - {"/"} <= addresses
    for name, page in searching.pages().items():
        assert reverse(name) in client.get("/search/", {"q": page["title"]}).content.decode()
        # Where one has to sign in first, that is where it leads.
        assert client.get(reverse(name), follow=True).status_code == 200


def test_each_kind_has_its_place_and_its_room():
    assert sorted(searching.ORDER) == sorted(searching.KINDS)
    for kind in searching.KINDS.values():
        assert kind.room == rooms.ALWAYS or kind.room in rooms.CODES


def test_the_first_page_and_a_page_that_is_not_there_lead_to_it(client, town):
    assert 'action="/search/"' in client.get("/").content.decode()
    assert 'href="/search/"' in client.get("/no/such/page/").content.decode()


def test_a_page_for_words_asks_little_of_the_database(
    client, pledge, django_assert_max_num_queries
):
    with django_assert_max_num_queries(20):
        client.get("/search/?q=bread")
