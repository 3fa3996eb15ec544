from django.db import migrations


class Migration(migrations.Migration):
    """Where the room begins; each of its parts adds its own tables."""

    initial = True
    dependencies = []
    operations = []
