"""What a file leaves open and only a person can say: asked before it is carried out."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class FileQuestion:
    """One thing to be said about a file, for all of its rows that it is about.

    ``key`` names it among the answers; ``choices`` are (answer, in words). An answer is kept with
    the mapping, so that the next file of the same sender is not asked about again.
    """

    key: str
    label: str
    hint: str
    choices: list[tuple[str, str]]
    rows: list[int] = field(default_factory=list)


@dataclass
class Questions:
    """What is asked about a file so far, and what was answered."""

    answers: dict[str, str] = field(default_factory=dict)
    asked: dict[str, FileQuestion] = field(default_factory=dict)

    def answer(self, question: FileQuestion, row: int) -> str:
        """What was answered; "" where nobody has been asked yet: then it is asked, about the row.

        An answer that is no choice any more is none.
        """
        known = self.asked.setdefault(question.key, question)
        known.rows.append(row)
        answered = self.answers.get(question.key, "")
        return answered if answered in dict(known.choices) else ""

    @property
    def open(self) -> list[FileQuestion]:
        """The questions that nobody has answered."""
        return [
            question
            for question in self.asked.values()
            if self.answers.get(question.key, "") not in dict(question.choices)
        ]
