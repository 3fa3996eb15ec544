"""What whoever decides on a grant reads of its case, and no more: words, needs, household, papers,
earlier grants. Each look is written down."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.cases import named, working
from commonweal.design.every_answer import only_read
from commonweal.grants.access import DECIDES, get_case_of_grant_for
from commonweal.office.errors import Refused
from commonweal.residents.models import Resident


@staff(*DECIDES)
@only_read
def case_of_grant(request: SignedInRequest, code: str) -> HttpResponse:
    """What was said and what is needed, for whoever decides."""
    award, case = get_case_of_grant_for(request.user, code, read_kind="grant case")
    household = Resident.objects.none()
    if award.resident.household is not None:
        household = Resident.objects.filter(household=award.resident.household)
        household = household.filter(named.visible_to(request.user)).exclude(pk=award.resident_id)
    earlier = award.resident.awards.exclude(pk=award.pk).select_related("fund")
    context = {
        "award": award,
        "case": case,
        "resident": award.resident,
        "needs": case.needs.select_related("help_type").order_by("id"),
        "household": household.present().order_by("pk"),
        "papers": case.files.order_by("added_at"),
        "earlier": earlier.order_by("-asked_on", "-id"),
    }
    return render(request, "desk/grant_case.html", context)


@staff(*DECIDES)
@only_read
def paper_of_grant(request: SignedInRequest, code: str, paper_code: str) -> HttpResponse:
    """A paper of the case, as a download under a name that says nothing."""
    award, case = get_case_of_grant_for(request.user, code, read_kind="grant paper")
    file = get_object_or_404(case.files, code=paper_code)
    try:
        response = HttpResponse(working.read_file(file), content_type=file.content_type)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("award", code)
    ending = file.name.rsplit(".", 1)[-1]
    response["Content-Disposition"] = f'attachment; filename="{award.code}-paper.{ending}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
