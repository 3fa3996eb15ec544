"""The own questions of a kind of help are set on its page; none that was answered is lost."""

from __future__ import annotations

import json
import re
from html import unescape
from types import SimpleNamespace

import pytest

from commonweal.accounts.models import Event
from commonweal.desk.forms.intake import IntakeForm
from commonweal.desk.templatetags.needs import answers
from commonweal.office.errors import Refused
from commonweal.services.models import HelpType
from commonweal.setup import kind_questions, tables, townfile, writing

from .test_plain_settings import text

pytestmark = pytest.mark.django_db

LINES = "How many eat there? | number\nIs there a cooker? | yes or no\nWhen? | choice | Now | Later"


@pytest.fixture
def soup():
    return HelpType.objects.create(code="soup", name="Soup", words="A warm meal.", order=90)


@pytest.fixture
def put(daniel, sign_in, soup):
    def put(lines, **typed):
        scalars = {"hours_promised": 72, "second_call_days": 7, "weight": 10, "is_active": "on"}
        stands = {"name": soup.name, "words": soup.words, "is_public": "on", **scalars}
        page = sign_in(daniel).post(
            "/desk/town/help-types/soup/", stands | {"questions": lines} | typed, follow=True
        )
        soup.refresh_from_db()
        return page

    return put


def asked_of(soup):
    return [name for name in IntakeForm().fields if name.startswith(f"q-{soup.code}-")]


def test_questions_are_set_and_asked(put, soup, daniel):
    assert "Saved." in text(put(LINES))
    assert soup.questions == [
        {"code": "how-many-eat-there", "label": "How many eat there?", "kind": "number"},
        {"code": "is-there-a-cooker", "label": "Is there a cooker?", "kind": "yes_no"},
        {"code": "when", "label": "When?", "kind": "choice", "choices": ["Now", "Later"]},
    ]
    assert asked_of(soup) == [f"q-soup-{question['code']}" for question in soup.questions]
    line = Event.objects.filter(verb="town settings changed").last()
    assert (line.by_code, line.detail["which"]) == (daniel.code, "soup")
    assert line.detail["settings"] == ["questions"]
    assert "Nothing was changed." in text(put(LINES))


def test_one_that_is_taken_out_ends_and_keeps_its_answers(put, soup, daniel, sign_in):
    put(LINES)
    put("When? | choice | Now | Later")
    assert asked_of(soup) == ["q-soup-when"]
    need = SimpleNamespace(help_type=soup, answers=json.dumps({"how-many-eat-there": "4"}))
    assert answers(need) == [("How many eat there", "4")]
    page = sign_in(daniel).get("/desk/town/help-types/soup/").content.decode()
    assert "How many eat there?" not in unescape(page)
    put(LINES)
    assert [question.get("ended") for question in soup.questions] == [None, None, None]
    assert soup.questions[0]["code"] == "how-many-eat-there"


def test_one_that_is_put_otherwise_is_another(put, soup, tmp_path):
    put("When? | choice | Now | Later")
    put("When? | text")
    assert asked_of(soup) == ["q-soup-when-2"]
    assert soup.questions[1] == {
        "code": "when",
        "label": "When?",
        "kind": "choice",
        "choices": ["Now", "Later"],
        "ended": True,
    }
    path = tmp_path / "town.toml"
    path.write_text(writing.written())
    kinds = {kind["code"]: kind for kind in townfile.read(path)["help_types"]}
    assert kinds["soup"]["questions"] == soup.questions


def test_the_record_says_line_by_line_what_is_asked_and_what_no_more(put, sign_in, daniel):
    put(LINES)
    put("How many eat there? | number\nWhen? | text\nIs there a cooker? | yes or no")
    line = Event.objects.filter(verb="town settings changed").order_by("id").last()
    assert line.detail["added"] == ["When? | text"]
    assert line.detail["ended"] == ["When? | choice | Now | Later"]
    shown = text(sign_in(daniel).get("/desk/record/"))
    assert "added: When? | text" in shown
    assert "ended: When? | choice | Now | Later" in shown


