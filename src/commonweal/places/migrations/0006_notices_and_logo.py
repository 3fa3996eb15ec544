"""What a town says in its notices, and its logo."""

from django.db import migrations, models


def on_the_town(name, column):
    return migrations.AddField(model_name="town", name=name, field=column)


class Migration(migrations.Migration):
    dependencies = [("places", "0005_what_things_were")]
    operations = [
        on_the_town("accessibility_checked_on", models.DateField(
            blank=True, help_text="The day on which the statement was prepared.", null=True)),
        on_the_town("accessibility_contact", models.CharField(
            blank=True, max_length=300,
            help_text="Where one says that something is not accessible.")),
        on_the_town("accessibility_gaps", models.CharField(
            blank=True, help_text="What is not accessible, and why.", max_length=2000)),
        on_the_town("accessibility_status", models.CharField(
            blank=True, max_length=8, help_text="Against WCAG 2.2 AA.", choices=[
                ("full", "Fully compliant"), ("partial", "Partially compliant"),
                ("none", "Not compliant")])),
        on_the_town("controller", models.CharField(
            blank=True, max_length=300,
            help_text="Who answers for people's data, with an address.")),
        on_the_town("data_protection_officer", models.CharField(
            blank=True, help_text="Who that is, and how to reach them.", max_length=300)),
        on_the_town("help_desk_words", models.CharField(
            blank=True, max_length=2000,
            help_text="What the help desk keeps about people, and why.")),
        on_the_town("logo_digest", models.CharField(blank=True, max_length=16)),
        on_the_town("privacy_contact", models.CharField(
            blank=True, help_text="Where one asks what is kept about oneself.", max_length=300)),
        on_the_town("retention_words", models.CharField(
            blank=True, help_text="How long what is kept about people is kept.", max_length=2000)),
        migrations.CreateModel(
            name="Logo",
            fields=[
                ("id", models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("picture", models.BinaryField()),
            ],
            options={
                "constraints": [models.CheckConstraint(
                    condition=models.Q(("id", 1)), name="there_is_one_logo")],
            },
        ),
    ]
