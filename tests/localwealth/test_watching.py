"""``localwealth watch``: a series of counts, what is expected of each, and what is refused."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta

import pytest

from localwealth.cli import main

MONDAY = date(2026, 1, 5)


def series(counts, *, step=1, form="%Y-%m-%d", heading="date,count") -> str:
    days = ((MONDAY + timedelta(days=step * at)).strftime(form) for at in range(len(counts)))
    return "\n".join(
        [heading, *(f"{day},{count}" for day, count in zip(days, counts, strict=True))]
    )


@pytest.fixture
def run(tmp_path, capsys):
    def watch(text: str, *options: str) -> tuple[int, str, str]:
        place = tmp_path / "series.csv"
        place.write_text(text)
        code = main(["watch", str(place), *options])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return watch


def rows_of(out: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(out)))


@pytest.mark.parametrize("method", ["c1", "c2", "c3", "cusum"])
def test_a_jump_is_an_alarm_and_a_short_history_cannot_be_judged(run, method):
    # C3 judges a day by the two before it as well.
    counts = [10, 9, 11, 10, 12, 8, 10] * 5 + ([60, 60] if method == "c3" else [60])
    code, out, _ = run(series(counts), "--method", method, "--json")
    answer = json.loads(out)
    first, last = answer["rows"][0], answer["rows"][-1]
    assert code == 0
    assert first["because"].startswith("cannot judge yet")
    assert (first["expected"], first["upper"], first["alarm"]) == (None, None, False)
    assert (last["count"], last["alarm"]) == (60, True)
    assert last["date"] == (MONDAY + timedelta(days=len(counts) - 1)).isoformat()


def test_what_was_used_is_printed(run):
    counts = [10, 9, 11, 10, 12, 8, 10] * 5
    _, _, beside = run(series(counts), "--method", "c1")
    assert beside == "c1: alpha=0.001, minSigma=0.0\n"
    _, out, _ = run(series(counts), "--method", "c3", "--set", "MINSIGMA=2", "--json")
    assert json.loads(out)["settings"] == {"alpha": 0.025, "minSigma": 2.0}
    _, _, beside = run(series([6] * 300, step=7), "--method", "farrington", "--set", "w=4")
    assert "b=5, w=4, noPeriods=1, pastWeeksNotIncluded=4" in beside


def test_closed_days_are_left_out_and_named(run):
    counts = [*([10, 9, 11, 10, 12, 0, 1] * 6), 20]
    options = ("--method", "c2", "--open-days", "mon-fri")
    code, out, beside = run(series(counts), *options)
    rows = rows_of(out)
    assert code == 0
    assert "Left out as closed: 12 days, on which 6 in all stood counted." in beside
    assert {date.fromisoformat(row["date"]).weekday() for row in rows} == {0, 1, 2, 3, 4}
    # With the closed days counted in, the spread hides the jump.
    assert rows[-1]["alarm"] == "yes"
    _, out, _ = run(series(counts), "--method", "c2")
    assert rows_of(out)[-1]["alarm"] == "no"
    _, out, _ = run(series(counts), *options, "--json")
    assert json.loads(out)["left_out"][1] == {"date": "2026-01-11", "count": 1}


def test_days_are_read_as_people_write_them(run):
    counts = [10, 9, 11, 10, 12, 8, 10] * 4
    for form in ("%d/%m/%Y", "%d %B %Y"):
        code, out, _ = run(series(counts, form=form, heading="Date,COUNT"), "--method", "c1")
        assert (code, rows_of(out)[0]["date"]) == (0, MONDAY.isoformat())


@pytest.mark.parametrize(
    ("text", "options", "sentence"),
    [
        ("date,number\n2026-01-05,1", [], "The file lacks the column 'count'"),
        ("date,count\n2026-01-05,", [], "Line 2: '' is no count."),
        ("date,count\n2026-01-05,2.5", [], "Line 2: '2.5' is no count."),
        ("date,count\n2026-01-05,-1", [], "Line 2: '-1' is no count."),
        ("date,count\nsoon,1", [], "Line 2: 'soon' is no day."),
        ("date,count\nMay 2026,1", [], "Line 2: 'May 2026' is no day."),
        ("date,count\n2026-01-05,1\n2026-01-05,2", [], "Line 3: 5 January 2026 stands twice."),
        (
            "date,count\n2026-01-05,1\n2026-01-06,1\n2026-01-08,1",
            [],
            "There is no count for 7 January 2026. Write 0 if there was none",
        ),
        ("date,count", [], "The series has no counts."),
        (series([1] * 20), ["--set", "x=1"], "c2 has no setting 'x'. It has alpha, minSigma."),
        (series([1] * 20), ["--set", "alpha=much"], "'much' can't be the setting alpha."),
        (series([1] * 20), ["--set", "alpha=2"], "alpha lies between 0 and 1, and 2 does not."),
        (series([1] * 20), ["--open-days", "1-5"], "--open-days takes days such as mon-fri"),
        (series([1] * 20, step=30), [], "By c2, counts are judged by the day or the week."),
    ],
)
def test_it_is_refused_in_a_sentence(run, text, options, sentence):
    code, out, beside = run(text, "--method", "c2", *options)
    assert (code, out) == (2, "")
    assert sentence in beside


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            ["farrington", "--set", "thresholdMethod=nb", "--set", "freq=365"],
            "There is no bound 'nb'",
        ),
        (["farrington", "--set", "pastWeeksNotIncluded=-4"], "it is a number from nought up."),
        (["farrington", "--set", "weightsThreshold=nan"], "it is a number from nought up."),
        (["c1", "--set", "minSigma=-1"], "'-1' can't be the setting minSigma: it is a number"),
        (["cusum", "--set", "k=nan"], "it is a number from nought up."),
        (["cusum", "--set", "m=inf"], "it is a number from nought up."),
        (["farrington"], "freq=52 counts a year, and in this series they stand 1 day apart."),
        (["cusum", "--set", "from=0"], "CUSUM needs at least one count to learn from."),
        (["cusum"], "Nothing was counted in the beginning"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(run, options, sentence):
    code, _, beside = run(series([0] * 40), "--method", *options)
    assert code == 2
    assert sentence in beside


@pytest.mark.parametrize(("step", "freq"), [(7, 52), (1, 365), (1, 260), (30, 12)])
def test_farrington_takes_as_many_counts_a_year_as_are_said(run, step, freq):
    code, out, _ = run(
        series([5] * 30, step=step), "--method", "farrington", "--set", f"freq={freq}"
    )
    assert (code, rows_of(out)[-1]["because"][:16]) == (0, "cannot judge yet")
