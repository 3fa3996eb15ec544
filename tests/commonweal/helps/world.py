"""A case of Leah's with one open need of which nothing is planned, and whoever plans or ends
things about it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from commonweal.cases import consenting, next_actions, planning, referring, working
from commonweal.cases.models import Need, NextAction
from commonweal.grants import actions as granting
from commonweal.volunteers import actions as volunteering

from . import foreseen


def clear(request):
    """Nothing is planned, and no call is owed: as cases stood before there were next actions."""
    NextAction.objects.filter(need__case=request).delete()
    request.callbacks.all().delete()


def words_of(response):
    return " ".join(response.content.decode().split())


def on_the_list():
    return set(planning.unplanned(planning.desk()).values_list("pk", flat=True))


def is_looked_after(need):
    """The rule of the house; and that the two ways of asking never differ."""
    need = Need.objects.get(pk=need.pk)
    planned = planning.next_of(need) is not None
    assert planned != (need.pk in on_the_list())
    foreseen.check()
    return planned


class World:
    def __init__(self, request):
        for name in (
            "leah",
            "owen",
            "grace",
            "joan",
            "mei",
            "robert",
            "imran",
            "daniel",
            "fund",
            "service",
        ):
            setattr(self, name, request.getfixturevalue(name))
        self.sam = request.getfixturevalue("sam").volunteer
        self.case = request.getfixturevalue("asks_for_help")("debt", by=self.leah)
        self.need = self.case.needs.get()
        clear(self.case)

    def consent(self):
        return consenting.give_consent(
            resident=self.case.resident,
            help_type=self.need.help_type,
            purpose="x",
            words="Yes.",
            by=self.leah,
            fields=["first name", "phone"],
        )

    def referral(self, consent=None):
        made = referring.refer(
            need=self.need,
            service=self.service,
            by=self.leah,
            consent=consent,
            hand="consented" if consent else "nothing",
        )
        assert is_looked_after(self.need)
        return made

    def task(self):
        made = volunteering.make_task(need=self.need, values={"title": "Letters"}, by=self.leah)
        assert is_looked_after(self.need)
        return made

    def taken(self):
        return volunteering.take(task=self.task(), volunteer=self.sam)

    def award(self):
        values = {
            "category": "food",
            "reason": "GTIR010",
            "purpose": "GTIP070",
            "asked": Decimal(50),
            "payee": "Z Quillfeather",
            "sort_code": "200000",
            "account": "11112222",
        }
        made = granting.apply(
            fund=self.fund,
            resident=self.case.resident,
            case=self.case,
            values=values,
            by=self.leah,
        )
        assert is_looked_after(self.need)
        return granting.assess(award=made, amount=Decimal(50), words="x", by=self.mei)

    def approved(self):
        return granting.approve(award=self.award(), by=self.robert)

    def owed(self, days=1):
        made = working.plan_call(
            case=self.case,
            purpose="first",
            by=self.leah,
            due_at=timezone.now() + timedelta(days=days),
        )
        assert is_looked_after(self.need)
        return made

    def action(self, hours=0):
        until = planning.end_of_day(timezone.now()) + timedelta(hours=hours)
        return next_actions.plan(
            need=self.need, kind="ask", due_at=until, owner=self.leah, by=self.leah
        )
