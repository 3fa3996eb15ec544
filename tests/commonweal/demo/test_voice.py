"""What the fictional town asks, as whoever looks at the demonstration finds it."""

from __future__ import annotations

from django.utils import timezone

from commonweal.voice.consultations import results
from commonweal.voice.models import Consultation, Phase, Proposal


def test_one_consultation_is_answered_and_one_is_open(whole_village, client):
    today = timezone.localdate()
    by_phase = {asked.phase(today): asked for asked in Consultation.objects.all()}
    assert set(by_phase) == {Phase.ANSWERED, Phase.OPEN}
    answered = by_phase[Phase.ANSWERED]
    assert answered.decided_on > answered.closes_on
    assert answered.answered_on <= today
    assert not Proposal.objects.filter(consultation=answered, outcome="").exists()
    residents, enterprises = results.results_of(answered)
    assert (residents.total, enterprises.total) == (34, 10)
    done = client.get("/have-your-say/done/").content.decode()
    assert "Let young people help to build it" in done
    assert "done, seen on" in " ".join(done.split())
    page = client.get(answered.get_absolute_url()).content.decode()
    assert "Cars stay out" in page
    assert "no margin of error" in page
    assert "Answer now" in client.get(by_phase[Phase.OPEN].get_absolute_url()).content.decode()
    # What waits to be read is not shown.
    assert "Herbs" not in client.get(by_phase[Phase.OPEN].get_absolute_url()).content.decode()
