"""A town's file is looked through whole: each fault is said with its line, and nothing is
written."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from commonweal.cases import forgetting
from commonweal.cases.models import Retention
from commonweal.charter.models import Clause, Theme
from commonweal.office.errors import Refused
from commonweal.partners.models import Partner
from commonweal.places.models import Area, Town
from commonweal.setup import onscodes, townfile
from commonweal.setup.sections import sections

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "guides" / "town-file.md"
SHARED = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared"))
TOWNS = SHARED / "cases" / "towns"
needs_shared = pytest.mark.skipif(
    not SHARED.exists() and not os.environ.get("COMMONWEAL_NOTHING_SKIPPED"),
    reason="the shared cases are not beside the project",
)
RIGHT = ""
# What is said of each file: its line, and the words that tell what to write.
SAID = {
    "area_code_bad": ("line 12,", "code is 'Llan Gynwyd'", "write 'llan-gynwyd'"),
    "bom": RIGHT,
    "clause_no_number": ("line 24, [charter] clauses “Byddwn yn ...”: lacks number",),
    "clause_wrong_theme": ("line 25,", "theme names 'gwaith'", "Did you mean 'gwaith-teg'?"),
    "colours": ("line 7, [look]: brand_colour must be a colour like #1d5c5c, not 'teal'",),
    "curly": ("line 14:", "curly quotation marks"),
    "date_bad": ("line 19:", "There is no such day.", "2025-02-30"),
    "date_uk": ("line 19, [[decisions]] “d1”", "decided_on = 2025-01-02"),
    "dup_area": ("line 10,", "stands twice, first in line 6"),
    "dup_ons": ("line 12,", "ons_code 'W05001001' stands twice, first in line 8"),
    "dup_theme": ("line 16,", "code 'gwaith-teg' stands twice, first in line 13"),
    "empty": ("lacks the name of the town",),
    "empty_name": ("line 2, [town]: name is empty",),
    "faint": ("line 7, [look]: brand_colour #ffff00", "too faint to read"),
    "good": RIGHT,
    "kind_bad": ("line 32, [[measures]] “oriau”: kind is 'hour'", "count, hours, money"),
    "latin": ("line 7:", "Save it as UTF-8"),
    "long_name": ("line 14,", "name has 400 letters; at most 120"),
    "missing_charter_title": ("line 20, [charter]: lacks title",),
    "name_and_code": RIGHT,
    "no_area_name": ("line 10, [[areas]] no. 2: lacks name",),
    "no_decision_code": ("line 15, [[decisions]] “Adopt”: lacks code",),
    "no_measure_code": ("line 28, [[measures]] “Oriau gwirfoddoli”: lacks code",),
    "no_name": ("line 1, [town]: lacks name",),
    "no_ons": RIGHT,
    "no_theme_code": ("line 12, [[themes]] “Gwaith teg”: lacks code",),
    "no_tier_code": ("line 34, [[tiers]] “Llofnodwr”: lacks code",),
    "number_name": ("line 2, [town]: name is text", 'name = "7"'),
    "only_name": RIGHT,
    "rules_neg": ("line 7, [rules]: reply_days is -3; write a whole number from 1 to 3650",),
    "rules_text": ("line 7, [rules]: reply_days is 'a fortnight'",),
    "rules_typo": ("line 7, [rules]: reply_day is no setting here. Did you mean reply_days?",),
    "scottish_in_wales": ("line 3, [town]: ons_code 'W0600013X' is no ONS code",),
    "town_list": ("line 1, [[town]]: is written [town]",),
    "typo_area_key": ("line 9,", "boundary_year", "Did you mean boundaries_year?"),
    "typo_charter_key": ("line 23,", "adoptedby", "Did you mean adopted_by?"),
    "typo_decision_key": ("line 19,", "decided is", "Did you mean decided_on?"),
    "typo_measure_key": ("line 33,", "units is", "Did you mean unit?"),
    "typo_section": ("line 6, [area]: is no section", "Did you mean [[areas]]?"),
    "typo_theme_key": ("line 14,", "nmae is", "Did you mean name?"),
    "typo_theme_section": ("line 12, [theme]: is no section", "Did you mean [[themes]]?"),
    "typo_tier_key": ("line 36,", "nam is", "Did you mean name?"),
    "typo_town_key": ("line 5,", "council_nam is", "Did you mean council_name?"),
    "unknown_section": ("line 6, [colors]: is no section", "There are: town, look, rules"),
    "unquoted": ("line 14:", "Text stands between quotation marks"),
    "utf16": ("UTF-16", "Save it as UTF-8"),
    "wrong_ons_area": ("line 8,", "Did you mean W05001001?"),
    "wrong_ons_town": ("line 3, [town]: ons_code 'Bridgend' is no ONS code",),
    "wrong_ons_town2": ("line 3, [town]: ons_code 'W0600013'", "this one has 7 digits"),
    "x_decision_space": ("line 16,", "write '29-january-motion'"),
    "x_long_ons": ("line 3, [town]: ons_code 'W06000013-Bridgend' is no ONS code",),
    "x_measure_space": ("line 29,", "write 'oriau-gwirfoddol'"),
    "x_no_charter": ("line 20, [charta]: is no section", "Did you mean [charter]?"),
    "x_theme_space": ("line 13,", "write 'gwaith-teg'"),
    "x_theme_welsh": RIGHT,
    "x_tier_apos": ("line 35,", "write 'llofnodwr'"),
    "year_text": RIGHT,
    "year_words": ("line 9,", "boundaries_year = 2022"),
}
# Where one mistake has another for its consequence, both are said.
SAYS_MORE = {"no_decision_code", "no_theme_code"}
GOOD = """[town]
name = "Tref"
[[themes]]
code = "gwaith"
name = "Gwaith"
[[decisions]]
code = "d1"
title = "Adopt"
body = "Cabinet"
decided_on = 2025-01-02
"""


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "town.toml"
    file.write_text(text)
    return file


@pytest.fixture
def lists(settings, tmp_path):
    """A place for lists of codes, with none in it."""
    settings.VAR = tmp_path / "var"
    onscodes.loaded.cache_clear()
    yield settings.VAR / "lists"
    onscodes.loaded.cache_clear()


# --- The files that people write --------------------------------------------------------------


@needs_shared
def test_no_file_of_a_town_is_left_out():
    assert {path.stem for path in TOWNS.glob("*.toml")} == set(SAID)


@needs_shared
@pytest.mark.parametrize("name", [name for name in sorted(SAID) if SAID[name]])
def test_a_wrong_file_is_told_what_is_wrong_with_it(name):
    with pytest.raises(Refused) as refused:
        townfile.read(TOWNS / f"{name}.toml")
    said = str(refused.value).replace(f"{name}.toml, ", "")
    for words in SAID[name]:
        assert words in said
    if "nothing was written" in said and name not in SAYS_MORE:
        assert said.startswith("One thing is wrong"), said


@needs_shared
@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in sorted(SAID) if not SAID[name]])
def test_a_right_file_makes_a_town(client, name):
    townfile.apply(townfile.read(TOWNS / f"{name}.toml"))
    for theme in Theme.objects.all():
        assert client.get(theme.get_absolute_url()).status_code == 200


@needs_shared
@pytest.mark.django_db
def test_letters_with_marks_stand_in_names_and_not_in_addresses():
    checked = townfile.look(TOWNS / "x_theme_welsh.toml")
    assert [str(warning) for warning in checked.warnings] == [
        "line 13, [[themes]] “tŷ-teg”: code 'tŷ-teg' is taken as 'ty-teg', for it makes an address"
    ]
    townfile.apply(checked.content)
    assert Clause.objects.get().theme.code == "ty-teg"


# --- Everything at once, and nothing written --------------------------------------------------


@pytest.mark.django_db
def test_every_fault_is_said_in_one_answer_and_nothing_is_written(tmp_path):
    file = write(
        tmp_path,
        GOOD.replace("decided_on", "decided").replace('"Tref"', '" "')
        + '[rules]\nreply_days = 0\n[[fund]]\ncode = "a"\nname = "A"\nbudget = "much"\n'
        "starts_on = 2026-04-01\nends_on = 2026-03-01\n[rooms]\nkitchen = true\n",
    )
    with pytest.raises(CommandError) as refused:
        call_command("town", str(file))
    assert str(refused.value).splitlines() == [
        "7 things are wrong in town.toml, and nothing was written.",
        "  line 2, [town]: name is empty",
        "  line 10, [[decisions]] “d1”: decided is no setting here. Did you mean decided_on?",
        "  line 12, [rules]: reply_days is 0; write a whole number from 1 to 3650",
        "  line 13, [fund]: is no section of a town's file. Did you mean [[funds]]?",
        "  line 16, [[funds]] “a”: budget is 'much'; write a figure, as 12.5",
        "  line 18, [[funds]] “a”: ends_on lies before starts_on",
        "  line 20, [rooms]: kitchen is no setting here. "
        "There are: help, programme, spend, economy, voice, balance.",
    ]
    assert not Town.objects.exists()


@pytest.mark.django_db
def test_a_file_can_be_only_looked_through(tmp_path):
    out = StringIO()
    call_command("town", str(write(tmp_path, GOOD)), "--check", stdout=out)
    assert "is right. Nothing was written." in out.getvalue()
    assert not Town.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('[[metrics]]\ncode = "m"\ntheme = "gwiath"', "Did you mean 'gwaith'?"),
        ('[[metrics]]\ncomputed = "pledges_kept"', "it must be one of"),
        ('[[metrics]]\ncode = "m"\npillars = ["none"]', "names 'none', which is not in the file"),
        ('[[metrics]]\ncode = "m"\nevery_months = 5', "must be one of 1, 3, 6, 12"),
        ('[[metrics]]\ncode = "m"\nbaseline = 5', "baseline lacks its day"),
        ('[[help_types]]\ncode = "x"\nname = "X"\nwords = "x"\nquestions = ["a"]', "a list of {"),
        ('[[help_types]]\ncode = "x"\nweight = 101', "from 0 to 100"),
        ('[[retention]]\npurpose = "cases"\ndays = 7', "it must be one of"),
        ('[[text_templates]]\ncode = "x"', "lacks body"),
        ('[[areas]]\nname = "東"', "needs a code of its own"),
        ('[[areas]]\nname = "a\\u0000b"', "no database takes"),
        ('[look]\ncolour = "#1d5c5c"', "colour is no setting here"),
        ("[town.look]\nx = 1", "look is no setting here"),
        ('strapline = "x"', "stands before the first section; it belongs under [town]"),
    ],
)
def test_what_a_key_takes_is_said_before_anything_is_written(tmp_path, lines, words):
    text = f"{GOOD}{lines}\n" if lines.startswith("[") else f"{lines}\n{GOOD}"
    with pytest.raises(Refused) as refused:
        townfile.read(write(tmp_path, text), known_codes=townfile.codes_there())
    assert words in str(refused.value)
    assert not Area.objects.exists()


LONG = "x" * 1_000_000


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (f"x = {'[' * 2000}{']' * 2000}", "stand within each other too deeply"),
        (f"x = {'{a=' * 900}1{'}' * 900}", "stand within each other too deeply"),
        (f"[rules]\ndue_soon_days = {'9' * 5000}", "a number with thousands of digits"),
        (f'[rules]\ndue_soon_days = "{"9" * 5000}"', "write a whole number from 8 to 3650"),
        (f"[rules]\ndue_soon_days = {'9' * 4000}", "write a whole number from 8 to 3650"),
        (f'ons_code = "{LONG}"', "is no ONS code"),
        (f'[look]\nbrand_colour = "{LONG}"', "must be a colour"),
        (f"[look]\n{LONG} = 1", "is no setting here"),
        (f"[{LONG}]\na = 1", "is no section of a town's file"),
        (f'[[areas]]\nname = "x"\ncode = "{LONG}é !"', "makes an address"),
        (f'[rooms]\nhelp = "{LONG}"', "write true or false"),
        ('strapline = ["a"]', 'strapline is a list, and takes one text: strapline = "…"'),
        ("strapline = {a = 1}", 'strapline is a table, and takes one text: strapline = "…"'),
        ("[[areas]]\nname = [2026-01-01]", 'name is a list, and takes one text: name = "…"'),
        ('[[retention]]\npurpose = "requests"\ndays = 2147483647', "from 0 to 36525"),
        ("# a\u2028b\x85c\n[look]\nx = 1", "line 13, [look]: x is no setting"),
        ("[town.a.b.c]\nd = 1", "line 11, [town]: a is no setting"),
    ],
    ids=range(17),
)
def test_what_is_too_deep_or_too_long_is_said_shortly_and_with_its_line(tmp_path, lines, words):
    lines = lines if lines.startswith(("[", "#")) else f"[town.more]\n{lines}"
    if lines.startswith(("[town.more]\nstrapline", "[town.more]\nons_code")):
        text = GOOD.replace("[town]\n", f"[town]\n{lines.removeprefix('[town.more]')}\n")
    else:
        text = f"{GOOD}{lines}\n"
    with pytest.raises(Refused) as refused:
        townfile.read(write(tmp_path, text), known_codes=townfile.codes_there())
    assert words in str(refused.value)
    assert len(str(refused.value)) < 3000
    assert "datetime." not in str(refused.value)


@pytest.mark.parametrize(("name", "code"), [("北京", "council"), ("   ", ""), ("Xton", "xton")])
@pytest.mark.django_db
def test_a_council_has_an_address_whatever_its_name(client, tmp_path, name, code):
    text = GOOD.replace("[town]\n", f'[town]\ncouncil_name = "{name}"\n')
    townfile.apply(townfile.read(write(tmp_path, text)))
    codes = list(Partner.objects.filter(is_council=True).values_list("code", flat=True))
    assert codes == [code][: bool(code)]
    assert client.get(f"/partners/{code}/" if code else "/partners/").status_code == 200


@pytest.mark.django_db
def test_a_rule_of_millions_of_years_stops_no_erasing():
    forgetting.start()
    Retention.objects.update(days=2_147_483_647)
    assert forgetting.before("requests", date(2026, 11, 27)).year < 1930


SCRAPS = st.sampled_from(
    [
        *GOOD.splitlines(),
        "[[areas]]",
        "[areas]",
        "[charter]",
        "[[charter.clauses]]",
        "[[town]]",
        'name = "x"',
        "name = 7",
        "code = []",
        "theme = {}",
        "code = true",
        "number = 1",
        "decided_on = 12:00:00",
        'x = """',
        "[look]",
        "brand_colour = 1",
        "[[metrics]]",
        'computed = "partners"',
        "targets = [{}]",
        "pillars = 3",
        "[[funds]]",
        "budget = nan",
        "budget = -1e9",
        "starts_on = 2026-01-01T00:00:00Z",
        "[rooms]",
        "help = 1",
        "[spend]",
    ]
)


