"""Figures of the local economy: brought in, revised, undone, compared, shown."""

from __future__ import annotations

import html
import io
import os
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from commonweal.accounts.models import Event
from commonweal.economy.models import Comparator, Series, SeriesFigure, SeriesRelease
from commonweal.economy.series import bringing, comparing, lines, reads, sentences
from commonweal.office.errors import Refused
from localwealth.sources.statistics.reading import Told

ROOT = Path(__file__).parents[3]
SHARED = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared")) / "data" / "economy"
HEAD = "area_code,area_name,date,claimant count,claimants rate\n"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stevenage(town):
    town.name, town.ons_code = "Stevenage", "E07000243"
    town.save(update_fields=["name", "ons_code"])
    return town


def brought(
    text: str, *, on: date = date(2021, 6, 1), name: str = "x.csv", **told
) -> SeriesRelease:
    return bringing.bring_in(content=text.encode(), name=name, published_on=on, by=None, **told)


def months(*numbers: int, begins: int = 2020, code: str = "E07000243", name: str = "Stevenage"):
    return "".join(
        f"{code},{name},{begins + i // 12}-{i % 12 + 1:02},{number},\n"
        for i, number in enumerate(numbers)
    )


def text_of(client, address: str, status: int = 200) -> str:
    page = client.get(address)
    assert page.status_code == status, address
    words = re.sub(r"<[^>]+>", " ", page.content.decode())
    return " ".join(html.unescape(words).split())


@pytest.fixture
def yusuf_desk(sign_in, yusuf):
    return sign_in(yusuf)


def sent(text: str, name: str = "claimants.csv", **more) -> dict:
    file = io.BytesIO(text.encode())
    file.name = name
    return {
        "file": file,
        "published_on_0": "1",
        "published_on_1": "6",
        "published_on_2": "2021",
        "measure": "",
        "about": "",
        "source_url": "",
        **more,
    }


# --- Bringing in ----------------------------------------------------------------------------------


def test_the_desk_brings_in_figures_and_says_what_came_of_each_line(yusuf_desk):
    text = (
        HEAD + "E07000243,Stevenage,2021-04,3100,5.6\nE07000243,Stevenage,soon,1,1\nNotes: x,,,,\n"
    )
    page = yusuf_desk.post("/desk/economy/figures/", sent(text), follow=True)
    shown = html.unescape(page.content.decode())
    assert "2 figures brought in." in shown
    assert "'soon' is no day, month or year" in shown
    assert "Notes: x" in shown
    assert Event.objects.filter(verb="figures brought in", detail__count=2).exists()
    assert "2021-06-01-claimants" in SeriesRelease.objects.get().code


@pytest.mark.parametrize(
    ("text", "more", "why"),
    [
        ("town,people\nStevenage,9\n", {}, "No line of the file has headings for areas"),
        (HEAD.replace("date,", "") + "E07000243,Stevenage,9,1\n", {}, "which day or period"),
        (
            HEAD + "E07000243,Stevenage,2021-04,3100,5.6\n",
            {"about": "soonish"},
            "Write a day, month",
        ),
        (
            HEAD + "E07000243,Stevenage,2021-04,3100,5.6\n",
            {"published_on_2": "2098"},
            "still to come",
        ),
        (
            HEAD + "E07000243,Stevenage,2021-09,3100,5.6\n",
            {},
            "had not begun when it was published",
        ),
        ("", {}, "The submitted file is empty"),
    ],
)
def test_a_bad_file_is_refused_and_what_was_typed_is_kept(yusuf_desk, text, more, why):
    answers = sent(text, **{"source_url": "https://example.org/x", **more})
    page = yusuf_desk.post("/desk/economy/figures/", answers)
    shown = html.unescape(page.content.decode())
    assert why in shown
    assert "https://example.org/x" in shown
    assert not SeriesFigure.objects.exists()
    assert not SeriesRelease.objects.exists()


def test_the_same_file_is_refused_until_it_is_undone(yusuf_desk):
    text = HEAD + months(9, 10)
    release = brought(text)
    with pytest.raises(Refused, match="here already"):
        brought(text)
    page = yusuf_desk.post(
        f"/desk/economy/figures/{release.code}/undo/", {"because": "Wrong month"}, follow=True
    )
    assert "Undone" in page.content.decode()
    assert lines.line_of(Series.objects.get(measure="claimants")).points == []
    with pytest.raises(Refused, match="undone before"):
        bringing.undo(release=SeriesRelease.objects.get(), because="x", by=None)
    assert brought(text).code.endswith("-2")


