"""Which pledges and partners are here because a register of another body lists them.

A source is a list of the town's own where a layout that is checked read any row of it: the town's
own, or one of `var/layouts` that says so.
"""

import tomllib
from pathlib import Path

from django.conf import settings
from django.db import migrations, models


def mark(apps, schema_editor):
    Pledge = apps.get_model("pledges", "Pledge")
    Partner = apps.get_model("partners", "Partner")
    own_layouts = {"commonweal", *_checked()}
    sources, own = set(), {"list"}
    rows = Pledge.objects.exclude(source="").order_by("pk").values_list("source", "source_row")
    for source, row in rows.iterator(2000):
        sources.add(source)
        layout = row.get("layout", "")
        if layout in own_layouts or layout.startswith("commonweal-"):
            own.add(source)
    others = sorted(sources - own)
    Pledge.objects.filter(source__in=others).update(is_of_others=True)
    Partner.objects.filter(source__in=others).update(is_of_others=True)


def _checked():
    for path in sorted((Path(settings.VAR) / "layouts").glob("*.toml")):
        layout = tomllib.loads(path.read_text())
        if layout.get("checked"):
            yield layout.get("name", "")


class Migration(migrations.Migration):

    dependencies = [
        ('partners', '0007_registers_of_others'),
        ('pledges', '0011_a_reviewers_bench'),
    ]

    operations = [
        migrations.AddField(
            model_name='pledge',
            name='is_of_others',
            field=models.BooleanField(default=False, help_text="A register of another body lists it: it is not the town's."),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop, elidable=False),
    ]
