"""An action that takes a reason refuses a blank one itself: no page is trusted for it."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "src" / "commonweal"
REASONS = {"because", "reason"}
WHOSE = {"by", "author"}
# Where it is looked at: the reason's own `strip()`, or a function of this name that gets it.
LOOKS = {"needs_words"}
# What is still trusted to its page, or to the action that it calls. None is added.
NOT_YET = {
    "accounts/actions.py appoint",
    "accounts/inviting.py invite",
    "accounts/inviting.py invite_all",
    "balance/actions.py explain",
    "balance/actions.py ask",
    "cases/referring.py decline",
    "cases/rota.py appoint",
    "economy/exposure/actions.py rate",
    "economy/series/comparing.py choose",
    "economy/series/tying.py tie",
    "pledges/changing.py change",
    "programme/actions/milestones.py add_milestone",
    "programme/actions/milestones.py move_milestone",
    "programme/actions/milestones.py reopen_milestone",
    "programme/actions/planning.py replan",
    "programme/actions/planning.py stop",
    "programme/actions/planning.py accelerate",
    "programme/measuring/binding.py bind",
    "residents/deaths.py take_back",
    "residents/erasing.py erase",
    "residents/naming.py keep_excuse",
    "residents/parting.py undo_merge",
    "residents/people.py say_different",
    "voice/proposals/reading.py keep_out",
}


def trusting(source: str) -> list[str]:
    """Actions that take a reason, must have one, and don't look whether it is blank."""
    found_here = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef) or node.name.startswith(("_", "do_")):
            continue
        needed = {
            argument.arg
            for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
            if default is None
        }
        if not needed & WHOSE:
            continue
        for reason in sorted(needed & REASONS):
            if not looks_at(node, reason):
                found_here.append(node.name)
    return found_here


def looks_at(action: ast.FunctionDef, reason: str) -> bool:
    calls = [node for node in ast.walk(action) if isinstance(node, ast.Call)]
    return any(
        ast.unparse(call.func) == f"{reason}.strip"
        or (ast.unparse(call.func) in LOOKS and reason in map(ast.unparse, call.args))
        for call in calls
    )


def test_every_action_refuses_a_blank_reason():
    trusted = {
        f"{path.relative_to(ROOT).as_posix()} {name}"
        for path in sorted(ROOT.rglob("*.py"))
        for name in trusting(path.read_text())
    }
    assert sorted(trusted - NOT_YET) == []
    # What is mended is taken off the list.
    assert sorted(NOT_YET - trusted) == []


def test_what_is_looked_for_is_found():
    assert trusting("def end(*, because: str, by: P) -> None:\n    record(because)") == ["end"]
    assert trusting("def end(*, because: str, by: P) -> None:\n    if not because.strip(): 1") == []
    assert trusting('def end(*, because: str, by: P) -> None:\n    needs_words(because, "x")') == []
    assert trusting('def end(*, by: P, because: str = "") -> None:\n    record(because)') == []
