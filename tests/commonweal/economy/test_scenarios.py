"""Scenarios: taken in, asked, asked anew, worked out again by another person, published for
good."""

from __future__ import annotations

import csv
import html
import io
import os
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from commonweal.accounts.models import Event, Person
from commonweal.demo.cast import CAST
from commonweal.demo.economy.scenarios import tell
from commonweal.economy.models import Scenario, ScenarioVersion, Structure
from commonweal.economy.scenarios import actions, structures
from commonweal.economy.scenarios.beside import MOST, beside
from commonweal.office.errors import Refused
from commonweal.pledges.models import Pledge
from commonweal.setup.backups.contents import folders

TABLE = b"""industry,Making,Shops,Care,total,households,other final use,total use
Making,200,60,40,300,150,550,1000
Shops,100,50,20,170,300,130,600
Care,10,10,30,50,100,250,400
imports,190,80,60
compensation of employees,250,220,170
gross value added,500,400,250
output,1000,600,400
"""
JOBS = b"group,region,nation\nMaking,6000,300000\nShops,9000,500000\nCare,8000,400000\n"
pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared"))
IO = SHARED / "data" / "economy" / "io"
real = pytest.mark.skipif(
    not SHARED.exists() and not os.environ.get("COMMONWEAL_NOTHING_SKIPPED"),
    reason="the public data to run against is not beside this checkout",
)


def text_of(answer: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def sent(**more: Any) -> dict[str, Any]:
    """What the form of a table and jobs sends."""
    return {
        "table": SimpleUploadedFile("table.csv", more.pop("table", TABLE)),
        "jobs": SimpleUploadedFile("jobs.csv", more.pop("jobs", JOBS)),
        "table_source": "A table of 2019",
        "jobs_source": "Counted by us",
        "jobs_on_0": "1",
        "jobs_on_1": "9",
        "jobs_on_2": "2024",
    } | more


ASKED = {
    "title": "Making halves",
    "industry": "Making",
    "share": "50",
    "months": "12",
    "resident_share": "80",
    "prices": "1.25",
    "closure": "pay",
    "words": "Because.",
}


# --- A table and jobs ---------------------------------------------------------------------------


def test_the_analyst_takes_in_a_table_and_jobs(sign_in, yusuf):
    answer = sign_in(yusuf).post("/desk/economy/structures/", sent(), follow=True)
    assert "Taken in" in text_of(answer)
    structure = Structure.objects.get()
    assert structure.industries[0] == ["Making", "Making", 6000.0]
    assert structure.jobs == 23_000
    folder = Path(settings.VAR) / "economy"
    assert (folder / structure.table_sha256).read_bytes() == TABLE
    assert (folder / structure.jobs_sha256).read_bytes() == JOBS
    assert folders()["economy"] == folder
    assert Event.objects.get(verb="economy's table and jobs kept").by_code == yusuf.code


SWAPPED = TABLE.replace(b"Making,200,60", b"Making,200,100").replace(
    b"Shops,100,50", b"Shops,60,50"
)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"table": b"1,2\n3,4\n"}, "is a bare block of figures"),
        ({"table": SWAPPED}, "does not balance"),
        ({"jobs": JOBS.replace(b"Care", b"Care Q")}, "No jobs are given for 'Care'"),
        ({"jobs": JOBS.replace(b"region", b"town")}, "lacks the column"),
        ({"jobs": JOBS.replace(b"6000", b"600000")}, "more jobs in the area than in the nation"),
        ({"jobs_on_2": "2199"}, "counted on a day to come"),
        ({"household_income": "900"}, "with its source, or neither"),
        ({"household_income": "9", "household_source": "x"}, "Is it in millions?"),
        ({"sheet": "IxI"}, "The file has no sheet"),
    ],
)
def test_a_wrong_file_is_refused_by_name_and_nothing_is_kept(sign_in, yusuf, more, sentence):
    answer = sign_in(yusuf).post("/desk/economy/structures/", sent(**more))
    assert sentence in text_of(answer)
    assert "A table of 2019" in answer.content.decode()
    assert not Structure.objects.exists()
    assert not (Path(settings.VAR) / "economy").exists()


