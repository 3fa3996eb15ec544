from django.db import migrations
from django.utils import timezone


def open_where_somebody_manages(apps, schema_editor):
    """A town that is here already keeps its desk open if a desk manager is appointed today; else
    it is closed, since nobody reads what comes in."""
    if not apps.get_model("places", "Town").objects.exists():
        return
    today = timezone.localdate()
    managed = apps.get_model("accounts", "Appointment").objects.filter(
        role="desk_manager", starts_on__lte=today, ends_on__gte=today, ended_at=None
    )
    is_open = managed.exists()
    apps.get_model("helps", "Opening").objects.get_or_create(
        id=1,
        defaults={
            "is_open": is_open,
            "because": "" if is_open else "The help desk of this town has not opened yet.",
        },
    )


def takes_of_tasks(apps, schema_editor):
    """A take for each task that somebody has or did. What was given back before is not known."""
    Take = apps.get_model("helps", "TaskTake")
    tasks = apps.get_model("helps", "Task").objects.filter(taken_by__isnull=False)
    ends = {"done": "done", "cancelled": "cancelled"}
    for task in tasks.iterator(500):
        end = ends.get(task.state, "")
        taken_at = task.taken_at or task.made_at
        ended_at = (task.done_at or taken_at) if end else None
        Take.objects.create(
            task=task, volunteer_id=task.taken_by_id, taken_at=taken_at, ended_at=ended_at, end=end
        )


class Migration(migrations.Migration):

    dependencies = [
        ("helps", "0006_opening_and_takes"),
        ("accounts", "0005_local_spend"),
        ("places", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(open_where_somebody_manages, migrations.RunPython.noop),
        migrations.RunPython(takes_of_tasks, migrations.RunPython.noop),
    ]
