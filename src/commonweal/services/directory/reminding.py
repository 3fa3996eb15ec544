"""Owners are asked whether their entries are still right."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.partners.models import MemberRole, Membership

from ..models import FRESH_DAYS, Service


def remind_owners(on: date | None = None) -> int:
    """Tell owners whose entries go stale within two weeks, or have; once for each time."""
    today = on or timezone.localdate()
    before = today - timedelta(days=FRESH_DAYS - 14)
    stale = Service.objects.on_offer().filter(
        organisation__partner__isnull=False, assured_on__lte=before
    )
    count = 0
    for service in stale.select_related("organisation__partner"):
        editors = Membership.objects.current().filter(
            partner=service.organisation.partner, role=MemberRole.EDITOR
        )
        for editor in editors.select_related("person", "partner"):
            _, fresh = mail.write(
                key=f"stale-{service.pk}-{service.assured_on}-{editor.person_id}",
                person=editor.person,
                subject=f"Is your entry still right? {service.name}",
                body=f"“{service.name}” was last confirmed on {service.assured_on:%-d %B %Y}. "
                "Sign in and say that it is still right, or change it. Until then it is shown as "
                f"not confirmed:\n{settings.ADDRESS}/space/{editor.partner.code}/"
                "services/\n",
            )
            count += fresh
    return count