def test_the_same_files_are_taken_in_once(sign_in, yusuf, structure):
    answer = sign_in(yusuf).post("/desk/economy/structures/", sent())
    assert "These very files are there already" in text_of(answer)


@real
def test_the_uk_table_as_published_with_jobs_by_section(sign_in, yusuf):
    """Jobs of BRES by section; the workbook's 105 industries are put into them."""
    counts = {"A": 100, "C": 4000, "F": 2000, "G": 8000, "M": 5000, "Q": 6000}
    lines = [f"{code},{counts.get(code, 500)},{1_000_000}" for code in "ABCDEFGHIJKLMNOPQRS"]
    jobs = "group,region,nation\n" + "\n".join(lines)
    table = (IO / "ONS_UK_IO_2019.xlsx").read_bytes()
    files = sent(jobs=jobs.encode())
    files["table"] = SimpleUploadedFile("ONS_UK_IO_2019.xlsx", table)
    answer = sign_in(yusuf).post("/desk/economy/structures/", files, follow=True)
    assert "Taken in" in text_of(answer)
    structure = Structure.objects.get()
    assert structure.table_year == 2019
    assert structure.industries[2] == ["C", "Manufacturing", 4000.0]
    assert len(structure.industries) == 19


# --- Asked --------------------------------------------------------------------------------------


def test_a_scenario_is_asked_and_shown_with_its_range_and_limits(sign_in, yusuf, structure):
    answer = sign_in(yusuf).post(
        "/desk/economy/scenarios/", ASKED | {"structure": structure.pk}, follow=True
    )
    text = text_of(answer)
    version = ScenarioVersion.objects.get()
    low, middle, high = version.answer["figures"]["type_2"]["jobs"]
    assert 3000 < low < middle < high
    assert "What if Making loses 50% of its work, for 12 months; there is no support?" in text
    assert "no confidence interval" in text
    assert "Directly 3,000" in text
    assert "There is no net figure" in text
    assert version.made_by == yusuf
    assert version.state == "draft"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"employer_name": "Vantor"}, "How many jobs does the employer have here?"),
        ({"employer_jobs": "9000"}, "The employer has 9,000 jobs, and the industry"),
        ({"kept": "80", "kept_months": "13"}, "outlast the shock"),
        ({"closure": "income"}, "The income of all households is not known"),
        ({"leakage": "10"}, "Say where the town's own assumptions"),
        ({"evaluated_low": "0.5"}, "has a lower and a higher figure, and a source"),
        ({"pounds": "900"}, "more than the whole industry makes"),
        ({"months": "0"}, "Enter 1 or more for “For how many months”"),
        ({"share": "0"}, "more than 0 and at most 100"),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_is_kept(
    sign_in, yusuf, structure, more, sentence
):
    asked = ASKED | {"structure": structure.pk} | more
    answer = sign_in(yusuf).post("/desk/economy/scenarios/", asked)
    assert sentence in text_of(answer)
    assert "Making halves" in answer.content.decode()
    assert not Scenario.objects.exists()


def test_a_town_too_small_is_told_so_and_gets_no_figures(sign_in, yusuf, structure):
    few = structures.keep(
        table=structures.SentStructure("t.csv", TABLE, "x"),
        sheet="",
        groups=None,
        household_income=None,
        jobs=structures.SentStructure(
            "j.csv", JOBS.replace(b"9000", b"900").replace(b"8000", b"800"), "x"
        ),
        jobs_on=date(2024, 1, 1),
        household_source="",
        by=yusuf,
    )
    answer = sign_in(yusuf).post("/desk/economy/scenarios/", ASKED | {"structure": few.pk})
    assert "The area is too small for this: it has 7,700 jobs" in text_of(answer)


def test_other_assumptions_make_a_new_version_and_the_old_one_stays(sign_in, yusuf, asked):
    version = asked()
    page = f"/desk/economy/scenarios/{version.scenario.code}/"
    shown = sign_in(yusuf).get(page)
    assert 'value="80"' in shown.content.decode()
    more = {"structure": version.structure_id, "share": "25"}
    answer = sign_in(yusuf).post(page, ASKED | more, follow=True)
    assert "Worked out as a new version" in text_of(answer)
    old, new = version.scenario.versions.order_by("number")
    assert (old.number, new.number) == (1, 2)
    assert old.answer == version.answer
    assert new.answer["figures"]["direct"]["jobs"] == 1500
    again = sign_in(yusuf).post(page, ASKED | more)
    assert "Nothing is different from the version before" in text_of(again)


