"""This morning at the fictional town's help desk, made one by one as people would make it.

A call cut off half-way, a pair of records that is one person, a referral that waits, a grant to
assess, a call for a named colleague.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from commonweal.accounts.models import Person
from commonweal.cases import intake, opening, referring, rota, working
from commonweal.cases.models import Case, Notice
from commonweal.grants import actions as granting
from commonweal.grants.models import Fund
from commonweal.partners.models import Partner
from commonweal.places.models import Area
from commonweal.residents import people
from commonweal.services.models import HelpType, Service

from . import tables

TABLES = tables.read("desk")


@dataclass
class Morning:
    """Who is there this morning, and of what: people by role, kinds of help by code."""

    people: dict[str, Person]
    kinds: dict[str, HelpType]
    area: Area
    fund: Fund
    partner: Partner
    today: date

    def tell(self) -> None:
        leah, owen = self.people["call-handler"], self.people["second-handler"]
        manager = self.people["desk-manager"]
        opening.open_desk(by=manager)
        weekdays = [day for day, _ in opening.DAYS[:5]]
        opening.set_hours(
            hours=[{"day": day, "opens": "09:00", "closes": "17:00"} for day in weekdays],
            by=manager,
        )
        working.begin_shift(person=leah)
        working.begin_shift(person=owen)
        draft, _ = intake.start(channel="phone", by=owen)
        intake.save(
            draft=draft,
            by=owen,
            answers={
                "first_name": "Margaret",
                "last_name": "Ellery",
                "phone": "07700 912345",
                "needs": ["food"],
                "signs": ["alone"],
                "words": "She can't get out. The line went dead",
            },
        )
        self._pair(leah)
        self._refuge(leah)
        self._waiting_referral(leah)
        self._at_risk(leah)

    def _request(self, by: Person | None, kind: str, **values: Any) -> Case:
        resident = people.add(values={"area": self.area, "contact": "any"} | values, by=by)
        return working.open_case(
            resident=resident,
            channel="phone",
            needs={self.kinds[kind]: {}},
            signs=TABLES["signs"].get(kind, [])[:1],
            words=TABLES["said"][kind],
            by=by,
            notice=Notice.objects.first(),
            consent_words=intake.CONSENT,
        )

    def _pair(self, by: Person) -> None:
        """Two records of one person: a short name, a new address, the same telephone."""
        self._request(
            by,
            "money",
            first_name="William",
            last_name="Turner",
            born="1958-04-12",
            phones="07700 934567",
            address="14 Mill Lane",
            postcode="BF1 2AG",
        )
        self._request(
            by,
            "energy",
            first_name="Bill",
            last_name="Turner",
            born="1958-12-04",
            phones="07700 934567",
            address="3 Quay Street",
            postcode="BF2 4DJ",
        )

    def _refuge(self, by: Person) -> None:
        self._request(
            by,
            "children",
            first_name="Tess",
            last_name="",
            lives="refuge",
            contact="text_only",
            safe_word="Lantern",
            phones="07700 945678",
            safe_note="After nine in the evening.",
        )

    def _at_risk(self, by: Person) -> None:
        """A named colleague with a rota that leaves the nights open, and a call for her."""
        named, manager = self.people["named-colleague"], self.people["desk-manager"]
        rota.set_kinds(person=named, kinds=[self.kinds["safety"]], by=manager)
        rota.set_number(person=named, number="07700 900222", by=manager)
        for weekday in range(7):
            rota.add_duty(person=named, weekday=weekday, starts=time(8), ends=time(20), by=manager)
        resident = people.add(
            by=by,
            values={
                "first_name": "Marcella",
                "last_name": "Reyes",
                "contact": "text_only",
                "safe_word": "kestrel",
                "safe_note": "He reads my texts; weekdays 10 to 2 only.",
                "phones": "07700 967890",
                "area": self.area,
            },
        )
        working.open_case(
            resident=resident,
            channel="phone",
            needs={self.kinds["safety"]: {}},
            signs=["danger"],
            words="He came back last night. I have the children here.",
            by=by,
            notice=Notice.objects.first(),
            consent_words=intake.CONSENT,
        )

    def _waiting_referral(self, by: Person) -> None:
        request = self._request(
            by,
            "debt",
            first_name="Dilys",
            last_name="Vaughan",
            born="1971-09-30",
            phones="07700 956789",
            address="8 Fern Avenue",
            postcode="BF3 5EH",
        )
        consent = referring.give_consent(
            resident=request.resident,
            help_type=self.kinds["debt"],
            partner=self.partner,
            by=by,
            fields=["first name", "last name", "phone"],
            purpose="Advice on debts.",
            words="Yes, they may ring me about the letters.",
        )
        service = Service.objects.get(name="Money and debt advice")
        referring.refer(
            need=request.needs.get(),
            service=service,
            hand="consented",
            consent=consent,
            by=by,
            words="Letters of three lenders.",
        )
        granting.apply(
            fund=self.fund,
            resident=request.resident,
            case=request,
            by=by,
            on=self.today,
            values={
                "category": "energy",
                "reason": "GTIR010",
                "purpose": "GTIP050",
                "asked": Decimal(180),
                "payee": "D Vaughan",
                "sort_code": "200000",
                "account": "44556677",
            },
        )
