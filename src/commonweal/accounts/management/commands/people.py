from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import date, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.template.defaultfilters import pluralize
from django.utils import timezone

from commonweal.accounts import lasting
from commonweal.accounts.models import Role
from commonweal.design.words import many
from commonweal.office.errors import Refused

LASTS = timedelta(days=730)
MOST = timedelta(days=4 * 366)
BECAUSE_MOST = 200


def day(text: str) -> date:
    """A day that somebody typed; argparse says the sentence where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no day; write it as 2027-03-31") from None


class Command(BaseCommand):
    help = "Who holds which role; give one, or take a lost second factor off, from this machine."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="who holds which role until when")
        appoint = verbs.add_parser("appoint", help="give somebody a role, or give it again")
        appoint.add_argument("email")
        appoint.add_argument("role", help=", ".join(Role.values))
        appoint.add_argument("--name", default="", help="of somebody who never signed in")
        appoint.add_argument("--until", type=day, help="a day, as 2027-03-31")
        appoint.add_argument("--because", default="Given from the machine that the town runs on")
        reset = verbs.add_parser(
            "reset-second-factor", help="for somebody who lost theirs: they set up another"
        )
        reset.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, options["verb"].replace("-", "_"))(options)
        except Refused as refused:
            raise CommandError(str(refused)) from None

    def list(self, options: dict[str, Any]) -> None:
        held = lasting.holders()
        with_factor = set(
            Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES).values_list(
                "user_id", flat=True
            )
        )
        for appointment in held:
            factor = "" if appointment.person_id in with_factor else "   no second factor yet"
            self.stdout.write(
                f"{appointment.role:<26} until {appointment.ends_on}   "
                f"{appointment.person.email}{factor}"
            )
        if not held:
            self.stdout.write("Nobody holds a role.")

    def appoint(self, options: dict[str, Any]) -> None:
        role = options["role"].replace("-", "_")
        if role not in Role.values:
            raise CommandError(f"There is no role {role}. There are: {', '.join(Role.values)}.")
        try:
            validate_email(options["email"])
        except ValidationError:
            raise CommandError(f"{options['email']!r} is no e-mail address.") from None
        if len(options["because"]) > BECAUSE_MOST:
            raise CommandError(f"Say why in {BECAUSE_MOST} letters at most.")
        today = timezone.localdate()
        until = options["until"] or today + LASTS
        if not today < until <= today + MOST:
            raise CommandError("A role lasts until a day in the future, four years at most.")
        appointment = lasting.appoint_from_outside(
            email=options["email"],
            role=role,
            ends_on=until,
            because=options["because"],
            name=options["name"],
        )
        self.stdout.write(
            f"{appointment.person.email} is {appointment.get_role_display()} until {until}. They "
            "sign in with a code sent by e-mail and give a second factor. It is in the record, and "
            "they are told by mail."
        )

    def reset_second_factor(self, options: dict[str, Any]) -> None:
        person = lasting.person_or_refuse(options["email"])
        count = lasting.reset_second_factor(person)
        self.stdout.write(
            f"{many(count, 'second factor')} of {person.email} "
            f"{pluralize(count, 'was,were')} taken off; they are signed out "
            "everywhere, sign in with a code sent by e-mail and set up another. It is in the "
            "record, and they are told by mail."
        )