def test_another_person_gets_the_same_figures(sign_in, nadia, asked):
    version = asked(leakage=Decimal("12.5"), net_source="Our survey", prices=Decimal("1.25"))
    page = f"/desk/economy/scenarios/{version.scenario.code}/1/check/"
    answer = sign_in(nadia).post(page, follow=True)
    assert "every figure is the same" in text_of(answer)
    line = Event.objects.get(verb="scenario worked out again")
    assert (line.by_code, line.detail["same"]) == (nadia.code, True)


def test_a_file_that_was_changed_since_is_seen(sign_in, nadia, asked):
    version = asked()
    kept = Path(settings.VAR) / "economy" / version.structure.jobs_sha256
    kept.write_bytes(JOBS.replace(b"6000", b"5000"))
    page = f"/desk/economy/scenarios/{version.scenario.code}/1/check/"
    assert "is not what was kept" in text_of(sign_in(nadia).post(page, follow=True))


def test_an_answer_that_was_changed_since_is_seen(sign_in, nadia, asked):
    version = asked()
    ScenarioVersion.objects.filter(pk=version.pk).update(digest="0" * 64)
    page = f"/desk/economy/scenarios/{version.scenario.code}/1/check/"
    assert "the figures differ" in text_of(sign_in(nadia).post(page, follow=True))
    with pytest.raises(Refused, match="the figures differ"):
        actions.publish(
            version=version,
            consent_on=None,
            consent_words="",
            decision=None,
            is_of_many=True,
            by=nadia,
        )


# --- Published ----------------------------------------------------------------------------------


def publish(client: Any, version: ScenarioVersion, **more: Any) -> Any:
    page = f"/desk/economy/scenarios/{version.scenario.code}/{version.number}/publish/"
    return client.post(page, {"consent_words": "", "is_of_many": "on"} | more, follow=True)


CONSENT = {
    "consent_words": "The works manager, by letter.",
    "consent_on_0": "3",
    "consent_on_1": "11",
    "consent_on_2": "2026",
}


def test_a_draft_is_to_the_public_as_if_there_were_none(client, asked):
    version = asked()
    address = version.scenario.get_absolute_url()
    for page in (address, f"{address}1/", f"{address}1.csv"):
        assert client.get(page).status_code == 404
    assert "Making halves" not in text_of(client.get("/economy/"))


def test_a_published_one_is_read_by_anybody_with_its_limits_and_what_stands_beside(
    client, sign_in, maya, asked, pledged, measure, action
):
    type(measure).objects.filter(pk=measure.pk).update(name="Apprentices started")
    pledge = pledged(statement="We will take on four.")
    action.title = "Training for bakers"
    action.save(update_fields=["title"])
    version = asked()
    assert "It is public" in text_of(publish(sign_in(maya), version))
    front = text_of(client.get("/economy/"))
    assert "Making halves" in front
    assert "gross" in front
    page = client.get(version.scenario.get_absolute_url())
    text = text_of(page)
    # On a phone each figure stands beside its name, so none stands empty.
    assert "Of these, jobs that residents hold" in text
    assert text.count("not counted") == 3
    for limit in version.limits:
        assert " ".join(limit.split()) in text
    assert "We will take on four." in text
    assert pledge.get_absolute_url() in page.content.decode()
    assert "Training for bakers" in text


