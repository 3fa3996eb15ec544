"""The fictional town's economy: what of its promises and actions bears on who is out of work."""

from __future__ import annotations

from datetime import date

from commonweal.accounts.models import Person
from commonweal.economy.models import EmployerGroup
from commonweal.economy.scenarios.beside import WORK
from commonweal.economy.series import tying
from commonweal.pledges.models import Measure
from commonweal.programme.models import Action

from ..cast import CAST

COUNTED = "claimants"


def tell(_: date) -> None:
    emails = {member.role: member.email for member in CAST}
    analyst = Person.objects.get(email=emails["analyst"])
    for measure in Measure.objects.order_by("code"):
        if WORK.search(measure.name):
            tying.tie(
                counted=COUNTED, measure=measure, because="It is a way into work.", by=analyst
            )
    for action in Action.objects.filter(stopped_on=None).order_by("code"):
        if WORK.search(action.title):
            tying.tie(counted=COUNTED, action=action, because="It is about work.", by=analyst)
    for group in EmployerGroup.objects.all():
        tying.tie(counted=COUNTED, group=group, because="Most jobs stand with it.", by=analyst)
