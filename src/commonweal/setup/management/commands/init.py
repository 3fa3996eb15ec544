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
from commonweal.jobs.mail_folder import where_letters_lie
from commonweal.office.errors import Refused
from commonweal.places import opening, rooms
from commonweal.places.models import Town
from commonweal.setup import guard, progress, townfile

NAME_MOST = 100


class Command(BaseCommand):
    help = (
        "Make a town and its first administrator: by its name, and the rest is set up on pages; or "
        "from a settings file (see examples/)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "settings", nargs="?", help="a TOML file, for example examples/stevenage.toml"
        )
        parser.add_argument("--name", default="", help="the town's name, where there is no file")
        parser.add_argument("--admin", required=True, help="the first administrator's e-mail")
        parser.add_argument("--admin-name", default="", help="the first administrator's name")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            content = self.content_of(options["settings"], options["name"])
            validate_email(options["admin"])
        except Refused as refused:
            raise CommandError(str(refused)) from None
        except ValidationError:
            raise CommandError(f"{options['admin']!r} is no e-mail address.") from None
        if sentence := guard.half_restored():
            raise CommandError(sentence)
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
            "goes on under /desk/town/. All others read that the town is being prepared, until it "
            "is opened there."
        )
        if sentence := where_letters_lie():
            self.stdout.write(sentence)

    def content_of(self, path: str | None, name: str) -> dict[str, Any]:
        """The town's settings: those of its file, or its name with all rooms off."""
        if path and name:
            raise Refused("Give the town's file or its name; the file says the name.")
        if not path and not name.strip():
            raise Refused("Give the town's name (--name), or its file.")
        if not path:
            if len(name.strip()) > NAME_MOST:
                raise Refused(f"The name is longer than {NAME_MOST} letters.")
            return {"town": {"name": name.strip()}, "rooms": dict.fromkeys(rooms.CODES, False)}
        checked = townfile.look(Path(path))
        if checked.faults:
            raise Refused(townfile.complaint(path, checked))
        for warning in checked.warnings:
            self.stdout.write(f"Look again: {warning}")
        return checked.content

    @transaction.atomic
    def make(self, content: dict[str, Any], email: str, name: str) -> None:
        townfile.apply(content)
        opening.prepare()
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
