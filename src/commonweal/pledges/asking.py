"""What a list of pledges leaves open: which partner is meant, which sector, what is counted."""

from __future__ import annotations

from commonweal.bringing.questions import FileQuestion, Questions
from commonweal.partners.models import Sector
from localwealth.names import one_form

from .layout import BadRow, WantedPledge
from .models import Measure
from .register import Register

ANOTHER, LEAVE_OUT = "another", "leave-out"


def settle_partner(questions: Questions, have: Register, row: WantedPledge) -> None:
    """See whose promise a row is: a name that is only near another is asked about, not joined.

    An organisation that is new must be of a sector; where the file is silent, it is asked.
    """
    if have.partner_of(row) is not None:
        return
    name = one_form(row.partner_name)
    near = have.near(row.partner_name)
    if near:
        question = FileQuestion(
            f"partner:{name}",
            f"Which organisation is “{row.partner_name}”?",
            "The register has no organisation of just this name, and one that is called nearly so.",
            [(ANOTHER, "Another one, new to the register"), *near],
        )
        answered = questions.answer(question, row.row)
        if answered and answered != ANOTHER:
            row.partner_name = dict(near)[answered]
            return
    if not row.sector:
        question = FileQuestion(
            f"sector:{name}",
            f"Which sector is “{row.partner_name}” of?",
            "It is new to the register, and the file does not say.",
            [(code, str(label)) for code, label in Sector.choices],
        )
        row.sector = questions.answer(question, row.row)


def measure_meant(questions: Questions, menu: dict[str, Measure], text: str, row: int) -> str:
    """The code of the measure that a cell means: by code or name, else as somebody answered.

    Raises
    ------
    BadRow
        Its rows were said to be left out.
    """
    plain_text = " ".join(text.casefold().split())
    for measure in menu.values():
        if plain_text in (measure.code.casefold(), measure.name.casefold()):
            return measure.code
    question = FileQuestion(
        f"measure:{plain_text}",
        f"What is counted where the file says “{text}”?",
        "The town's menu has no measure of this name.",
        [
            *((code, f"{measure.name} ({measure.unit})") for code, measure in menu.items()),
            (LEAVE_OUT, "None of these: leave these rows out"),
        ],
    )
    answered = questions.answer(question, row)
    if answered == LEAVE_OUT:
        raise BadRow(f"left out, as was answered: there is no measure {text!r} on the town's menu")
    return answered