def test_a_period_that_stands_twice_is_taken_once():
    release = brought(HEAD + months(9) + months(11))
    assert [why for _, why in release.left_out] == [
        "Claimants, Stevenage of that period stands above already",
        "Claimants as a share of residents, Stevenage of that period stands above already",
    ]
    assert SeriesFigure.objects.filter(number=9).exists()


def test_a_council_with_a_new_code_is_one_series_and_a_part_stays_itself():
    brought(
        "LAD19CD,name,date,claimant count\nE07000101,Stevenage,2012-01,9\n"
        "E07000004,Aylesbury Vale,2019-01,8\n"
    )
    assert set(Series.objects.values_list("area_code", "area_year")) == {
        ("E07000243", 2019),
        ("E07000004", 2019),
    }


def test_wards_of_another_year_are_refused_by_what_was_expected(area):
    area.ons_code, area.boundaries_year = "E05015626", 2025
    area.save(update_fields=["ons_code", "boundaries_year"])
    with pytest.raises(Refused, match=r"E05004711 is no ward .* 2025, such as E05015626"):
        brought(HEAD + months(40, code="E05004711", name="Bedwell"))
    brought(HEAD + months(40, code="E05015626", name="Bedwell"))


def test_what_is_too_long_is_left_out_by_its_line_and_never_cut():
    head, long = "series,unit,kind,of,area,period,value,source\n", "Long " * 60
    release = brought(
        head + f"{long},shop,stock,,town,2021-04,9,x\nShops,shop,stock,,town,2021-04,9,{long}\n"
        f"Cafes,shop,stock,,town,2021-04,9,x\nCafes,shop,stock,,{long},2021-04,9,x\n"
    )
    assert [(line, why[:26]) for line, why in release.left_out] == [
        (2, "its series has 299 signs, "),
        (3, "its source has 299 signs, "),
        (5, "its area has 299 signs, an"),
    ]
    assert Series.objects.get().title == "Cafes"


# --- Releases -------------------------------------------------------------------------------------


def test_a_revised_figure_stands_beside_the_first(client):
    brought(HEAD + "E07000243,Stevenage,2020-04,2000,\nE07000243,Stevenage,2021-04,3100,\n")
    brought(HEAD + "E07000243,Stevenage,2021-04,3140,\n", on=date(2021, 7, 1), name="june.csv")
    line = lines.line_of(Series.objects.get(measure="claimants"))
    assert [(p.number, [e.number for e in p.earlier]) for p in line.points] == [
        (2000, []),
        (3140, [3100]),
    ]
    assert sentences.what_changed(line) == (
        "Claimants in Stevenage numbered 3,140 in April 2021. "
        "That is 1,140 more (57%) than in April 2020."
    )
    assert "Revisions so far moved a figure by at most 40." in sentences.how_sure(line)
    assert "3,100 claimants, published on 1 June 2021" in text_of(
        client, "/economy/series/claimants-e07000243/"
    )
    csv = b"".join(client.get("/economy/series/claimants-e07000243/figures.csv")).decode()
    assert [line.split(",")[12] for line in csv.splitlines()[1:]] == ["2000", "3100", "3140"]


@pytest.mark.parametrize(
    ("numbers", "why"),
    [
        ((3140, 3110), "not larger than earlier revisions"),
        ((3140, 3138), "not larger than the rounding"),
        ((12, 3140), "No later release"),
    ],
)
def test_how_sure_a_change_is(numbers, why):
    before, now = numbers
    brought(HEAD + f"E07000243,S,2020-04,{before},\nE07000243,S,2021-04,{now},\n")
    if "revisions" in why:
        brought(HEAD + f"E07000243,S,2021-04,{now + 40},\n", on=date(2021, 7, 1), name="a.csv")
        brought(HEAD + f"E07000243,S,2021-04,{now},\n", on=date(2021, 7, 2), name="b.csv")
        SeriesFigure.objects.filter(number=now).exclude(release__file_name="b.csv").delete()
    assert why in sentences.how_sure(lines.line_of(Series.objects.get(measure="claimants")))


def test_a_series_is_stale_from_its_calendar_on():
    brought(HEAD + months(9))
    series = Series.objects.get(measure="claimants")
    # January's successor ends on 29 February and is due 50 days later.
    assert series.due_on(date(2020, 1, 31)) == date(2020, 4, 19)
    assert series.stale_since(date(2020, 1, 31), date(2020, 4, 19)) is None
    assert series.stale_since(date(2020, 1, 31), date(2020, 4, 20)) == date(2020, 4, 19)
    series.ended_on = date(2020, 2, 28)
    assert series.stale_since(date(2020, 1, 31), date(2022, 4, 20)) is None