def test_the_limits_stand_first_in_the_file_and_print_with_the_page(client, sign_in, maya, asked):
    version = asked(leakage=Decimal(10), net_source="Our survey")
    publish(sign_in(maya), version)
    file = b"".join(client.get(version.get_absolute_url()[:-1] + ".csv")).decode()
    rows = list(csv.DictReader(io.StringIO(file.removeprefix("\ufeff"))))
    limits = [row["words"] for row in rows if row["part"] == "limit"]
    assert limits == [limit.replace(" %", "%") for limit in version.answer["limits"]]
    assert rows[0]["part"] == "limit"
    nets = [row for row in rows if row["part"].startswith("Net")]
    assert len(nets) == 4
    assert float(nets[-1]["low"]) < float(nets[-1]["middle"]) < float(nets[-1]["high"])
    # What the style sheets leave off a print is not among what holds the limits.
    page = client.get(version.get_absolute_url()).content.decode()
    css = (ROOT / "src/commonweal/design/static/design/commonweal.css").read_text()
    hidden = set(re.findall(r"\.([\w-]+)", " ".join(re.findall(r"@media print \{(.*?)\{", css))))
    assert "Print this page, or save it as PDF" in page
    box = re.search(r'<section class="([^"]+)" id="limits"', page)
    assert box
    assert not hidden & set(box[1].split())


def test_a_published_version_never_changes(sign_in, maya, asked):
    version = asked()
    publish(sign_in(maya), version)
    again = publish(sign_in(maya), version)
    assert "public already" in text_of(again)
    for change in ({"words": "x"}, {"state": "draft", "published_on": None}):
        with pytest.raises(DatabaseError, match="published scenarios stay"), transaction.atomic():
            ScenarioVersion.objects.filter(pk=version.pk).update(**change)
    with pytest.raises(DatabaseError, match="published scenarios stay"), transaction.atomic():
        ScenarioVersion.objects.filter(pk=version.pk).delete()


def test_the_public_page_shows_the_newest_public_version_and_the_older_stays(
    client, sign_in, maya, yusuf, asked
):
    version = asked()
    publish(sign_in(maya), version)
    newer = actions.revise(
        scenario=version.scenario,
        structure=version.structure,
        words="Anew.",
        assumed=actions.Assumed.of(version.assumptions | {"share": "25"}),
        by=yusuf,
    )
    address = version.scenario.get_absolute_url()
    assert "50%" in text_of(client.get(address))
    assert client.get(f"{address}2/").status_code == 404
    publish(sign_in(maya), newer)
    assert "25%" in text_of(client.get(address))
    assert "50%" in text_of(client.get(f"{address}1/"))


# --- An employer --------------------------------------------------------------------------------


@pytest.mark.parametrize("named", ["partner", "name", "jobs", "title", "words"])
def test_an_employer_is_not_public_without_its_consent_or_a_decision(
    client, sign_in, maya, asked, bakery, named
):
    version = {
        "partner": lambda: asked(employer=bakery),
        "name": lambda: asked(employer_name="Vantor Ltd"),
        "jobs": lambda: asked(employer_jobs=1500),
        "title": lambda: asked(title="If HARBOUR LANE BAKERY shuts"),
        "words": lambda: asked(words="We think of Harbour Lane  Bakery, too."),
    }[named]()
    answer = publish(sign_in(maya), version)
    assert "only with the employer's consent" in text_of(answer)
    assert client.get(version.scenario.get_absolute_url()).status_code == 404
    # Nor does its address tell.
    assert "bakery" not in version.scenario.code


def test_with_its_consent_an_employer_is_named_and_who_agreed_is_not(
    client, sign_in, maya, asked, bakery
):
    version = asked(employer=bakery)
    assert "It is public" in text_of(publish(sign_in(maya), version, **CONSENT))
    page = text_of(client.get(version.scenario.get_absolute_url()))
    assert "It is about Harbour Lane Bakery, published with its consent of 3 November 2026" in page
    assert "works manager" not in page
    assert "works manager" in text_of(
        sign_in(maya).get(f"/desk/economy/scenarios/{version.scenario.code}/1/")
    )


def test_a_decision_about_something_else_is_no_leave(sign_in, maya, client, asked, decision):
    version = asked(employer_name="Vantor Ltd")
    page = publish(sign_in(maya), version, decision=decision.pk)
    assert "A decision about something else is no leave" in text_of(page)
    page = publish(sign_in(maya), version, decision_says="on", decision="")
    assert "A decision about something else is no leave" in text_of(page)
    assert client.get(version.scenario.get_absolute_url()).status_code == 404