@given(st.lists(SCRAPS, max_size=14))
def test_no_file_ends_in_a_traceback(tmp_path_factory, scraps):
    file = tmp_path_factory.getbasetemp() / "scraps.toml"
    file.write_text("\n".join(scraps))
    with suppress(Refused):
        townfile.read(file)


# --- Lists of codes ---------------------------------------------------------------------------


@needs_shared
@pytest.mark.django_db
def test_a_code_that_a_list_does_not_have_is_said_with_the_list_s_date(lists, tmp_path):
    out = StringIO()
    ons = SHARED / "data" / "onslists" / "ons"
    names = [str(ons / "wards_dec2019.csv.gz"), str(ons / "lad_apr2020.csv")]
    call_command("town", "--ons-list", names[0], "--ons-list", names[1], stdout=out)
    assert "wards_dec2019.csv.gz: 8,887 codes, December 2019." in out.getvalue()
    file = tmp_path / "town.toml"
    file.write_text((TOWNS / "good.toml").read_text().replace("W05001001", "W05999999"))
    call_command("town", str(file), stdout=out)
    assert (
        "Look again: line 8, [[areas]] “Tŷ'n-y-coed & St. John's”: ons_code: W05999999 is not in "
        "wards_dec2019.csv.gz (December 2019). Lists age, so it was taken" in out.getvalue()
    )
    assert "W06000013 is not" not in out.getvalue()
    assert Area.objects.get(ons_code="W05999999")