def test_small_and_missing_figures_are_marked_and_never_nought(client):
    brought(HEAD + "E07000243,S,2021-02,28,\nE07000243,S,2021-03,*,\nE07000243,S,2021-04,-,\n")
    page = text_of(client, "/economy/series/claimants-e07000243/")
    assert "28 claimants small number" in page
    assert "Mar 2021 suppressed" in page
    assert "Apr 2021 not available" in page
    assert "0 claimants" not in page.replace("100", "")


def test_a_towns_own_small_counts_are_held_back(client):
    own = "series,unit,kind,of,area,period,value,source\n"
    brought(
        own + "Firms told of closing,firm,flow,,town,2021-04,3,Desk\n"
        "Firms told of closing,firm,flow,,town,2021-05,7,Desk\n"
    )
    page = text_of(client, "/economy/series/firms-told-of-closing-e07000243/")
    assert "too small to show" in page
    assert "3 firms" not in page
    with pytest.raises(Refused, match="is another series: give it another name"):
        brought(own + "Firms told of closing,shop,flow,,town,2021-06,9,Desk\n", on=date(2021, 8, 1))


# --- Beside other places --------------------------------------------------------------------------


def test_two_denominators_or_kinds_are_not_shown_together(client, stevenage):
    call_command(
        "series",
        "import",
        str(ROOT / "examples" / "stevenage-furlough.csv"),
        "--published",
        "2021-09-09",
    )
    brought(
        "series,unit,kind,of,area,period,value,source\n"
        "People furloughed among those of working age,percent,stock,residents aged 16 to 64,"
        "town,31 July 2021,3,x\n",
        on=date(2021, 9, 10),
    )
    page = "/economy/series/furlough-take-up-now-e07000243/?beside="
    assert (
        "a share of eligible jobs, “People furloughed among those of working age” a share of "
        "residents aged 16 to 64. They can’t be shown on one picture."
    ) in text_of(client, f"{page}furlough-residents-e07000243")
    assert "how many there had ever been until the day. They can’t" in text_of(
        client, "/economy/series/furlough-now-e07000243/?beside=furlough-ever-e07000243"
    )


def test_the_stevenage_file_gives_its_public_figures_each_on_its_own(client):
    call_command(
        "series",
        "import",
        str(ROOT / "examples" / "stevenage-furlough.csv"),
        "--published",
        "2021-09-09",
    )
    page = text_of(client, "/economy/")
    assert "Jobs ever furloughed in Stevenage numbered 12,400 by 30 June 2020." in page
    assert (
        "jobs ever furloughed in Stevenage stood at 27% of eligible jobs by 30 June 2020." in page
    )
    assert "Jobs on furlough in Stevenage numbered 1,700 on 31 July 2021." in page
    assert "jobs on furlough in Stevenage stood at 4% of eligible jobs on 31 July 2021." in page
    assert "1,700 of 42,400 eligible jobs" in page
    assert {line.series.measure for line in lines.of_town()} >= {"furlough-ever", "furlough-now"}
    with pytest.raises(Refused):
        comparing.check_together(
            [*Series.objects.filter(measure__in=["furlough-ever", "furlough-now"])]
        )


def test_places_beside_are_chosen_with_reason_and_source(client, yusuf_desk):
    brought(HEAD + "E07000243,Stevenage,2021-04,3100,5.6\nE07000102,Watford,2021-04,3300,5.2\n")
    answers = {"area_code": "E07000102", "because": "A town of its size", "source": "Our choice"}
    for code, why in (("E07000243", "the town itself"), ("E07999999", "No figure of E07999999")):
        page = yusuf_desk.post("/desk/economy/beside/", answers | {"area_code": code})
        assert why in html.unescape(page.content.decode())
    assert "now" in yusuf_desk.post("/desk/economy/beside/", answers, follow=True).content.decode()
    page = yusuf_desk.post("/desk/economy/beside/", answers)
    assert "beside it already" in page.content.decode()
    page = text_of(client, "/economy/series/claimant-rate-e07000243/")
    assert "Beside it, in April 2021: Watford 5.2%." in page
    assert "A town of its size" in page
    place = Comparator.objects.get()
    yusuf_desk.post(f"/desk/economy/beside/{place.pk}/drop/")
    assert not Comparator.objects.exists()
    assert Event.objects.filter(verb="comparator dropped").exists()


# --- Pages ----------------------------------------------------------------------------------------


