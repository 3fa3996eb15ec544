"""What the data protection officer looks at: reads that stand out, and the glass."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role
from commonweal.cases import keeping
from commonweal.cases.models import CaseRead, Glass, Retention
from commonweal.residents.models import Excused
from commonweal.volunteers import takes

OFFICER = Role.DATA_PROTECTION_OFFICER


@staff(OFFICER, people=True)
def reads(request: SignedInRequest) -> HttpResponse:
    """Reads that stand out, the last four weeks; who broke the glass and why. No case is shown."""
    today = timezone.localdate()
    since = today - timedelta(days=28)
    context = {
        "unusual": keeping.unusual_reads(since, today),
        "given_back": takes.reads_given_back(since, today),
        "glasses": Glass.objects.filter(at__date__gte=since).select_related("person", "case"),
        "count": CaseRead.objects.filter(at__date__gte=since).count(),
        "since": since,
        "rules": Retention.objects.all(),
        "excused": Excused.objects.filter(at__date__gte=since).select_related("by"),
    }
    return render(request, "desk/reads.html", context)


@staff(OFFICER, people=True)
@require_POST
def glass_seen(request: SignedInRequest, pk: int) -> HttpResponse:
    Glass.objects.filter(pk=pk, looked_at_by=None).update(looked_at_by=request.user)
    return redirect("desk-reads")
