"""Areas, the charter's text and what can be promised are set up on pages."""

from __future__ import annotations

import gzip
import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from commonweal.accounts.models import Event
from commonweal.charter.models import CharterVersion, Clause, Decision, Signature, Theme
from commonweal.partners.models import Partner
from commonweal.places import opening
from commonweal.places.models import Area, Town
from commonweal.pledges.models import Measure
from commonweal.setup import adopting, measures, onscodes

pytestmark = pytest.mark.django_db

WARDS = """WD25CD,WD25NM,LAD25CD,LAD25NM
E05015624,Almond Hill,E07000243,Stevenage
E05015626,Bedwell,E07000243,Stevenage
E05000001,Aldersgate,E09000001,City of London
"""
TEXT = """Fair work:
1. Pay the real Living Wage.
2.1 Offer apprenticeships.

Local money:
Buy local first.
"""
ADOPTED = {
    "title": "The Newton Charter",
    "text": TEXT,
    "decision_title": "Charter adopted",
    "body": "Executive",
    "decided_on_0": "1",
    "decided_on_1": "9",
    "decided_on_2": "2026",
    "minute": "E/26/9",
}
MEASURE = {
    "name": "Apprenticeships started",
    "theme": "fair-work",
    "kind": "count",
    "unit": "people",
    "direction": "up",
    "examples": "private, micro: One apprentice a year.\nWe train: two people.",
    "on_menu": "on",
}


def text(response):
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def typed(response, name):
    area = re.search(
        rf'<textarea[^>]*name="{name}"[^>]*>(.*?)</textarea>', response.content.decode(), re.DOTALL
    )
    return unescape(area[1]).strip()


@pytest.fixture
def lists(settings, tmp_path):
    settings.VAR = tmp_path / "var"
    onscodes.loaded.cache_clear()
    yield settings.VAR / "lists"
    onscodes.loaded.cache_clear()


# --- Areas --------------------------------------------------------------------------------------


def test_areas_are_pasted_with_their_codes(daniel, sign_in):
    pasted = "Almond Hill, E05015624\nThe Hythe, Quay 5\n\nBedwell\tE05015626"
    page = sign_in(daniel).post("/desk/town/areas/", {"areas": pasted, "year": "2025"}, follow=True)
    assert "3 areas kept." in text(page)
    rows = Area.objects.order_by("id").values_list("code", "name", "ons_code", "boundaries_year")
    assert list(rows) == [
        ("almond-hill", "Almond Hill", "E05015624", 2025),
        ("the-hythe-quay-5", "The Hythe, Quay 5", "", 2025),
        ("bedwell", "Bedwell", "E05015626", 2025),
    ]
    assert Event.objects.filter(verb="area set", by_code=daniel.code).count() == 3
    # Again, with another code: changed, and not doubled.
    sign_in(daniel).post("/desk/town/areas/", {"areas": "Bedwell, E05015627", "year": ""})
    assert Area.objects.get(code="bedwell").ons_code == "E05015627"
    assert Area.objects.count() == 3


@pytest.mark.parametrize(
    ("pasted", "words"),
    [
        ("Old Town\nBedwell, E0501562", "Line 2: 'E0501562' is no ONS code"),
        ("E05015624", "Line 1: the name is missing"),
        ("Park, E0500", "Line 1: 'E0500' is no ONS code"),
        ("Bedwell, E0501562O", "Line 1: 'E0501562O' is no ONS code"),
        ("Manor\n\nManor", "Line 3: “Manor” stands in line 1 already"),
        ("Manor\nE05015624\nmanor", "Line 3: “manor” stands in line 1 already"),
        ("Manor\nE05015624\nmanor", "Line 2: the name is missing"),
        ("N" * 101, "Line 1: the name is longer than 100 letters"),
        ("", "Write or paste at least one area"),
    ],
)
def test_a_line_that_is_no_area_is_named_and_all_is_kept_in_the_box(daniel, sign_in, pasted, words):
    page = sign_in(daniel).post("/desk/town/areas/", {"areas": pasted, "year": "2025"})
    assert words in text(page)
    assert typed(page, "areas") == pasted
    assert not Area.objects.exists()