def test_the_page_begins_with_a_sentence_and_shows_each_on_its_own_axis(client):
    brought(HEAD + months(*range(1000, 1000 + 16 * 25, 25)))
    page = client.get("/economy/").content.decode()
    lede = page[page.index('class="lede"') :]
    assert "Claimants in Stevenage numbered 1,375 in April 2021." in lede
    assert page.count("That is 300 more (28%) than in April 2020.") == 1
    assert "That is 300 more (28%) than in April 2020." in lede
    assert page.count("<svg") == page.count('class="plot"') == 1
    assert "from nought" in page


def test_an_empty_town_says_so(client):
    page = text_of(client, "/economy/")
    assert "No figures have been brought in yet." in page
    assert "No jobs by industry are here yet." in text_of(client, "/economy/structure/")
    assert "No figures of wards" in text_of(client, "/economy/wards/")
    assert "Claimants" in text_of(client, "/economy/series/")
    assert client.get("/economy/series/claimants-e07000243/").status_code == 404


def test_a_gap_is_not_joined():
    brought(
        HEAD + "E07000243,S,2020-01,90,\nE07000243,S,2020-02,90,\nE07000243,S,2020-03,*,\n"
        "E07000243,S,2020-04,90,\nE07000243,S,2020-05,95,\n"
        "E07000243,S,2020-12,95,\nE07000243,S,2021-01,95,\n"
    )
    picture = reads.shown_of(lines.line_of(Series.objects.get(measure="claimants"))).picture
    assert picture.count('stroke-width="3"') == 3


def test_the_town_lives_by(client):
    jobs = "area_code,area_name,date,industry,value\n" + "".join(
        f"{code},{name},{year},{industry},{count}\n"
        for code, name, year, industry, count in (
            ("E07000243", "Stevenage", 2019, "Making things", 400),
            ("E07000243", "Stevenage", 2019, "All else", 600),
            ("E07000243", "Stevenage", 2020, "Making things", 380),
            ("E07000243", "Stevenage", 2020, "All else", 620),
            ("K03000001", "Great Britain", 2019, "Making things", 2000),
            ("K03000001", "Great Britain", 2019, "All else", 8000),
            ("K03000001", "Great Britain", 2020, "Making things", 1800),
            ("K03000001", "Great Britain", 2020, "All else", 8700),
        )
    )
    brought(jobs, told=Told("jobs-by-industry"))
    page = text_of(client, "/economy/structure/")
    assert "In 2020 Stevenage had 1,000 jobs. The largest industry, All else, had 62.0%" in page
    assert "Making things 380 171 2.22" in page
    assert "Making things -20 20 -60 20" in page


def test_what_is_not_known_in_one_year_is_in_no_row_of_the_change(client):
    jobs = "area_code,area_name,date,industry,value\n" + "".join(
        f"{code},{name},{year},{industry},{count}\n"
        for code, name, year, industry, count in (
            ("E07000243", "Stevenage", 2019, "Making things", 400),
            ("E07000243", "Stevenage", 2019, "Care", "*"),
            ("E07000243", "Stevenage", 2020, "Making things", 380),
            ("E07000243", "Stevenage", 2020, "Care", 620),
            ("K03000001", "Great Britain", 2019, "Making things", 2000),
            ("K03000001", "Great Britain", 2019, "Care", 8000),
            ("K03000001", "Great Britain", 2019, "Digging", "*"),
            ("K03000001", "Great Britain", 2020, "Making things", 1800),
            ("K03000001", "Great Britain", 2020, "Care", 8700),
            ("K03000001", "Great Britain", 2020, "Digging", 5000),
        )
    )
    brought(jobs, told=Told("jobs-by-industry"))
    page = text_of(client, "/economy/structure/")
    # Of all jobs whose number is known in both years: 10,000 and 10,500.
    assert "Making things -20 20 -60 20" in page
    assert "Not known in one of the two years, and so in no row: Care, Digging." in page


# --- Who may, and the command ---------------------------------------------------------------------


def test_who_may_bring_in_figures(sign_in, carys, yusuf, nadia, client):
    assert client.get("/desk/economy/figures/").status_code == 302
    assert sign_in(carys).get("/desk/economy/figures/").status_code in (302, 403)
    for person in (yusuf, nadia):
        assert sign_in(person).get("/desk/economy/figures/").status_code == 200


