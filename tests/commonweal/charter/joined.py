"""Verbs of whoever joins, for the tests of this folder."""

from __future__ import annotations

from commonweal.accounts.models import Person
from commonweal.charter import holding
from commonweal.charter.models import CharterVersion, HeldSignature
from commonweal.partners.models import Partner


def hold(partner: Partner, version: CharterVersion, by: Person) -> HeldSignature:
    return holding.hold(
        partner=partner, version=version, name="Fern Hale", capacity="Owner", show_name=True, by=by
    )