@pytest.mark.parametrize("packed", [False, True])
def test_areas_are_chosen_from_a_list_that_was_taken_in(daniel, sign_in, lists, packed):
    Town.objects.update(ons_code="E07000243")
    content = gzip.compress(WARDS.encode()) if packed else WARDS.encode()
    name = "wards may 2025.csv.gz" if packed else "../../wards may 2025.csv"
    sent = {"file": SimpleUploadedFile(name, content)}
    page = sign_in(daniel).post("/desk/town/areas/list/", sent, follow=True)
    assert "5 codes kept, of May 2025." in text(page)
    assert [path.parent for path in lists.iterdir()] == [lists]
    [link] = re.findall(r'href="(\?district=[^"]+)"', page.content.decode())
    offered = sign_in(daniel).get(f"/desk/town/areas/{unescape(link)}")
    assert "May 2025: 2 areas" in text(offered)
    assert typed(offered, "areas") == "Almond Hill, E05015624\nBedwell, E05015626"
    assert 'value="2025"' in offered.content.decode()


def test_the_district_is_found_by_its_name_where_its_code_is_not_known(daniel, sign_in, lists):
    """Nobody knows the code of their district by heart."""
    client = sign_in(daniel)
    Town.objects.update(ons_code="")
    assert "Your district" not in text(client.get("/desk/town/areas/"))
    sent = {"file": SimpleUploadedFile("wards may 2025.csv", WARDS.encode())}
    page = client.post("/desk/town/areas/list/", sent, follow=True)
    assert "Your district, to choose from its wards" in text(page)
    assert "No list that is here has" not in text(page)
    page = client.get("/desk/town/areas/?q=nowhere")
    assert "No list that is here has a district of that name." in text(page)
    page = client.get("/desk/town/areas/?q=stevenAGE")
    assert 'href="?district=E07000243"' in page.content.decode()
    page = client.get("/desk/town/areas/?district=E07000243")
    [link] = re.findall(r'href="(\?district=[^"]+)"', page.content.decode())
    offered = client.get(f"/desk/town/areas/{unescape(link)}")
    assert typed(offered, "areas") == "Almond Hill, E05015624\nBedwell, E05015626"
    assert client.get("/desk/town/areas/?district=<b>").status_code == 200


def test_a_list_without_districts_says_which_one_is_needed(daniel, sign_in, lists):
    short = "FID,WD19CD,WD19NM\n1,E05000171,Cleveland\n2,E05000172,Dale\n3,E05000173,Eaves\n"
    sent = {"file": SimpleUploadedFile("wards.csv", short.encode())}
    page = sign_in(daniel).post("/desk/town/areas/list/", sent, follow=True)
    assert "3 codes kept, of 2019." in text(page)
    assert "Take in the one that is called Ward to Local Authority District" in text(page)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"x,y\n1,2\n", "holds no list of ONS codes"),
        ("a.txt", WARDS.encode(), "Send a CSV, packed (.csv.gz) or not."),
        ("a.csv.gz", b"no gzip", "can't be read as a list of codes"),
        ("a.csv.gz", gzip.compress(b"0" * (onscodes.UNPACKED_MOST + 1)), "larger than 60 MB"),
        ("a.csv.gz", gzip.compress(b"," * (onscodes.CELLS_MOST + 1)), "more than four million"),
    ],
)
def test_what_is_no_list_is_refused(daniel, sign_in, lists, name, content, words):
    page = sign_in(daniel).post(
        "/desk/town/areas/list/", {"file": SimpleUploadedFile(name, content)}
    )
    assert words in text(page)
    assert not lists.exists() or not list(lists.iterdir())


def test_an_area_is_taken_off_unless_something_names_it(daniel, sign_in, area, pledged):
    Area.objects.create(code="mistyped", name="Mistyped")
    page = sign_in(daniel).post("/desk/town/areas/mistyped/off/", follow=True)
    assert "Mistyped is taken off." in text(page)
    pledge, *_ = [pledged()]
    pledge.area = area
    pledge.save(update_fields=["area"])
    page = sign_in(daniel).post(f"/desk/town/areas/{area.code}/off/", follow=True)
    assert "Northmoor stays: something here names it." in text(page)
    assert list(Area.objects.values_list("code", flat=True)) == ["northmoor"]