def test_the_command_says_what_it_did_and_refuses_in_words(tmp_path, capsys):
    path = tmp_path / "c.csv"
    path.write_text(HEAD + months(9, 10) + "Notes,,,,\n")
    call_command("series", "import", str(path), "--published", "2021-06-01")
    assert "4 figures brought in as 2021-06-01-c; 0 lines left out" in capsys.readouterr().out
    call_command("series", "releases")
    assert "counts" in capsys.readouterr().out
    call_command("series", "undo", "2021-06-01-c", "--because", "wrong")
    for words, why in (
        (["import", str(path), "--published", "soon"], "takes a day like"),
        (["import", str(tmp_path / "none.csv"), "--published", "2021-06-01"], "no file none.csv"),
        (["import", str(path), "--published", "2021-06-01", "--about", "x"], "day, month or year"),
        (["undo", "nothing", "--because", "x"], "no release nothing"),
    ):
        with pytest.raises(CommandError, match=why):
            call_command("series", *words)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared folder is not beside the checkout")
def test_published_files_are_brought_in_whole(client):
    for place, told, count in (
        (
            "furlough/cjrs_la_aug2020_open.csv",
            ["--measure", "furlough-ever", "--about", "30 June 2020"],
            522,
        ),
        ("jrf/claimant-count.csv.gz", [], 3480),
    ):
        call_command("series", "import", str(SHARED / place), "--published", "2026-01-01", *told)
        assert SeriesRelease.objects.first().figure_count == count
    assert "numbered 12,400 by" in text_of(client, "/economy/series/furlough-ever-e07000243/")


def test_a_day_to_come_is_no_day_of_publication(today):
    with pytest.raises(Refused, match="still to come"):
        brought(HEAD + months(9), on=today + timedelta(days=1))


@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here")
def test_the_page_of_a_scottish_council_takes_nomis_workbooks(client, yusuf_desk, town):
    town.name, town.ons_code = "Clackmannanshire", "S12000005"
    town.save(update_fields=["name", "ons_code"])
    for name in ("Scotland_BRES_2019_Employment.xlsx", "UK_BRES_2019_Employment.xlsx"):
        content = (SHARED / "io" / name).read_bytes()
        upload = SimpleUploadedFile(name, content)
        typed = {
            "file": upload,
            "measure": "jobs-by-industry",
            "published_on_0": "1",
            "published_on_1": "10",
            "published_on_2": "2020",
        }
        page = yusuf_desk.post("/desk/economy/figures/", typed, follow=True).content.decode()
        assert "brought in" in page
    page = text_of(client, "/economy/structure/")
    assert "Great Britain" in page
    # (1,500 / 14,630) / (2,604,000 / 31,080,650), by the two files.
    assert re.search(r"85 : Education 1,500 [^:]*1\.22", page)


@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here")
@pytest.mark.parametrize(
    ("place", "told", "says"),
    [
        ("lancashire_economy/chorley.json", {}, "Send CSV, XLSX, XLS or ODS"),
        ("lancashire_economy/lancashire_cc.json.gz", {}, "Send CSV, XLSX, XLS or ODS"),
        ("trafford/employment_rate.csv", {}, "204 figures brought in"),
        ("trafford/real_living_wage.csv", {}, "136 figures brought in"),
        ("yff/claimants-per-population-latest.csv", {}, "which day or period its figures are"),
        (
            "yff/claimants-per-population-latest.csv",
            {"about": "January 2024"},
            "1,300 figures brought in",
        ),
        ("jrf/jobs-below-living-wage.csv", {}, "say what its figures count"),
        (
            "jrf/jobs-below-living-wage.csv",
            {"measure": "jobs-below-living-wage"},
            "168 figures brought in",
        ),
    ],
)
def test_the_form_takes_published_files_or_says_what_they_lack(yusuf_desk, place, told, says):
    upload = SimpleUploadedFile(Path(place).name, (SHARED / place).read_bytes())
    typed = {**sent(""), "published_on_2": "2024", "source_url": "https://example.org/f", **told}
    answer = yusuf_desk.post("/desk/economy/figures/", {**typed, "file": upload}, follow=True)
    page = html.unescape(answer.content.decode())
    assert says in page
    # Whoever is refused finds again what they typed.
    assert "https://example.org/f" in page
    if "brought in" not in says:
        assert not SeriesRelease.objects.exists()
        assert 'value="2024"' in page


def test_a_half_years_figure_is_stale_after_the_next_half_year():
    head = "series,unit,kind,of,area,period,value,source\n"
    brought(head + "Starts,start,flow,,E07000243,Jan 2020-Jun 2020,40,Us\n", name="own.csv")
    series = Series.objects.get(measure="starts")
    assert series.due_on(date(2020, 6, 30)) == date(2021, 3, 1)
    assert series.stale_since(date(2020, 6, 30), date(2020, 12, 1)) is None
