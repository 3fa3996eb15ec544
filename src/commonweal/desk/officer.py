"""What the data protection officer looks at: reads that stand out, and the glass."""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role
from commonweal.cases import explaining, keeping
from commonweal.cases.models import CaseRead, Glass, ReadsExplained, Retention
from commonweal.design.every_answer import only_read
from commonweal.office.acting import act
from commonweal.residents.models import Excused
from commonweal.volunteers import takes

from .forms.protection import ExplainReadsForm

OFFICER = Role.DATA_PROTECTION_OFFICER


@staff(OFFICER, people=True)
@only_read
def reads(request: SignedInRequest) -> HttpResponse:
    """Reads that stand out, the last four weeks; who broke the glass and why. No case is shown."""
    today = timezone.localdate()
    since = today - timedelta(days=28)
    unusual = keeping.unusual_reads(since, today)
    context = {
        "unusual": unusual,
        "lines": explaining.lines_of(unusual, takes.reads_given_back(since, today)),
        "explained": ReadsExplained.objects.filter(at__date__gte=since).select_related(
            "person", "by"
        ),
        "glasses": Glass.objects.filter(at__date__gte=since).select_related("person", "case"),
        "count": CaseRead.objects.filter(at__date__gte=since).count(),
        "since": since,
        "rules": Retention.objects.all(),
        "excused": Excused.objects.filter(at__date__gte=since).select_related("by"),
    }
    return render(request, "desk/reads.html", context)


@staff(OFFICER, people=True)
def explain(request: SignedInRequest, person: str, why: str, pk: int) -> HttpResponse:
    """Why a line of reads stood out with good reason. It stays explained, up to the newest read
    that was looked at."""
    newest = get_object_or_404(CaseRead, pk=pk, person__code=person)
    if why not in ReadsExplained.Why.values:
        raise Http404
    address = reverse("desk-reads")
    return act(
        request,
        ExplainReadsForm(request.POST or None),
        lambda answers: explaining.explain(
            person=newest.person, why=why, until=newest.at, by=request.user, **answers
        ),
        said="Explained. It stands in the list below, with your name.",
        to=address,
        back=(address, "Reads"),
        heading=f"{newest.person.name}: {ReadsExplained.Why(why).label}",
        button="It is explained",
    )


@staff(OFFICER, people=True)
@require_POST
def glass_seen(request: SignedInRequest, pk: int) -> HttpResponse:
    Glass.objects.filter(pk=pk, looked_at_by=None).update(looked_at_by=request.user)
    return redirect("desk-reads")
