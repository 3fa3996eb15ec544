"""What the rows of a file may name: organisations, pillars, measures, decisions; read once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any

from commonweal.bringing.questions import FileQuestion, Questions
from commonweal.charter.models import Decision
from commonweal.partners.likeness import plain_words, similarity
from commonweal.partners.models import Partner
from localwealth.names import one_form

from ..models import Metric, Pillar
from .wanted import BadAction

NONE_OF_THEM, LEAVE_OUT = "none", "leave-out"
# As near as a slip of the pen.
NEAR, NEAR_MOST = 0.9, 5


class Known:
    """All that a row may name, by code and by name in one form.

    Where somebody is there to be asked (``questions``), a name that the town has not is asked
    about; otherwise its row is refused.
    """

    def __init__(self, questions: Questions | None) -> None:
        self.questions = questions
        self._pillars, self._metrics = _by_name(Pillar), _by_name(Metric)
        self._partners = _by_name(Partner)
        self._asked: dict[tuple[str, str], FileQuestion] = {}
        self._decisions: dict[str, list[Decision]] = {}
        for decision in Decision.objects.all():
            for name in {one_form(decision.code), one_form(decision.title)}:
                self._decisions.setdefault(name, []).append(decision)

    def pillar(self, name: str, row: int) -> Pillar | None:
        named: Pillar | None = self._named("pillar", name, row, self._pillars, self._pillars.values)
        return named

    def metric(self, name: str, row: int) -> Metric | None:
        named: Metric | None = self._named("metric", name, row, self._metrics, self._metrics.values)
        return named

    def partner(self, name: str, row: int) -> Partner | None:
        named: Partner | None = self._named(
            "partner", name, row, self._partners, lambda: self._near(name)
        )
        return named

    def decision(self, name: str) -> Decision:
        """By its code or title.

        Raises
        ------
        Bad
            There is none, or several are called so.
        """
        called_so = self._decisions.get(one_form(name), [])
        if len(called_so) > 1:
            codes = ", ".join(decision.code for decision in called_so)
            raise BadAction(
                f"several decisions are called {name!r}: name one by its code ({codes})"
            )
        if not called_so:
            raise BadAction(f"there is no decision {name!r}")
        return called_so[0]

    def _named(
        self,
        kind: str,
        name: str,
        row: int,
        by_name: dict[str, Any],
        choices: Callable[[], Iterable[Any]],
    ) -> Any:
        """What is called so, or as what somebody answered that it is meant; None where they said
        that it is none of these."""
        if (known := by_name.get(one_form(name))) is not None:
            return known
        if self.questions is None:
            raise BadAction(f"there is no {kind} {name!r}")
        question = self._asked.get((kind, name))
        if question is None:
            named = {choice.code: choice.name for choice in choices()}
            question = _question(kind, name, sorted(named.items(), key=itemgetter(1)))
            self._asked[kind, name] = question
        answered = self.questions.answer(question, row)
        if answered == LEAVE_OUT:
            raise BadAction(f"there is no {kind} {name!r}")
        return by_name[one_form(answered)] if answered not in ("", NONE_OF_THEM) else None

    def _near(self, name: str) -> list[Partner]:
        """Organisations whose name could be meant, though it is another form."""
        # 1st Brackenford Scouts are not the 2nd.
        numbers = re.findall(r"\d+", name)
        begin = {word[:3] for word in plain_words(name)}
        scored = [
            (similarity(name, partner.name), partner)
            for partner in set(self._partners.values())
            if re.findall(r"\d+", partner.name) == numbers
            and begin & {word[:3] for word in plain_words(partner.name)}
        ]
        near = sorted((s for s in scored if s[0] >= NEAR), key=lambda s: (-s[0], s[1].name))
        return [partner for _, partner in near[:NEAR_MOST]]


CALLED = {
    "pillar": ("Which pillar is “{}”?", "Your town has no pillar of this name."),
    "metric": ("Which measure is “{}”?", "Your programme has no measure of this name."),
    "partner": ("Which organisation is “{}”?", "The register has none of just this name."),
}


def _question(kind: str, name: str, choices: list[tuple[str, str]]) -> FileQuestion:
    label, hint = CALLED[kind]
    others = [
        (NONE_OF_THEM, "None of these: take the rows without it"),
        (LEAVE_OUT, "Leave these rows out"),
    ]
    return FileQuestion(f"{kind}:{one_form(name)}", label.format(name), hint, [*choices, *others])


def _by_name(model: Any) -> dict[str, Any]:
    """Rows of a model by their code and name in one form; the code goes first."""
    rows = list(model.objects.order_by("-pk"))
    by_name = {one_form(row.name): row for row in rows}
    return by_name | {one_form(row.code): row for row in rows}
