"""By introspection: no source and no template reads or sends past the guard."""

from __future__ import annotations

import ast
import re

import pytest

from commonweal.accounts.models import Person
from commonweal.cases import messages
from commonweal.cases.models import AlarmNumber, TextTemplate

from .rooms import SOURCES, files

pytestmark = pytest.mark.django_db

READS = {"phones", "phone_list", "email", "address", "postcode"}
# Functions that may read how somebody is reached, and what for. A whole file where its numbers and
# addresses are a service's, a list's or a description's, and no resident's.
MAY_READ: dict[str, set[str]] = {
    "residents/reach_answers.py": {"of", "place_of", "nobody"},  # the guard itself
    "cases/writing.py": {"address_for", "words_now"},  # both ask `may`, one as it goes out
    "residents/models/people.py": {"phone_list"},  # splits the column into lines
    "residents/people.py": {"described"},  # keys to find somebody by
    "residents/merging.py": {"_phones_of_both"},  # two lists of numbers become one, in the columns
    "cases/access/readings.py": {
        "note_draft"
    },  # what is typed: whether it is the reader's own address
    # what of them stands in words that go out, so that it is asked
    "residents/catching.py": {"_of", "_own_telephones", "_own_house"},
    "cases/ringing_back.py": {"_known"},  # compared with what a caller says, never given out
    "cases/intake/finishing.py": {"_add_to"},  # a new number beside the old ones
    "volunteers/actions.py": {"make_task"},  # refuses a title that names them
    "grants/assessing.py": {"apply"},  # whether two grants go to one address
}
NO_RESIDENTS = {
    "residents/finding.py",
    "residents/keys.py",
    "residents/likeness.py",
    "cases/lists/drawing.py",
    "cases/lists/fresh.py",
    "cases/lists/helper.py",
    "cases/lists/known.py",
    "cases/lists/persons.py",
    "cases/lists/reading.py",
    "desk/space.py",
    "services/directory/keeping.py",
    "services/directory/open_referral.py",
    "services/directory/tables.py",
    "services/models/helps.py",
    "services/models/services.py",
}
TO_NO_RESIDENT = {
    # Alarms ring the named colleagues themselves, at a number that each of them gave.
    "cases/ringing.py": ["to_phone=number.number"],
    # Erasing empties what was sent.
    "cases/belongs/cases.py": ['to_email=""', 'to_phone=""'],
}
OTHERS = {"user", "person", "member", "place", "service", "keys"}


def reads_in(tree: ast.AST) -> set[str]:
    """Names of the functions in which something is read that may be a resident's."""
    found = set()
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            if not (isinstance(node, ast.Attribute) and node.attr in READS):
                continue
            owner = node.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if name not in OTHERS and isinstance(node.ctx, ast.Load):
                found.add(function.name)
    return found


def test_only_the_guard_reads_how_somebody_is_reached():
    for path in files():
        where = path.relative_to(SOURCES).as_posix()
        if where not in NO_RESIDENTS:
            assert reads_in(ast.parse(path.read_text())) <= MAY_READ.get(where, set()), where


def test_no_template_reads_how_somebody_is_reached():
    """A page gets it from `reaching.of`; `place`, `service` and `form` are nobody's home."""
    read = re.compile(
        r"{[{%][^}]*?\b(?:resident|one|two|request|case|award|owner)"
        r"\.(?:\w+\.)*(phones|phone_list|email|address|postcode|contact|safe_\w+)"
    )
    paths = sorted(SOURCES.glob("*/templates/desk/*.html"))
    assert paths
    for path in paths:
        assert not read.search(path.read_text()), path.name


def test_only_the_outlets_above_send_anything_to_a_resident():
    """Whoever writes a mail to a number or an address that is no person's goes through here."""
    for path in files():
        if path.name != "writing.py":
            sent_to = re.findall(r"(?:to_phone|to_email)[^,)\n]*", path.read_text())
            where = path.relative_to(SOURCES).as_posix()
            assert sent_to == TO_NO_RESIDENT.get(where, []), where


def test_the_number_of_an_alarm_is_no_residents():
    related = {field.related_model for field in AlarmNumber._meta.get_fields()}
    assert related <= {Person, None}
    source = (SOURCES / "cases/ringing.py").read_text()
    assert re.findall(r"\bnumber = (.*)", source) == [
        "AlarmNumber.objects.filter(person=person).first()"
    ]


def test_a_template_of_words_names_nothing_personal():
    for template in TextTemplate.objects.all():
        assert set(re.findall(r"{\w+}", template.body)) <= set(messages.FIELDS)