# --- The charter's text ---------------------------------------------------------------------------


def entered(client, answers):
    """Look first, then enter what was looked at."""
    page = client.post("/desk/town/charter/", answers)
    mark = re.search(r'name="shown-text" value="(\w+)"', page.content.decode())
    return client.post("/desk/town/charter/", answers | {"shown-text": mark[1]})


@pytest.mark.parametrize("who", ["daniel", "maya"])
def test_a_text_is_shown_and_then_adopted(request, who, daniel, maya, sign_in, client):
    person = request.getfixturevalue(who)
    page = sign_in(person).post("/desk/town/charter/", ADOPTED | {"preamble": "Whereas."})
    assert (
        "This is how it will stand The Newton Charter Decision Charter adopted "
        "Decided by Executive On 1 September 2026 In force from 1 September 2026 Whereas. "
        "Fair work 1 Pay the real Living Wage."
    ) in text(page)
    assert not CharterVersion.objects.exists()
    assert entered(sign_in(person), ADOPTED).status_code == 302
    version = CharterVersion.objects.get()
    assert str(version.in_force_from) == "2026-09-01"
    assert list(version.clauses.values_list("theme__name", "number", "text")) == [
        ("Fair work", "1", "Pay the real Living Wage."),
        ("Fair work", "2.1", "Offer apprenticeships."),
        ("Local money", "3", "Buy local first."),
    ]
    assert Decision.objects.get().minute == "E/26/9"
    line = Event.objects.get(verb="charter version adopted")
    role = "administrator" if who == "daniel" else "charter_manager"
    assert (line.by_code, line.as_role) == (person.code, role)
    assert "Pay the real Living Wage." in text(client.get("/charter/"))


def test_what_was_not_looked_at_is_not_entered(daniel, sign_in):
    client = sign_in(daniel)
    page = client.post("/desk/town/charter/", ADOPTED)
    mark = re.search(r'name="shown-text" value="(\w+)"', page.content.decode())[1]
    other = ADOPTED | {"text": "Fair work:\n1. Another text.", "shown-text": mark}
    shown = text(client.post("/desk/town/charter/", other))
    assert "This is how it will stand" in shown
    assert "Fair work 1 Another text." in shown
    assert not CharterVersion.objects.exists()


def test_the_first_version_is_not_asked_what_becomes_of_earlier_ones(daniel, sign_in, client):
    desk = sign_in(daniel)
    assert "Earlier versions" not in text(desk.get("/desk/town/charter/"))
    assert entered(desk, ADOPTED).status_code == 302
    assert "Earlier versions" in text(desk.get("/desk/town/charter/"))


def test_a_slip_is_taken_out_before_the_town_opens_and_entered_rightly(daniel, sign_in, version):
    """What ended by it goes on, and a theme that was mistyped goes with it."""
    opening.prepare()
    desk = sign_in(daniel)
    slip = ADOPTED | {"ends_earlier": "on", "text": "Fair wrok:\n1. A slip."}
    entered(desk, slip)
    out = re.search(
        r'href="(/desk/town/charter/2/out/)"', desk.get("/desk/town/charter/").content.decode()
    )
    assert "Take it out" in text(desk.get(out[1]))
    assert "Version 2 is taken out." in text(desk.post(out[1], follow=True))
    assert not Theme.objects.filter(name="Fair wrok").exists()
    version.refresh_from_db()
    assert version.in_force_until is None
    line = Event.objects.get(verb="charter version taken out")
    assert (line.by_code, line.detail["version"]) == (daniel.code, 2)
    assert desk.post(out[1]).status_code == 404
    # Its decision stayed, and is not there twice.
    assert entered(desk, ADOPTED).status_code == 302
    assert Decision.objects.filter(decided_on="2026-09-01").count() == 1
    assert Clause.objects.filter(version__number=2, text="Pay the real Living Wage.").exists()


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (lambda _: opening.open_to_all(), "The town is open"),
        (
            lambda version: CharterVersion.objects.create(
                number=9,
                title="Later",
                adopted_by=version.adopted_by,
                in_force_from=version.in_force_from,
            ),
            "A later version stands",
        ),
        (
            lambda version: Signature.objects.create(
                partner=Partner.objects.first(),
                version=version,
                signed_on=version.in_force_from,
                capacity="Chair",
                terms_version="1",
                signed_name="Ada",
            ),
            "Somebody signed this version",
        ),
    ],
)
def test_what_stands_is_not_taken_out(maya, sign_in, version, before, words):
    opening.prepare()
    before(version)
    assert words in text(sign_in(maya).post(f"/desk/town/charter/{version.number}/out/"))
    assert CharterVersion.objects.filter(pk=version.pk).exists()
    assert Clause.objects.filter(version=version).exists()


