"""Telling the people who act for an organisation."""

from __future__ import annotations

from django.conf import settings

from commonweal.accounts import mail

from .models import MemberRole, Partner


def tell_editors(partner: Partner, key: str, subject: str, body: str) -> None:
    """Write to each editor, once for each key; the subject names the organisation, and the words
    lead to its pages where they lead nowhere else."""
    if settings.ADDRESS not in body:
        body = f"{body}\n{settings.ADDRESS}/space/{partner.code}/\n"
    editors = partner.memberships.current().filter(role=MemberRole.EDITOR).select_related("person")
    for membership in editors:
        mail.write(
            key=f"partner-{partner.pk}-{key}-{membership.person_id}",
            person=membership.person,
            subject=f"{subject}: {partner.name}",
            body=body,
        )
