"""Every act about a grant becomes a row. What stood in columns is carried over into rows: who
did it and when is taken from the record where a column had been overwritten."""

import datetime

import commonweal.office.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from . import _grants_of_then as grant_state


def noon(day):
    return django.utils.timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))


class Carrier:
    """Makes the rows of one award after another."""

    def __init__(self, apps):
        self.apps = apps
        self.Decision = apps.get_model("helps", "GrantDecision")
        self.people = dict(apps.get_model("accounts", "Person").objects.values_list("code", "pk"))
        self.taken = set()

    def who(self, award, verb):
        """(person's number, moment) of the newest line of the record with this verb."""
        lines = self.apps.get_model("accounts", "Event").objects.filter(
            about_kind="helps.Award", about_code=award.code, verb=verb
        )
        newest = lines.order_by("-id").first()
        return (self.people.get(newest.by_code), newest.at) if newest else (None, None)

    def row(self, award, kind, at, **more):
        return self.Decision(award=award, kind=kind, at=at, **more)

    def rows(self, award):
        reviews = list(award.reviews.order_by("id"))
        was_refused = award.state == "refused" or (reviews and not reviews[0].was)
        first = reviews[0].was if reviews and reviews[0].was else award.amount
        by, at = self.who(award, "grant asked for")
        yield self.row(award, "asked", at or noon(award.asked_on), by_id=by, amount=award.asked)
        if award.assessed_by_id is None and award.state not in ("approved", "paid"):
            return
        yield self.row(
            award,
            "assessed",
            award.assessed_at or noon(award.asked_on),
            by_id=award.assessed_by_id,
            words="" if was_refused else award.words,
            # A review wrote its own amount over what had been assessed.
            amount=None if was_refused and award.state != "refused" else first,
        )
        if award.held:
            yield self.row(award, "held", award.assessed_at, words="\n".join(award.held))
        if award.released_by_id:
            _, at = self.who(award, "held grant released")
            yield self.row(
                award,
                "released",
                at or award.assessed_at,
                by_id=award.released_by_id,
                words=award.released_because,
            )
        yield from self.decided(award, was_refused, first)
        for review in reviews:
            yield from self.reviewed(award, review)
        if award.state == "cancelled":
            by, at = self.who(award, "grant cancelled")
            yield self.row(
                award, "cancelled", at or award.decided_at, by_id=by, words=award.cancelled_because
            )
        for payment in award.payments.filter(state="cancelled").order_by("id"):
            yield self.row(
                award,
                "returned",
                noon(payment.run.made_on),
                amount=payment.amount,
                words=payment.because,
                payment=payment,
            )

    def decided(self, award, was_refused, first):
        yes = list(award.approvals.order_by("id"))
        stands = award.state in ("approved", "paid", "cancelled") and not was_refused
        for one in yes:
            # As many as there were was enough, where it was approved.
            needed = len(yes) if stands else len(yes) + 1
            yield self.row(
                award, "approved", one.at, by_id=one.by_id, amount=one.amount, needed=needed
            )
        if stands and not yes:
            yield self.row(
                award,
                "approved",
                award.decided_at,
                by_id=award.decided_by_id,
                amount=first,
                needed=1,
            )
        if was_refused:
            by, at = self.who(award, "grant refused")
            if by is None and award.state == "refused":
                by = award.decided_by_id
            yield self.row(award, "refused", at or award.decided_at, by_id=by, words=award.words)

    def reviewed(self, award, review):
        by, _ = self.who(award, "review asked for")
        yield self.row(
            award,
            "review_asked",
            noon(review.asked_on),
            by_id=by,
            words=review.words,
            review=review,
        )
        if review.decided_on is not None:
            yield self.row(
                award,
                "reviewed",
                noon(review.decided_on),
                by_id=review.decided_by_id,
                amount=review.amount,
                needed=1,
                words=review.decision_words,
                review=review,
            )

    def carry(self, award):
        rows = list(self.rows(award))
        self.Decision.objects.bulk_create(rows)
        acts = [
            grant_state.Act(
                row.kind, by=row.by_id, amount=row.amount, at=row.at, needed=row.needed or 1
            )
            for row in rows
        ]
        back = award.payments.filter(state="paid").values_list("amount", flat=True)
        now = grant_state.standing(acts, paid=sum(back))
        if now.state == award.state:
            award.amount, award.decided_by_id, award.decided_at = (
                now.amount,
                now.decided_by,
                now.decided_at,
            )
        key = (award.fund_id, award.request_id)
        if award.request_id and award.state in ("asked", "assessed", "held", "approved"):
            # Of several that were asked by one double press, the first keeps the place.
            award.asked_once = None if key in self.taken else f"{key[0]}:{key[1]}"
            self.taken.add(key)
        award.save(update_fields=["amount", "decided_by", "decided_at", "asked_once"])


