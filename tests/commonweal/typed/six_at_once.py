"""Run by test_once.py in a process of its own: six sendings of one form at the same moment."""

from __future__ import annotations

import importlib.util
import os
import sys
import threading
from pathlib import Path
from typing import Any


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "commonweal.config.settings"
    os.environ["COMMONWEAL_DEMO"] = "1"
    import django
    from django.conf import settings

    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": plain}}
    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.test import Client
    from django.utils import timezone

    from commonweal.accounts.models import Appointment, Message, Person, Role, Sending
    from commonweal.cases import starting, working
    from commonweal.cases.models import Call, IntakeDraft, Note
    from commonweal.demo.desk import story
    from commonweal.demo.generate import register
    from commonweal.partners.models import Partner
    from commonweal.pledges.models import Pledge, Question
    from commonweal.residents import people
    from commonweal.services.models import HelpType

    # What it reads pages by is part of the tests' own package.
    sys.path.insert(0, str(Path(__file__).parents[3]))
    spec = importlib.util.spec_from_file_location("forms", Path(__file__).with_name("conftest.py"))
    assert spec is not None
    assert spec.loader is not None
    forms = sys.modules["forms"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(forms)

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    today = timezone.localdate()
    with transaction.atomic():
        maker, stories = register(size="village", today=today)
        maker.desk(stories)
        story.tell(size="village", today=today, say=lambda _: None)
    starting.apply({}, on=today)
    leah = Person.objects.create_user("leah@example.org", name="Leah")
    newcomer = Person.objects.create_user("new@example.org", name="New")
    Appointment.objects.create(
        person=leah, role=Role.CALL_HANDLER, starts_on=today, ends_on=today, because="test"
    )
    resident = people.add(values={"first_name": "Zebedee"}, by=leah)
    case = working.open_case(
        resident=resident, channel="phone", needs={HelpType.objects.all()[0]: {}}, by=leah
    )
    pledge = Pledge.objects.open().filter(accepted_on__isnull=False)[0]

    def browser(person: Person | None, **kept: Any) -> Client:
        client = Client(SERVER_NAME="127.0.0.1")
        if person is not None:
            client.force_login(person)
            session = client.session
            session.update({"demo_second_factor": True, **kept})
            session.save()
        return client

    def six(
        person: Person | None, page: str, having: str, to: str, more: dict[str, str], **kept: Any
    ) -> None:
        """Six tabs' worth of one press on one button; ``kept`` is what the pages before it kept."""
        client = browser(person, **kept)
        form = forms._the_form(client.get(page), having, to) | more
        start, answers, wrong = threading.Barrier(6), [], []

        def send() -> None:
            tab = Client(SERVER_NAME="127.0.0.1")
            for name, morsel in client.cookies.items():
                tab.cookies[name] = morsel.value
            start.wait()
            try:
                answer = tab.post(to or page, form)
                answers.append((answer.status_code, answer.get("Location", "")))
            except Exception as error:
                wrong.append(repr(error))
            finally:
                connection.close()

        threads = [threading.Thread(target=send) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong, wrong
        assert len(answers) == 6, answers
        assert len(set(answers)) == 1, answers
        assert answers[0][0] == 302, answers

    at = case.get_absolute_url()
    six(leah, f"{at}note/", "words", "", {"words": "Seen."})
    six(leah, f"{at}call/", "words", "", {"direction": "out", "outcome": "no_answer"})
    six(None, f"/pledges/{pledge.code}/ask/", "words", "", {"words": "Why so few?"})
    drafts = IntakeDraft.objects.count()
    six(None, "/help/", "", "/help/start/", {})
    partners = Partner.objects.count()
    join = {
        "name": "New club",
        "sector": "voluntary",
        "kind": "club",
        "size": "volunteers",
        "relation": "none",
        "job_title": "x",
        "may_act": "on",
    }
    six(newcomer, "/join/check/", "job_title", "/join/", {}, joining=join)
    mails = Message.objects.filter(person=newcomer).count()
    counts = {
        "notes": Note.objects.filter(case=case).count(),
        "calls": Call.objects.filter(case=case).count(),
        "questions": Question.objects.filter(words="Why so few?").count(),
        "drafts": IntakeDraft.objects.count() - drafts,
        "partners": Partner.objects.count() - partners,
    }
    assert set(counts.values()) == {1}, counts
    assert mails <= 1, mails
    assert Sending.objects.filter(done_at=None).count() == 0
    print("one each", connection.vendor)


if __name__ == "__main__":
    main()
