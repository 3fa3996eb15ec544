"""Referrals that have ended."""

from __future__ import annotations

from datetime import timedelta

from commonweal.cases.models import Case, Need, Referral
from commonweal.services.models import Service

from .scene import Scene


def referrals(scene: Scene, requests: list[Case]) -> None:
    taking = Service.objects.filter(takes_referrals=True)
    services = list(taking.select_related("organisation__partner").prefetch_related("help_types"))
    by_kind = {
        kind.pk: [service for service in services if kind in service.help_types.all()]
        for kind in scene.kinds.values()
    }
    rows = []
    needs = Need.objects.filter(case__in=requests, case__state="closed")
    for need in needs.select_related("case"):
        offers = by_kind[need.help_type_id]
        if not offers or scene.random.random() > 0.5:
            continue
        rows.append(_referral(scene, need, scene.random.choice(offers)))
    Referral.objects.bulk_create(rows, batch_size=500)


def _referral(scene: Scene, need: Need, service: Service) -> Referral:
    """One that has ended: done, declined, or returned without an answer."""
    sent = need.case.first_contact_at or need.case.opened_at
    state = scene.random.choices(["done", "declined", "returned"], [74, 16, 10])[0]
    answered = sent + timedelta(hours=scene.random.uniform(1, service.answer_hours))
    return Referral(
        case=need.case,
        need=need,
        service=service,
        partner=service.organisation.partner,
        hand="nothing",
        state=state,
        sent_at=sent,
        sent_by=scene.people["call-handler"],
        answer_by=sent + timedelta(hours=service.answer_hours),
        answered_at=None if state == "returned" else answered,
        declined_because="no_capacity" if state == "declined" else "",
        outcome="helped" if state == "done" else "",
        ended_at=answered + timedelta(days=3),
    )
