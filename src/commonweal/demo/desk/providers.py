"""Who gives help: the advice centre and the services."""

from __future__ import annotations

from datetime import time, timedelta

from commonweal.partners.models import MemberRole, Membership, Partner
from commonweal.services.models import Organisation, Service

from .scene import STREETS, TABLES, Scene


def advice_centre(scene: Scene) -> Partner:
    centre = Partner.objects.create(
        code="brackenford-advice-centre",
        name="Brackenford Advice Centre",
        sector="voluntary",
        kind="charity",
        size="small",
        description="Free advice on money, debts, benefits and homes.",
        accepted_on=scene.today - timedelta(days=900),
    )
    worker = scene.people["referral-worker"]
    Membership.objects.create(
        partner=centre,
        person=worker,
        role=MemberRole.EDITOR,
        job_title="Referral worker",
        handles_referrals=True,
    )
    for code, role in (
        ("oakbridge-homes", "second-reviewer"),
        ("brackenford-college", "reviewer"),
    ):
        Membership.objects.filter(partner__code=code, person=scene.people[role]).update(
            handles_referrals=True
        )
    return centre


def services(scene: Scene) -> None:
    """What help there is: some kept by partners, some stale, one that must hold no names."""
    for listed in TABLES["services"]:
        name, title = listed["organisation"], listed["title"]
        partner = Partner.objects.filter(name=name).first() if name else None
        organisation = Organisation.objects.create(
            name=name or title, partner=partner, description=f"{title} in Brackenford."
        )
        service = Service.objects.create(
            organisation=organisation,
            name=title,
            capacity=listed.get("capacity"),
            answer_hours=listed["answer_hours"],
            description=f"{title}, free of charge, for people who live in Brackenford.",
            eligibility="Anybody who lives in the town.",
            phone="01632 960 1" + f"{len(title):02}",
            application_process="Through the help desk, or ring.",
            no_names=listed.get("no_names", False),
            takes_referrals=partner is not None,
            assured_on=scene.today - timedelta(days=listed["assured_days_ago"]),
        )
        service.help_types.set([scene.kinds[code] for code in listed["kinds"].split()])
        service.places.create(
            address=f"{scene.random.randint(1, 90)} {scene.random.choice(STREETS)}",
            postcode="BF1 1AA",
            # Near the middle of the town, as its postcodes are.
            latitude=51.8903 + len(title) % 7 / 250,
            longitude=-0.2122 + len(title) % 5 / 150,
        )
        service.schedules.create(
            freq="WEEKLY", days="MO,TU,WE,TH,FR", opens_at=time(10), closes_at=time(16)
        )