def test_what_stands_beside_is_due_next_first_and_the_rest_is_led_to(pledged, measure, today):
    measure.name = "Apprentices trained"
    measure.save()
    days = [-3, 200, *range(30, 30 + MOST)]
    pledges = [pledged(measure=measure, statement=f"Train {day}.") for day in days]
    for pledge, day in zip(pledges, days, strict=True):
        Pledge.objects.filter(pk=pledge.pk).update(due_on=today + timedelta(days=day))
    shown = beside().pledges
    assert [(pledge.due_on - today).days for pledge in shown.first] == days[2:]
    assert shown.more == [(measure, 2)]
    assert shown.left == 2


def test_by_a_recorded_decision_it_is_public_and_links_to_it(
    client, sign_in, maya, asked, decision
):
    version = asked(employer_name="Vantor Ltd")
    publish(sign_in(maya), version, decision=decision.pk, decision_says="on")
    page = client.get(version.scenario.get_absolute_url())
    assert "Vantor Ltd" in text_of(page)
    assert decision.get_absolute_url() in page.content.decode()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"consent_words": "x"}, "Say who agreed and on which day"),
        (CONSENT | {"consent_on_2": "2199"}, "a day to come"),
    ],
)
def test_a_consent_says_who_and_when(sign_in, maya, asked, bakery, more, sentence):
    assert sentence in text_of(publish(sign_in(maya), asked(employer=bakery), **more))


def test_only_the_economy_desk_comes_in(client, sign_in, asked, carys, asha, leah):
    version = asked()
    pages = [
        "/desk/economy/structures/",
        "/desk/economy/scenarios/",
        f"/desk/economy/scenarios/{version.scenario.code}/",
        f"/desk/economy/scenarios/{version.scenario.code}/1/",
        f"/desk/economy/scenarios/{version.scenario.code}/1.csv",
        f"/desk/economy/scenarios/{version.scenario.code}/1/publish/",
    ]
    assert {client.get(page).status_code for page in pages} == {302}
    for person in (carys, asha, leah):
        signed_in = sign_in(person)
        assert {signed_in.get(page).status_code for page in pages} == {403}


def test_a_consent_of_a_day_before_is_fine(asked, bakery, maya, today):
    version = asked(employer=bakery)
    actions.publish(
        version=version,
        consent_on=today - timedelta(days=1),
        consent_words="x",
        decision=None,
        by=maya,
    )
    version.refresh_from_db()
    assert version.is_published


def test_the_demonstration_asks_for_its_largest_employer(client, town, today):
    """With its consent, with evaluations beside it; the draft with support stays with staff."""
    for member in CAST:
        if member.role in ("analyst", "programme-lead"):
            Person.objects.create_user(member.email, name=member.name)
    tell(today)
    public = ScenarioVersion.objects.get(state="published")
    assert client.get(public.get_absolute_url()).status_code == 200
    text = text_of(client.get(public.scenario.get_absolute_url()))
    assert "It is about Halden Pumps, published with its consent" in text
    assert "By evaluations of the past" in text
    draft = ScenarioVersion.objects.get(state="draft")
    assert draft.scenario == public.scenario
    assert "net" in draft.answer["figures"]
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_evaluations_stand_beside_with_their_source_or_the_page_says_that_none_do(
    asked, sign_in, yusuf
):
    silent = asked(title="Silent")
    page = text_of(sign_in(yusuf).get(reverse("desk-scenario", args=[silent.scenario.code, 1])))
    assert "nobody entered a range" in page
    ranged = asked(
        title="Ranged",
        evaluated_low=Decimal("0.25"),
        evaluated_high=Decimal("0.5"),
        evaluated_source="A toolkit, 2025",
    )
    page = text_of(sign_in(yusuf).get(reverse("desk-scenario", args=[ranged.scenario.code, 1])))
    assert "(A toolkit, 2025). The two are never mixed" in page
    assert "nobody entered a range" not in page
    direct = ranged.answer["figures"]["direct"]["jobs"]
    assert ranged.answer["figures"]["evaluations"] == pytest.approx([direct * 1.25, direct * 1.5])
    # It moves no figure of the model.
    assert ranged.answer["figures"]["type_1"] == silent.answer["figures"]["type_1"]