def carry(apps, schema_editor):
    carrier = Carrier(apps)
    Award = apps.get_model("helps", "Award")
    for pk in list(Award.objects.order_by("id").values_list("pk", flat=True)):
        carrier.carry(Award.objects.get(pk=pk))


class Migration(migrations.Migration):
    dependencies = [
        ("helps", "0003_excused"),
        ("accounts", "0005_local_spend"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="GrantDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("asked", "Asked for"),
                            ("assessed", "Assessed"),
                            ("held", "Held"),
                            ("released", "Let go on"),
                            ("approved", "Yes"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                            ("cancelled", "Cancelled"),
                            ("review_asked", "A review asked for"),
                            ("reviewed", "Reviewed"),
                            ("account", "Account given"),
                            ("account_seen", "Account looked at"),
                            ("returned", "The payment came back"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True),
                ),
                ("words", commonweal.office.fields.EncryptedTextField(blank=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "needed",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="How many have to say the same amount, for it to stand.",
                        null=True,
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ReturnedPayment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Waits for a second officer"),
                            ("agreed", "Came back"),
                            ("declined", "Did not come back"),
                        ],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("because", commonweal.office.fields.EncryptedTextField(blank=True)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="award",
            name="asked_once",
            field=models.CharField(editable=False, max_length=80, null=True, unique=True),
        ),
        migrations.AlterField(
            model_name="award",
            name="state",
            field=models.CharField(
                choices=[
                    ("asked", "Asked for"),
                    ("assessed", "Assessed"),
                    ("held", "Held: a person has to look"),
                    ("approved", "Approved"),
                    ("refused", "Refused"),
                    ("paid", "Paid"),
                    ("cancelled", "Cancelled"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="asked",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="grantdecision",
            name="award",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="helps.award",
            ),
        ),
        migrations.AddField(
            model_name="grantdecision",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="grantdecision",
            name="payment",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="helps.payment",
            ),
        ),
        migrations.AddField(
            model_name="grantdecision",
            name="review",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="helps.awardreview",
            ),
        ),
        migrations.AddField(
            model_name="returnedpayment",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="returnedpayment",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="returnedpayment",
            name="payment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="returns",
                to="helps.payment",
            ),
        ),
        migrations.AddConstraint(
            model_name="grantdecision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "approved")),
                fields=("award", "by"),
                name="one_yes_to_a_grant",
            ),
        ),
        migrations.AddConstraint(
            model_name="grantdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["approved", "reviewed"]), _negated=True),
                    models.Q(("amount__isnull", False), ("by__isnull", False), ("needed__gte", 1)),
                    _connector="OR",
                ),
                name="whoever_decides_is_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="grantdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount", None), ("amount__gte", 0), _connector="OR"),
                name="decisions_are_of_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="returnedpayment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["asked", "agreed"])),
                fields=("payment",),
                name="a_payment_comes_back_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="returnedpayment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "agreed"), _negated=True),
                    models.Q(
                        ("decided_by__isnull", False),
                        models.Q(("decided_by", models.F("asked_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="paid_is_undone_by_two",
            ),
        ),
        migrations.RunPython(carry, migrations.RunPython.noop),
    ]
