from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from commonweal.accounts import actions, inviting
from commonweal.accounts.models import Appointment, Person, Role
from commonweal.office.errors import Refused
from commonweal.places.models import Town
from commonweal.setup import guard, progress, townfile


class Command(BaseCommand):
    help = "Make a town from a settings file (see examples/), and its first administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("settings", help="a TOML file, for example examples/stevenage.toml")
        parser.add_argument("--admin", required=True, help="the first administrator's e-mail")
        parser.add_argument("--admin-name", default="", help="the first administrator's name")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            checked = townfile.look(Path(options["settings"]))
            if checked.faults:
                raise Refused(townfile.complaint(options["settings"], checked))
            validate_email(options["admin"])
        except Refused as refused:
            raise CommandError(str(refused)) from None
        except ValidationError:
            raise CommandError(f"{options['admin']!r} is no e-mail address.") from None
        if sentence := guard.half_restored():
            raise CommandError(sentence)
        content = checked.content
        for warning in checked.warnings:
            self.stdout.write(f"Look again: {warning}")
        self.stdout.write("Preparing the database ...")
        progress.make_tables(progress.below(self.stdout.write))
        if Town.objects.exists():
            raise CommandError(
                "There is a town here already. 'commonweal town FILE' reads a changed file."
            )
        self.stdout.write(f"Making {content['town']['name']} ...")
        try:
            self.make(content, options["admin"], options["admin_name"])
        except Refused as refused:
            raise CommandError(str(refused)) from None
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from None
        guard.remember_edition()
        self.stdout.write("Gathering style and script files ...")
        call_command("collectstatic", interactive=False, verbosity=0)
        self.stdout.write(
            f"{content['town']['name']} is ready. Start it with './commonweal serve'. "
            f"{options['admin']} signs in with a code sent by e-mail, sets up a second factor and "
            "gives the other roles under /desk/people/."
        )

    @transaction.atomic
    def make(self, content: dict[str, Any], email: str, name: str) -> None:
        townfile.apply(content)
        person = Person.objects.filter(email__iexact=email).first()
        if person is None:
            person = inviting.create(email=email, name=name)
        today = timezone.localdate()
        held = Appointment.objects.current(today).filter(person=person, role=Role.ADMINISTRATOR)
        if not held.exists():
            actions.appoint(
                person=person,
                role=Role.ADMINISTRATOR,
                ends_on=today + timedelta(days=730),
                because="First administrator, named when the town was made",
                by=None,
            )