@pytest.mark.django_db
def test_a_list_without_codes_is_refused(lists, tmp_path):
    file = tmp_path / "suppliers.csv"
    file.write_text("name,code\nOakby,E07\n")
    with pytest.raises(CommandError, match=r"suppliers\.csv holds no list of ONS codes"):
        call_command("town", "--ons-list", str(file))
    assert not lists.exists()


def test_a_list_is_dated_by_its_name_or_its_columns_or_its_day(lists, tmp_path):
    rows = "\n".join(f"E0700000{n},Town {n}" for n in range(1, 5))
    for name, heading, of in (
        ("wards_may2025.csv", "WD25CD,WD25NM", "May 2025"),
        ("wards.csv", "WD24CD,WD24NM", "2024"),
        ("codes.csv", "code,name", "1 January 2021, the day of the file"),
    ):
        (tmp_path / name).write_text(f"{heading}\n{rows}\n")
        os.utime(tmp_path / name, (1609502400, 1609502400))
        assert onscodes.load(tmp_path / name).of == of


# --- The page about it ------------------------------------------------------------------------


def table() -> str:
    """The part of the page that lists all keys, as the code has them."""
    lines = []
    for section in sections().values():
        lines += [f"## `{section.heading}`", "", "| key | takes | |", "|---|---|---|"]
        for key in section.keys:
            notes = " ".join(("**needed.**" if key.needed else "", key.about)).strip()
            lines.append(f"| `{key.name}` | {key.takes()} | {notes} |")
            for inner in key.inner:
                notes = " ".join(("**needed.**" if inner.needed else "", inner.about)).strip()
                lines.append(f"| `{key.name}` … `{inner.name}` | {inner.takes()} | {notes} |")
        lines.append("")
    return "\n".join(lines)


def test_the_page_lists_every_key_and_no_other():
    """COMMONWEAL_WRITE_TABLE=1 writes it."""
    head, _, listed = PAGE.read_text().partition("## `[town]`")
    if os.environ.get("COMMONWEAL_WRITE_TABLE"):
        PAGE.write_text(head + table())
        return
    assert f"## `[town]`{listed}" == table(), (
        "Keys or choices changed: run this test with COMMONWEAL_WRITE_TABLE=1, and read the page."
    )


def test_the_example_and_the_demo_are_right(tmp_path):
    for path in (ROOT / "examples/stevenage.toml", ROOT / "src/commonweal/demo/town.toml"):
        file = tmp_path / path.name
        shutil.copy(path, file)
        assert townfile.look(file).faults == []
