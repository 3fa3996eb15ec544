"""Jobs of the help desk are called by their rooms now: their times are kept under the new names,
and what waited under an old one, which nobody would find, is dropped. Each comes again by itself."""

from django.db import migrations

BEFORE = "commonweal.helps.jobs."
ROOMS = {"watch_for_surges": "asks", "remind_owners_of_services": "services"}


def rename(apps, schema_editor):
    Schedule = apps.get_model("jobs", "Schedule")
    for schedule in Schedule.objects.filter(task_path__startswith=BEFORE):
        job = schedule.task_path.removeprefix(BEFORE)
        name = f"commonweal.{ROOMS.get(job, 'cases')}.jobs.{job}"
        if not Schedule.objects.filter(task_path=name).exists():
            Schedule.objects.filter(pk=schedule.pk).update(task_path=name)
    tasks = apps.get_model("django_tasks_database", "DBTaskResult").objects.filter(status="READY")
    tasks.filter(task_path__startswith=BEFORE).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0002_pulse"),
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
    ]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
