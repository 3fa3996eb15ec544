"""One way of writing down what somebody did: ledger and record by one call, roles in one list."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from commonweal.accounts.actors import EDITOR, IMPORT, RESIDENT, SYSTEM, Actor
from commonweal.accounts.models import Role

SOURCE = Path(__file__).parents[2] / "src" / "commonweal"
# What else writes into ledgers, and why that is in no record by the same call.
WRITES_ITSELF = {
    "pledges/writing.py": "the one call",
    "pledges/undoing.py": "a file's lines, which are taken back in one batch, recorded once",
    "pledges/source_rows.py": "a file's lines, which are written in one batch, recorded once",
    "pledges/links.py": "the system looked at an address; nobody did anything",
    "programme/measuring/binding.py": "a figure that was released, which the record has",
    "demo/stories.py": "a fictional past, which nobody did",
    "demo/generate.py": "a fictional past, which nobody did",
}
# Who acts in no role that is given to somebody by an appointment.
NO_APPOINTMENT = {EDITOR, RESIDENT, SYSTEM, IMPORT, "person", "command line"}


def modules(word: str) -> Iterator[tuple[str, ast.Module]]:
    """Those in which a word stands that what is looked for can't do without."""
    for path in sorted(SOURCE.rglob("*.py")):
        text = path.read_text("utf-8")
        if "migrations" not in path.parts and re.search(word, text):
            yield path.relative_to(SOURCE).as_posix(), ast.parse(text)


def test_nobody_writes_into_a_ledger_past_the_one_call() -> None:
    writing = {
        name
        for name, tree in modules("NewEntry")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "NewEntry"
    }
    assert writing == set(WRITES_ITSELF)


def roles_given(tree: ast.Module, *names: str) -> Iterator[ast.expr]:
    """What a module gives as somebody's role: to an actor, and under these names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from (word.value for word in node.keywords if word.arg in names)
            if ast.unparse(node.func).split(".")[-1] == "Actor" and len(node.args) > 1:
                yield node.args[1]


def test_the_record_knows_roles_by_their_codes_alone() -> None:
    known = {*Role.values, *NO_APPOINTMENT}
    roles = {
        (name, role.value)
        for name, tree in modules("as_role|Actor")
        for role in roles_given(tree, "as_role")
        if isinstance(role, ast.Constant)
    }
    assert roles
    assert {(name, role) for name, role in roles if role not in known} == set()
    labels = {
        (name, ast.unparse(role))
        for name, tree in modules("label")
        for role in roles_given(tree, "as_role", "role")
        if isinstance(role, ast.Attribute) and role.attr == "label"
    }
    assert labels == set()


@pytest.mark.parametrize(
    ("role", "told"),
    [
        (Role.PROGRAMME_LEAD, "Programme lead"),
        (Role.REVIEWER, "Reviewer"),
        (EDITOR, "Partner"),
        (IMPORT, "import"),
        (SYSTEM, "system"),
    ],
)
def test_a_role_is_told_in_words_and_what_is_nobodys_as_it_is(role: str, told: str) -> None:
    assert Actor(None, role).role_told == told


# Views that ask, do and go on by themselves, and why `office.acting.act` is not for them.
BY_HAND = {
    "accounts/desk.py people": "a refusal stands at a field or above, by which it is",
    "accounts/desk.py people_listed": "shows what would be done before it is",
    "partners/desk_people.py decide": "two buttons, of which one has a form",
    "partners/desk_merging.py merge": "shows what would be done before it is",
    "setup/charter_desk.py adopt": "shows what would be done before it is",
    "partners/desk_signatories.py _with_file": "a refused file leaves what was pasted beside it",
    "partners/desk_signatories.py bring": "shows what would be done before it is",
    "desk/sharing.py give_back": "shows what would be done before it is",
    "desk/help_again.py resume": "says nothing when it has gone well: the form itself goes on",
    "desk/intake.py _take_down": "several buttons; the page that is typed on is kept as a draft",
    "desk/bulk.py bulk": "shows what would be done before it is",
    "desk/sharing.py share": "shows what would be done before it is",
    "desk/people.py compare": "several buttons, one form",
    "desk/reaching.py reach": "a refusal changes what the form shows again",
    "pledges/wishes_desk.py wish": "two buttons, of which each has a form",
    "partners/views.py invitation": "a code is sent first, of which its own page says so",
    "partners/views.py profile": "says a second thing where a name waits",
    "bringing/choosing.py choose": "shows what a file would do before it does",
    "bringing/previews.py _answered": "two forms; a refusal changes what is planned",
    "bringing/results.py undo": "shows what would be taken back before it is",
    "bringing/pages.py _moved": "asks nothing of anybody: the page shows the chosen line's columns",
    "bringing/results.py run_page": "the page of a file, of which the form is a part",
    "voice/rounds/code_desk.py make": "answers with a file, which comes once",
    "voice/rounds/voting.py ballot": "answers with the receipt: no address may hold one",
    "voice/rounds/voting.py receipt": "answers on the page itself: no address may hold a receipt",
    "voice/rounds/voting.py vote": "answers with the ballot: no address may hold a code",
    "voice/ways/desk.py by_telephone": "answers with what is read back, then with the receipt",
    "spend/releases_desk.py upload": "says nothing: what was read is the next page",
}


def by_hand(tree: ast.Module) -> Iterator[str]:
    """Views in which one form's answers go into an action that may refuse them."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        names = {argument.arg for argument in function.args.args}
        inside = list(ast.walk(function))
        calls = {
            node.func.attr
            for node in inside
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        }
        catches = any(
            isinstance(node, ast.ExceptHandler) and ast.unparse(node.type or node) == "Refused"
            for node in inside
        )
        if "request" in names and {"is_valid", "add_error"} <= calls and catches:
            yield function.name


def test_a_page_with_one_form_is_written_by_act() -> None:
    views = {
        f"{name} {view}"
        for name, tree in modules("add_error")
        if name != "office/acting.py"
        for view in by_hand(tree)
    }
    assert views - set(BY_HAND) == set()
