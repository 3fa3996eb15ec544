"""What was asked for on the command line and decides nothing."""

from __future__ import annotations

from typing import Any

from .rules import PHRAGMEN, SHARES, Rule


def sentences(rule: Rule, options: dict[str, Any]) -> list[str]:
    """A sentence for each thing asked for that decides nothing in a count by this rule; none for
    what is so anyway."""
    idly = []
    if rule.kind != SHARES:
        idly += ["completion", "step", "start", "comparison"]
    elif not rule.completion.startswith("add1"):
        idly += ["step"]
    if rule.kind == PHRAGMEN:
        idly += ["satisfaction"]
    usual = Rule()
    unlike = [
        name for name in idly if options.get(name, getattr(usual, name)) != getattr(usual, name)
    ]
    if options.get("satisfaction", rule.satisfaction) != rule.satisfaction:
        unlike.append("satisfaction")
    completed = f" with completion {rule.completion}" if rule.kind == SHARES else ""
    return [
        f"nothing is decided by --{name} {options[name]}: the rule is {rule.kind}{completed}"
        for name in unlike
    ]
