"""The own questions of a kind of help, a line each.

No question is deleted, since answers may rest on it: one whose line is taken out, or is put
otherwise, has ended. It is asked no more, and its answers keep their words.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from commonweal.design.forms import ReasonField
from commonweal.services.questions import with_ended

KINDS = {"text": "text", "number": "number", "yes or no": "yes_no", "choice": "choice"}
CALLED = {kind: called for called, kind in KINDS.items()}
LABEL_MOST, CODE_MOST = 200, 40
# So many are asked of one kind of help: they stand on one page, beside all others of a call.
MOST = 30
HINT = (
    "The question | text, number, yes or no, or choice | and for a choice its answers, with a | "
    "between them"
)


class QuestionsField(ReasonField):
    """Questions as lines: the question, how it is answered, and of a choice what there is."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(help_text=HINT, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, list) else value

    def clean(self, typed: Any) -> Any:
        return read(str(super().clean(typed) or ""))


def written(questions: list[dict[str, Any]]) -> str:
    return "\n".join(
        " | ".join([question["label"], *_answered(question)])
        for question in questions
        if not question.get("ended")
    )


def _answered(question: dict[str, Any]) -> list[str]:
    return [CALLED[question.get("kind", "text")], *question.get("choices", [])]


def read(typed: str) -> list[dict[str, Any]]:
    """The questions of some lines, without codes.

    Raises
    ------
    ValidationError
        A line is no question, or is asked twice.
    """
    questions: list[dict[str, Any]] = []
    for number, line in enumerate(typed.splitlines(), 1):
        if not line.strip():
            continue
        question = _question(number, line)
        if any(_is_same(question["label"], known["label"]) for known in questions):
            raise ValidationError(f"Line {number}: this question is there already")
        questions.append(question)
    if len(questions) > MOST:
        raise ValidationError(
            f"A kind of help has at most {MOST} questions of its own, and these are "
            f"{len(questions)}. Take out those that matter least"
        )
    return questions


def are_questions(rows: Any) -> bool:
    """Whether what stands in a file is questions at all, so that one can look at them further."""
    return isinstance(rows, list) and all(map(_is_question, rows))


def _is_question(row: Any) -> bool:
    if not isinstance(row, dict) or row.get("kind", "text") not in CALLED:
        return False
    texts = row.get("choices", [])
    return isinstance(texts, list) and all(isinstance(t, str) for t in [row.get("label"), *texts])


def fault(questions: list[dict[str, Any]]) -> str:
    """Why questions of a file could not stand on their page, a line each; nothing if they can."""
    current = [question for question in questions if not question.get("ended")]
    for question in current:
        texts = [question["label"], *question.get("choices", [])]
        if any(sign in text for text in texts for sign in "|\n\r"):
            return (
                f"“{question['label'][:LABEL_MOST]}” holds a | or the end of a line, which part a "
                "question from its answers; write it without"
            )
    try:
        read(written(current))
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _question(number: int, line: str) -> dict[str, Any]:
    label, *answered = (part.strip() for part in line.split("|"))
    called = answered[0].lower() if answered else "text"
    choices = list(dict.fromkeys(choice for choice in answered[1:] if choice))
    if not label or len(label) > LABEL_MOST:
        raise ValidationError(f"Line {number}: write a question of at most {LABEL_MOST} letters")
    if fault := _unanswerable(called, choices):
        raise ValidationError(f"Line {number}: {fault}")
    question = {"label": label, "kind": KINDS[called]}
    return question | ({"choices": choices} if choices else {})


def _unanswerable(called: str, choices: list[str]) -> str:
    """What is wrong with how a question is answered; nothing if it is right."""
    if called not in KINDS:
        return f"“{called}” is no way to answer. There are: {', '.join(KINDS)}"
    if called == "choice" and len(choices) < 2:
        return "a choice takes two answers at least, each behind a |"
    if any(len(choice) > LABEL_MOST for choice in choices):
        return f"an answer has at most {LABEL_MOST} letters"
    if called != "choice" and choices:
        return "only a choice has answers to choose from"
    return ""


def _is_same(label: str, another: str) -> bool:
    return label.casefold() == another.casefold()


def merged(before: list[dict[str, Any]], asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is asked from now on, and behind it what has ended. One that stands keeps its code."""
    now: list[dict[str, Any]] = []
    stands = {_means(question): question for question in reversed(before)}
    for question in asked:
        known = stands.get(_means(question))
        taken = {earlier["code"] for earlier in (*before, *now)}
        now.append(
            _going_on(known) if known else {"code": _code(question["label"], taken), **question}
        )
    return with_ended(before, now)


def changes(before: list[dict[str, Any]], now: list[dict[str, Any]]) -> dict[str, list[str]]:
    """What is asked that was not, and what is asked no more, each as its line."""
    was, is_now = _asked_lines(before), _asked_lines(now)
    lines = {
        "added": [line for line in is_now if line not in was],
        "ended": [line for line in was if line not in is_now],
    }
    return {name: changed for name, changed in lines.items() if changed}


def _asked_lines(questions: list[dict[str, Any]]) -> list[str]:
    return written(questions).splitlines()


def _going_on(question: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in question.items() if name != "ended"}


def _means(question: dict[str, Any]) -> tuple[Any, ...]:
    return (question["label"], *_answered(question))


def _code(label: str, taken: set[str]) -> str:
    code = start = slugify(label)[: CODE_MOST - 4].strip("-") or "question"
    number = 1
    while code in taken:
        number += 1
        code = f"{start}-{number}"
    return code
