"""Every letter that the product can write: its subject names the thing, its words lead to a page.

Found in the source, so that a new letter is held to it. What is about residents, or may be read by
others in a mailbox, names nothing: each such subject has its reason here.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from commonweal.accounts.mail import write
from commonweal.accounts.models import Message

HOUSE = Path(__file__).resolve().parents[2] / "src" / "commonweal"
RESIDENT = "about a resident: a mailbox is read by others, too"
# Subjects that name nothing, and why.
GENERAL = {
    "Nothing was erased: please look": "there is one such thing",
    "Reads to look at": "there is one such page",
    "A referral came back": RESIDENT,
    "A referral went back to the desk": RESIDENT,
    "A payment came back": RESIDENT,
    "Alarm of the help desk": "urgent: its words say all",
    "Alarm": "a text message of one sentence",
    "What waits for you": "a digest of several things, each named",
    "What you sent is not shown": "what was kept out is not repeated",
    "What you sent was looked at again": "what was kept out is not repeated",
    "The economy desk gave you something to do": "told in confidence",
    "Something was told to the economy desk": "told in confidence",
    "News of what you follow": "what somebody follows is theirs alone",
    "Do you want to follow this?": "nobody has confirmed that the address is theirs",
    "Your code": "there is one",
    "Consent was withdrawn": RESIDENT,
    "The help desk closed by itself": "there is one",
    "The help desk would close by itself": "there is one",
    "How you sign in was changed": "there is one",
    "Your role as administrator": "it names the role",
    "You can take tasks now": "there is one page of tasks",
    "Your offer of time": "there is one",
}
# Functions whose letters need no address, and why.
NO_ADDRESS = {
    "accounts.proving": "a code, typed where it was asked for",
    "accounts.letters": "a code, typed where it was asked for",
    "cases.ringing": "an alarm: act at once, by telephone",
    "cases.writing": "what the help desk writes to a resident, in its own words",
    "pledges.reminders": "a digest: each of its lines has its own; see pledges/test_digests",
    "cases.consenting": "what the help desk writes to a resident",
}
# They put the organisation's name behind the subject, and the address of its pages.
NAMES_IT = ("tell_editors",)
LEADS = ("ADDRESS", "address")


def modules():
    for path in sorted(HOUSE.rglob("*.py")):
        parts = path.relative_to(HOUSE).with_suffix("").parts
        if parts[0] != "demo" and "migrations" not in parts:
            yield ".".join(parts), path.read_text()


TEXTS = dict(modules())


def trees(*words):
    """(module, its tree) of those in which one of some words stands. To read every module as code
    would take each worker seconds before its first test."""
    is_in = re.compile("|".join(map(re.escape, words)))
    return {module: ast.parse(text) for module, text in TEXTS.items() if is_in.search(text)}


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def passes_on(function):
    """Whether a function writes what it is handed; then those who call it are looked at."""
    takes = [*function.args.args, *function.args.kwonlyargs]
    return {"subject", "body"} <= {word.arg for word in takes}


# Functions that pass on what they are handed, by name: the names of what they take, in order.
HANDED = {
    function.name: [word.arg for word in function.args.args]
    for tree in trees("subject").values()
    for function in functions(tree)
    if passes_on(function) and not function.name.startswith("_")
}


def letter(call, handed):
    """The subject and the body that a call names, or nothing."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    named = dict(zip(handed.get(name, []), call.args, strict=False))
    named |= {word.arg: word.value for word in call.keywords}
    if {"subject", "body"} <= named.keys():
        return named["subject"], named["body"]
    return None


def calls():
    """(module, tree, function, subject) of each call that writes a letter."""
    # Who hands on both by their places need not say the word.
    by_place = [name for name, takes in HANDED.items() if {"subject", "body"} <= set(takes)]
    for module, tree in trees("subject", *by_place).items():
        ours = {
            one.name: [w.arg for w in one.args.args] for one in functions(tree) if passes_on(one)
        }
        for function in functions(tree):
            for call in ast.walk(function):
                if not isinstance(call, ast.Call) or passes_on(function):
                    continue
                if getattr(call.func, "id", "") in NAMES_IT:
                    continue
                if named := letter(call, HANDED | ours):
                    yield module, tree, function, named[0]


CALLS = list(calls())


def test_there_are_letters():
    assert len(CALLS) > 30


def test_each_subject_names_its_thing():
    plain = {
        subject.value: module
        for module, _, _, subject in CALLS
        if isinstance(subject, ast.Constant)
    }
    assert {words: at for words, at in plain.items() if words not in GENERAL} == {}, (
        "Name in the subject what the letter is about, or say in GENERAL why not."
    )


def test_no_subject_is_empty_and_none_names_a_person():
    for module, _, _, subject in CALLS:
        assert not (isinstance(subject, ast.Constant) and not subject.value.strip()), module
        for part in ast.walk(subject):
            names = isinstance(part, ast.Attribute) and part.attr in ("person", "email", "resident")
            assert not names, f"{module}: {ast.unparse(subject)}"


@pytest.mark.parametrize(
    ("module", "tree", "function", "subject"),
    CALLS,
    ids=[f"{module}.{function.name}" for module, _, function, _ in CALLS],
)
def test_each_letter_leads_to_a_page(module, tree, function, subject):
    if module in NO_ADDRESS:
        return
    called = {
        part.func.id
        for part in ast.walk(function)
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)
    }
    near = [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name in called
    ]
    words = "".join(ast.unparse(node) for node in [function, *near])
    assert any(lead in words for lead in LEADS), (
        f"{module}.{function.name} writes a letter without an address to go to."
    )


def test_a_subject_is_never_too_long_for_a_database(db):
    """A partner's name may have 200 letters by itself."""
    subject = f"You are invited to act for {'x' * 200}"
    message, _ = write(key="long", subject=subject, body="So.", to_email="ada@example.org")
    message.refresh_from_db()
    assert len(message.subject) == Message._meta.get_field("subject").max_length
    assert message.subject.endswith("…")
