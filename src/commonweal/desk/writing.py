"""Writing to the resident of a case: a text, an e-mail or a letter, past the guard."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.access import SignedInRequest
from commonweal.cases import writing
from commonweal.cases.access import get_case_with_person_for
from commonweal.cases.models import Written
from commonweal.design.every_answer import only_read
from commonweal.office.acting import act
from commonweal.residents import reaching
from commonweal.residents.models import Resident
from commonweal.residents.reach_answers import ReachAnswer

from .forms.reaching import WriteForm
from .handling import handler, of_case

FOLLOWS_WRITING = (
    "It is kept in the case, and goes to nobody whom it must not reach.",
    "A text or an e-mail goes out by itself at a safe hour; a letter is yours to print and post.",
    "A call that is owed counts as tried once, and is owed again a day later; where they may only "
    "be written to, five days later.",
)


def _waits(permissions: Iterable[ReachAnswer]) -> str:
    """Until when it is held, in a sentence; "" where it may go out at once."""
    later = max((answer.later for answer in permissions if answer.later), default=None)
    return f" It waits until {timezone.localtime(later):%A %-d %B at %H:%M}." if later else ""


def _why_nobody_writes(resident: Resident) -> str:
    """That they must not be written to; or that they may, and nobody knows where to."""
    lacking = [
        writing.NO_ADDRESS[channel]
        for channel in writing.WAYS.values()
        if reaching.may(resident, way=channel).ever and not writing.address_for(resident, channel)
    ]
    instruction = reaching.instruction(resident)
    if not lacking:
        return f"Nobody can be written to here. {instruction}"
    return (
        f"{instruction} But there is {', and '.join(lacking)}. Ask for one when they get in touch, "
        "and write it down under Change."
    )


def _leads_to(written: Written) -> str:
    """A letter is printed; a text or an e-mail goes out by itself."""
    if written.way == "post":
        return reverse("case-letter", args=[written.case.code, written.pk])
    return written.case.get_absolute_url()


def _says(written: Written, waits: str) -> str:
    if written.way == "post":
        return "Kept in the case. Print it, and post it."
    return f"Kept in the case.{waits or ' It goes out within a minute.'}"


@handler
def write(request: SignedInRequest, code: str) -> HttpResponse:
    """A text, an e-mail or a letter to the resident of a case, in a way and at an hour that is
    safe. A letter is shown to be printed."""
    case = get_case_with_person_for(request.user, code, what="write")
    resident = case.resident
    permissions = {
        name: reaching.may(resident, way=channel)
        for name, channel in writing.WAYS.items()
        if writing.address_for(resident, channel)
    }
    open_ways = [name for name, permission in permissions.items() if permission.ever]
    if request.method != "POST" and not open_ways:
        messages.error(request, _why_nobody_writes(resident))
        return redirect(case)
    waits = _waits(permissions.values())
    return act(
        request,
        WriteForm(request.POST or None, open_ways=open_ways),
        lambda answers: writing.write_one(case=case, by=request.user, **answers),
        said=lambda written: _says(written, waits),
        heading="Write to them",
        button="Write it",
        before=f"{reaching.instruction(resident)}{waits}",
        follows=FOLLOWS_WRITING,
        **of_case(code) | {"to": _leads_to},
    )


@handler
@only_read
def case_letter(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """A letter of a case, to print. Whether it may be posted is asked whenever it is shown."""
    case = get_case_with_person_for(request.user, code, what="write")
    context = {
        "case": case,
        "letter": get_object_or_404(case.written.filter(way="post"), pk=pk),
        "reach": reaching.of(case.resident, inside=False),
    }
    return render(request, "desk/case_letter.html", context)