def test_a_new_version_keeps_its_themes_and_ends_the_one_before(daniel, sign_in, version):
    later = ADOPTED | {"ends_earlier": "on"}
    assert entered(sign_in(daniel), later).status_code == 302
    version.refresh_from_db()
    assert str(version.in_force_until) == "2026-08-31"
    assert CharterVersion.objects.order_by("number").last().number == 2
    assert Theme.objects.filter(name="Fair work").count() == 1
    assert Clause.objects.filter(version=version).count() == 1


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"text": "Pay well."}, "Line 1: it stands under no theme."),
        ({"text": "Fair work:\nLocal money:\nBuy."}, "“Fair work” has no clause under it"),
        ({"text": "Fair work:\n1. A\n1. B"}, "Clause 1 stands there twice"),
        (
            {"text": "Fair work:\n1. A\nB\n2. C"},
            "“B” has no number, and 2, the next, is another’s.",
        ),
        (
            {"text": "Fair work:\n2. C\n1. A\nB"},
            "“B” has no number, and 2, the next, is another’s.",
        ),
        ({"text": "Fair work:"}, "“Fair work” has no clause under it"),
        ({"text": ":\nA"}, "Line 1: the name of the theme is missing"),
        ({"title": ""}, "Enter what the charter is called"),
    ],
)
def test_a_text_that_can_not_be_read_is_kept(daniel, sign_in, answers, words):
    page = sign_in(daniel).post("/desk/town/charter/", ADOPTED | answers)
    assert words in text(page)
    assert typed(page, "text") == (ADOPTED | answers)["text"].strip()
    assert not CharterVersion.objects.exists()


def test_it_is_in_force_no_earlier_than_it_was_decided(daniel, sign_in, version):
    early = {"in_force_from_0": "1", "in_force_from_1": "8", "in_force_from_2": "2026"}
    page = entered(sign_in(daniel), ADOPTED | early)
    assert "can’t be in force before it was decided" in text(page)
    before = {"decided_on_2": "2020", "ends_earlier": "on"}
    page = entered(sign_in(daniel), ADOPTED | before)
    assert "Version 1 is in force from 1 July 2023, which is not before the new one." in text(page)
    assert CharterVersion.objects.count() == 1
    assert not Theme.objects.filter(name="Local money").exists()


@pytest.mark.parametrize(
    ("numbers", "read_as"),
    [
        ("- - -", "1 2 3"),
        ("3. - -", "3 4 5"),
        ("3.1 - 3.3 4.9 -", "3.1 3.2 3.3 4.9 4.10"),
        ("2a - (y) - -", "2a 2b y z z1"),
        ("3.1 - : - 5 : - a) : -", "3.1 3.2 4 5 6 a b"),
    ],
)
def test_a_clause_without_a_number_takes_the_next_after_the_one_before_it(numbers, read_as):
    """Whatever place it has among all clauses."""
    lines = [
        f"Theme {place}:" if number == ":" else f"{number.strip('-')} Words"
        for place, number in enumerate(numbers.split())
    ]
    assert " ".join(one.number for one in adopting.read("\n".join(["T:", *lines]))) == read_as


def test_a_number_before_a_clause_is_read_and_no_word_is_taken_for_one():
    lines = "T:\n1. One\n2) Two\n(3) Three\n4a Four\na) Five\nA town pays.\n2030 is the year."
    numbers = [(one.number, one.words) for one in adopting.read(lines)]
    assert numbers == [
        ("1", "One"),
        ("2", "Two"),
        ("3", "Three"),
        ("4a", "Four"),
        ("a", "Five"),
        ("b", "A town pays."),
        ("2030", "is the year."),
    ]


# --- What can be promised -------------------------------------------------------------------------


