"""A reason of blanks is refused by the action itself, before it looks at anything else."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock

import pytest

from commonweal.accounts.models import Event
from commonweal.balance import actions as books
from commonweal.charter import actions as charter
from commonweal.economy.series import bringing as series
from commonweal.economy.shocks import working as shocks
from commonweal.office.errors import Refused
from commonweal.pledges import actions as pledges
from commonweal.pledges import giving_out, questions, undoing, wishes
from commonweal.services import directory

pytestmark = pytest.mark.django_db
ACTIONS: list[tuple[Any, tuple[str, ...]]] = [
    (books.send_back, ("draft",)),
    (charter.end_signature, ("signature",)),
    (charter.refuse_tier, ("award",)),
    (charter.propose_withdrawal, ("award",)),
    (series.undo, ("release",)),
    (shocks.move, ("task", "due_on")),
    (shocks.let_know, ("shock", "who")),
    (pledges.send_back, ("pledge",)),
    (pledges.withdraw, ("pledge",)),
    (pledges.strike, ("entry",)),
    (giving_out.stand_back, ("claim_entry",)),
    (questions.refuse_question, ("question",)),
    (wishes.send_back, ("draft", "sent")),
    (undoing.undo, ("run", "seen")),
    (directory.undo, ("file", "seen")),
]


@pytest.mark.parametrize("blank", ["", " \n\t"])
@pytest.mark.parametrize(
    ("action", "about"), ACTIONS, ids=[f"{a.__module__}.{a.__name__}" for a, _ in ACTIONS]
)
def test_a_reason_of_blanks_is_refused(action, about, blank):
    with pytest.raises(Refused, match=r"^Say (what|why|who)"):
        action(because=blank, by=Mock(), **{name: Mock() for name in about})
    assert not Event.objects.exists()