def test_two_who_change_the_questions_are_shown_the_lines_that_differ(put, sign_in, daniel, soup):
    put(LINES)
    page = sign_in(daniel).get("/desk/town/help-types/soup/")
    shown = {bound.html_name: bound.value() for bound in page.context["form"]}
    seen = dict(re.findall(r'name="(shown-[^"]+)" value="([^"]+)"', page.content.decode()))
    put(f"{LINES}\nIs it warm? | yes or no")
    typed = LINES.replace("Now | Later", "Now | Tomorrow")
    page = put(typed, **seen, first_script=shown["first_script"] or "")
    assert "Somebody else changed" in text(page)
    choice = page.content.decode()
    assert "Now:<br><strong>When? | choice | Now | Later</strong><br><strong>Is it warm?" in choice
    assert "You typed:<br><strong>When? | choice | Now | Tomorrow</strong><br>and 2 lines" in choice
    assert soup.questions[-1]["code"] == "is-it-warm"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("Who?\nWhen? | someday", "Line 2: “someday” is no way to answer"),
        ("When? | choice | Now", "Line 1: a choice takes two answers at least"),
        (f"When? | choice | Now | {'w' * 201}", "Line 1: an answer has at most 200 letters"),
        ("When? | text | Now", "Line 1: only a choice has answers"),
        ("When?\n\nwhen?", "Line 3: this question is there already"),
        ("| number", "Line 1: write a question"),
        ("w" * 201, "Line 1: write a question of at most 200 letters"),
        (
            "\n".join(f"Question {number}?" for number in range(31)),
            "A kind of help has at most 30 questions of its own, and these are 31",
        ),
    ],
)
def test_a_line_that_is_no_question_is_asked_again(put, soup, lines, words):
    page = put(lines)
    assert words in text(page)
    assert lines in unescape(page.content.decode())
    assert soup.questions == []


def test_what_somebody_else_added_meanwhile_ends_and_is_not_lost(put, soup, daniel):
    put(LINES)
    page = next(page for page in tables.PAGES if page.name == "help_types")
    typed = {"questions": kind_questions.read("Is it warm? | yes or no")}
    assert tables.put(page=page, code="soup", answers=typed, decision=None, by=daniel)
    soup.refresh_from_db()
    codes = {question["code"]: question.get("ended", False) for question in soup.questions}
    assert codes == {
        "is-it-warm": False,
        "how-many-eat-there": True,
        "is-there-a-cooker": True,
        "when": True,
    }
    assert not tables.put(page=page, code="soup", answers=typed, decision=None, by=daniel)


def test_the_page_says_how_a_question_is_written(sign_in, daniel, soup):
    assert "number, yes or no, or choice" in text(
        sign_in(daniel).get("/desk/town/help-types/soup/")
    )


def test_as_many_as_are_taken_are_taken_and_what_ended_does_not_count(put, soup):
    put("\n".join(f"Question {number}?" for number in range(30)))
    put("\n".join(f"Another {number}?" for number in range(30)))
    assert (len(soup.asked), len(soup.questions)) == (30, 60)


def in_a_file(questions, tmp_path):
    kind = f'[[help_types]]\ncode = "soup"\nname = "Soup"\nwords = "Warm."\n{questions}'
    path = tmp_path / "town.toml"
    path.write_text(f'[town]\nname = "Stevenage"\n\n{kind}')
    return path


def test_a_file_that_leaves_a_question_out_ends_it(put, soup, tmp_path):
    put(LINES)
    path = in_a_file('questions = [{ code = "when", label = "When exactly?" }]', tmp_path)
    townfile.bring(townfile.read(path))
    soup.refresh_from_db()
    assert [(q["code"], q.get("ended", False)) for q in soup.questions] == [
        ("when", False),
        ("how-many-eat-there", True),
        ("is-there-a-cooker", True),
    ]
    need = SimpleNamespace(help_type=soup, answers=json.dumps({"how-many-eat-there": "4"}))
    assert answers(need) == [("How many eat there", "4")]
    stood = soup.questions
    townfile.bring(townfile.read(in_a_file("", tmp_path)))
    soup.refresh_from_db()
    assert soup.questions == stood


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ('{ code = "a", label = "Tea | coffee?" }', "holds a | or the end of a line"),
        ('{ code = "a", label = "Tea\\ncoffee?" }', "holds a | or the end of a line"),
        (
            '{ code = "a", label = "Tea?", kind = "choice", choices = ["Now", "a|b"] }',
            "holds a | or the end of a line",
        ),
        ('{ code = "a", label = "Tea?", kind = "choice" }', "a choice takes two answers at least"),
        ('{ code = "a", label = "Tea?" }, { code = "a", label = "Milk?" }', "stands twice"),
        (
            ", ".join(f'{{ code = "a{n}", label = "Question {n}?" }}' for n in range(31)),
            "at most 30 questions of its own",
        ),
        ('{ code = "a" }', "lacks label"),
        ('{ code = "a", label = 3 }', "label is text"),
    ],
)
def test_what_could_not_stand_on_the_page_is_refused_of_a_file(row, words, tmp_path):
    with pytest.raises(Refused, match=re.escape(words)):
        townfile.read(in_a_file(f"questions = [{row}]", tmp_path))
