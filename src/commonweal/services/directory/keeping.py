"""Entries that an organisation keeps itself."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.partners.models import Partner
from commonweal.residents import naming

from ..hours import openings_typed
from ..models import Organisation, Place, Schedule, Service
from .words import SERVICE_WORDS


@transaction.atomic
def keep(
    *,
    service: Service | None,
    partner: Partner,
    values: dict[str, Any],
    place: dict[str, str],
    hours: str,
    help_types: list[Any],
    by: Person,
) -> Service:
    """An organisation writes or changes its own entry; saving it assures it."""
    organisation, _ = Organisation.objects.get_or_create(
        partner=partner,
        defaults={
            "name": partner.name,
            "description": partner.description,
            "website": partner.website,
        },
    )
    if service is None:
        service = Service(organisation=organisation)
    elif service.organisation_id != organisation.pk:
        raise Refused("This entry is another organisation's.")
    texts = naming.texts_of(values, *SERVICE_WORDS)
    naming.check("service", [*texts, hours], kinds=naming.SERVICE)
    for name, answer in values.items():
        setattr(service, name, answer)
    service.assured_on, service.assurer_email = timezone.localdate(), by.email
    service.changed_at = timezone.now()
    if service.pk is None:
        service.save(force_insert=True)
    else:
        service.save(update_fields=[*values, "assured_on", "assurer_email", "changed_at"])
    service.help_types.set(help_types)
    service.places.all().delete()
    service.schedules.all().delete()
    if any(place.values()):
        Place.objects.create(service=service, **place)
    for opening in openings_typed(hours):
        Schedule.objects.create(service=service, **asdict(opening))
    record("service kept", about=service, by=by, partner=partner.code)
    return service


@transaction.atomic
def assure(*, service: Service, by: Person) -> None:
    """Somebody of the organisation says that the entry is still right."""
    service.assured_on, service.assurer_email = timezone.localdate(), by.email
    service.save(update_fields=["assured_on", "assurer_email"])
    record("service assured", about=service, by=by)