def test_a_measure_is_put_on_the_menu_and_changed(daniel, sign_in, theme, asha):
    assert sign_in(daniel).post("/desk/town/measures/add/", MEASURE).status_code == 302
    measure = Measure.objects.get()
    assert measure.code == "apprenticeships-started"
    assert measure.examples == [
        {"sector": "private", "size": "micro", "text": "One apprentice a year."},
        {"sector": "", "size": "", "text": "We train: two people."},
    ]
    assert "Apprenticeships started" in text(sign_in(daniel).get("/desk/town/measures/"))
    changed = MEASURE | {"name": "Apprentices"} | {"on_menu": ""}
    sign_in(daniel).post("/desk/town/measures/apprenticeships-started/", changed)
    measure.refresh_from_db()
    assert (measure.name, measure.on_menu) == ("Apprentices", False)
    assert Event.objects.filter(verb="measure set", by_code=daniel.code).count() == 2


def test_a_second_measure_of_the_same_name_is_refused(maya, sign_in, theme):
    desk = sign_in(maya)
    desk.post("/desk/town/measures/add/", MEASURE)
    page = desk.post("/desk/town/measures/add/", MEASURE | {"name": "apprenticeships Started"})
    assert "“apprenticeships Started” is there already" in text(page)
    assert 'value="apprenticeships Started"' in page.content.decode()
    assert Measure.objects.count() == 1
    kept = desk.post("/desk/town/measures/apprenticeships-started/", MEASURE | {"unit": "trainees"})
    assert kept.status_code == 302


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("privat: One.", "“privat” is no sector or size. Did you mean “private”?"),
        ("private, mikro: One.", "“mikro” is no sector or size. Did you mean “micro”?"),
        ("private, everybody: One.", "“everybody” is no sector or size. There are: public,"),
    ],
)
def test_a_slip_in_whom_an_example_is_for_is_asked_about(maya, sign_in, theme, line, words):
    page = sign_in(maya).post("/desk/town/measures/add/", MEASURE | {"examples": line})
    assert words in text(page)
    assert typed(page, "examples") == line
    assert not Measure.objects.exists()


def test_all_slips_in_examples_are_told_at_once_each_with_its_line(maya, sign_in, theme):
    lines = "privat: One.\n\nprivate: Two.\nprivate, mikro: Three."
    page = sign_in(maya).post("/desk/town/measures/add/", MEASURE | {"examples": lines})
    assert "Line 1: “privat” is no sector or size." in text(page)
    assert "Line 4: “mikro” is no sector or size." in text(page)
    assert typed(page, "examples") == lines
    assert not Measure.objects.exists()


def test_what_was_promised_is_not_counted_otherwise(maya, sign_in, pledged):
    measure = pledged().measure
    answers = MEASURE | {"name": measure.name, "kind": "hours", "unit": "days"}
    page = sign_in(maya).post(f"/desk/town/measures/{measure.code}/", answers)
    assert "Promises are made by this measure" in text(page)
    assert 'value="days"' in page.content.decode()
    measure.refresh_from_db()
    assert measure.unit == "hours"


def test_a_measure_asks_for_what_it_lacks(daniel, sign_in, theme):
    page = sign_in(daniel).post("/desk/town/measures/add/", {"how": "By the payroll."})
    for words in ("Say what is counted", "Choose a theme", "Enter the unit"):
        assert words in text(page)
    assert typed(page, "how") == "By the payroll."
    assert not Measure.objects.exists()


def test_what_is_done_or_not_done_needs_no_unit(daniel, sign_in, theme):
    desk = sign_in(daniel)
    desk.post("/desk/town/measures/add/", MEASURE | {"kind": "yes_no", "unit": ""})
    assert Measure.objects.get().unit == "done"
    hours = MEASURE | {"name": "Hours given", "kind": "hours", "unit": " "}
    refused = desk.post("/desk/town/measures/add/", hours)
    assert "Enter the unit" in text(refused)
    assert 'value="Hours given"' in refused.content.decode()


def test_examples_are_written_as_they_are_read():
    lines = "private, micro: One.\nvoluntary: Two.\nThree.\nWe train: four."
    assert measures.written(measures.read_examples(lines)) == lines
