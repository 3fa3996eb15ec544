"""Telling the people who act for an organisation."""

from __future__ import annotations

from commonweal.accounts import mail

from .models import MemberRole, Partner


def tell_editors(partner: Partner, key: str, subject: str, body: str) -> None:
    """Write to each editor, once for each key."""
    editors = partner.memberships.current().filter(role=MemberRole.EDITOR).select_related("person")
    for membership in editors:
        mail.write(
            key=f"partner-{partner.pk}-{key}-{membership.person_id}",
            person=membership.person,
            subject=subject,
            body=body,
        )
