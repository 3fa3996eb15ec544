"""Nothing is left here: each table went to its room, see the first migration of each."""

from django.db import migrations

from commonweal.office import tables

GONE = (
    "SafeContact",
    "Household",
    "Resident",
    "ResidentKey",
    "Merge",
    "Different",
    "DeathReport",
    "Erasure",
    "Excused",
    "PerhapsSame",
    "HelpType",
    "Organisation",
    "Service",
    "Place",
    "Schedule",
    "Notice",
    "Consent",
    "IntakeDraft",
    "HelpRequest",
    "Need",
    "Callback",
    "Call",
    "Note",
    "CaseFile",
    "Shift",
    "TextTemplate",
    "BulkText",
    "ListRun",
    "ListRow",
    "RetentionRun",
    "Referral",
    "CaseRead",
    "ReadsForgotten",
    "Glass",
    "OwnAddress",
    "Copy",
    "Retention",
    "Safeguard",
    "AlarmNumber",
    "Duty",
    "StandIn",
    "CaseAlarm",
    "Opening",
    "NextAction",
    "SubjectAccess",
    "AccessEntry",
    "Written",
    "Ask",
    "Answer",
    "Draw",
    "Alarm",
    "Fund",
    "Award",
    "AwardReview",
    "PaymentRun",
    "Payment",
    "FundReturn",
    "GrantDecision",
    "ReturnedPayment",
    "Volunteer",
    "Check",
    "Task",
    "TaskTake",
)


class Migration(migrations.Migration):
    dependencies = [
        ("helps", "0016_numbers_of_the_nation"),
        ("residents", "0001_initial"),
        ("services", "0001_initial"),
        ("cases", "0001_initial"),
        ("asks", "0001_initial"),
        ("grants", "0001_initial"),
        ("volunteers", "0001_initial"),
    ]

    operations = [
        tables.MovedModels(
            state_operations=[migrations.DeleteModel(name=name) for name in GONE],
        ),
    ]
