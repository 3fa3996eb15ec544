"""The fictional town's economy: a closure told, answered and closed; redundancies; vacancies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from commonweal.accounts.models import Person, Role
from commonweal.asks.models import Answer, Ask
from commonweal.economy.models import Outcome, Shock, ShockTask
from commonweal.economy.shocks import answers, owners, telling, working
from commonweal.partners.models import Partner

from ..cast import CAST


@dataclass(frozen=True)
class Teller:
    """Tells of shocks as if it had been done on days that are gone."""

    today: date
    by: Person

    def tell(self, partner: Partner, ago: int, **values: Any) -> Shock:
        told_on = self.today - timedelta(days=ago)
        shock = telling.begin(values=values, partner=partner, by=self.by, staff=False)
        telling.send(shock=shock, by=self.by)
        Shock.objects.filter(pk=shock.pk).update(told_on=told_on)
        shock.levels.update(from_on=told_on)
        shock.refresh_from_db()
        self._plan(shock, told_on)
        return shock

    def _plan(self, shock: Shock, told_on: date) -> None:
        """Its tasks as they were planned on that day; what was due is done."""
        shock.tasks.all().delete()
        tasks = list(owners.lay_out(shock, told_on=told_on))
        for task in tasks:
            task.done_on = task.due_on if task.due_on < self.today else None
        ShockTask.objects.bulk_create(tasks)

    def answer(self, shock: Shock, ago: int) -> None:
        """Draw on two pledges, so many days ago."""
        on = self.today - timedelta(days=ago)
        for proposal in list(islice(answers.proposed(shock), 2)):
            answers.draw(
                shock=shock,
                proposal=proposal,
                quantity=min(proposal.left, Decimal(3)),
                agreed="Their head of personnel, by telephone.",
                by=self.by,
                role=Role.PROGRAMME_LEAD,
                on=on,
            )
        Ask.objects.filter(of_shock__shock=shock).update(published_on=on)
        Answer.objects.filter(ask__of_shock__shock=shock).update(answered_on=on)

    def close(self, shock: Shock, ago: int) -> None:
        working.close(
            shock=shock,
            told_of=64,
            placed=31,
            without=12,
            not_known=21,
            words="Those who went to the college are counted as placed.",
            by=self.by,
        )
        on = self.today - timedelta(days=ago)
        Shock.objects.filter(pk=shock.pk).update(closed_on=on)
        Outcome.objects.filter(shock=shock).update(on=on)
        Ask.objects.filter(of_shock__shock=shock).update(closed_on=on)


def tell(today: date) -> None:
    lead = next(m for m in CAST if m.town_role == Role.PROGRAMME_LEAD)
    teller = Teller(today, Person.objects.get(email=lead.email))
    of_cast = [member.partner for member in CAST if member.partner]
    firms = Partner.objects.public().filter(sector="private", stopped_on=None)
    firms = firms.exclude(code__in=of_cast).order_by("code")
    mill, works, shop = (firms[0], firms[1], firms[2])
    days = timedelta(days=1)
    closed = teller.tell(
        mill,
        110,
        kind="closure",
        people=64,
        workforce=64,
        sites="Mill Lane",
        occupations="Machine operators, packers, drivers",
        known_on=today - 105 * days,
        first_on=today - 70 * days,
        last_on=today - 42 * days,
        sure="decided",
        wanted_level="public",
        may_be_named=True,
    )
    teller.answer(closed, 60)
    teller.close(closed, 12)
    teller.tell(
        works,
        9,
        kind="redundancies",
        people=34,
        workforce=210,
        sites="Quay Street",
        occupations="Office staff",
        first_on=today + 40 * days,
        sure="likely",
        wanted_level="partners",
    )
    teller.tell(
        shop,
        5,
        kind="vacancies",
        people=12,
        sites="Market Square",
        occupations="Shop assistants",
        first_on=today + 14 * days,
        last_on=today + 45 * days,
        sure="decided",
        wanted_level="public",
    )
