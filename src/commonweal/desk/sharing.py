"""Sharing out, handing many over, giving back, and taking each of them back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Person, Role
from commonweal.cases import working
from commonweal.cases.models import CaseMove
from commonweal.design.words import many
from commonweal.office.errors import Refused

from .forms.fields import handlers
from .forms.sharing import GiveBackForm, HandManyForm, ShareForm
from .handling import handler, is_manager
from .queue import back_to_queue

MOVES_SHOWN = 10
SHARED_MEANWHILE = (
    "It is not any more as you saw it: others took or shared cases, or began or ended a shift. "
    "Look at what would happen now."
)
NOT_SEEN = "Your page did not say what you had seen. Look at what would happen, then share."


@staff(Role.DESK_MANAGER)
def share(request: SignedInRequest) -> HttpResponse:
    """What would be shared out to whom; on a second press, done."""
    people = working.on_shift()
    form = ShareForm(request.POST or None, people=people)
    planned = None
    if request.method == "POST" and form.is_valid():
        try:
            planned = working.plan_share(part=form.part, caps=form.caps)
            # Somebody shared, took or began a shift since the page was made: it is looked at again.
            gives_any = any(planned.gives.values())
            is_stale = gives_any and request.POST.get("seen") != planned.in_short
            if request.POST.get("verb") == "share" and is_stale:
                form.add_error(None, SHARED_MEANWHILE if "seen" in request.POST else NOT_SEEN)
            elif request.POST.get("verb") == "share":
                stroke = working.share_out(part=form.part, caps=form.caps, by=request.user)
                count = many(stroke.cases.count(), "case")
                messages.success(request, f"Shared out: {count}. You can take it back below.")
                return redirect("desk-share")
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {
        "form": form,
        "planned": planned,
        "people": people,
        "moves": CaseMove.objects.select_related("made_by", "undone_by")[:MOVES_SHOWN],
    }
    return render(request, "desk/share.html", context)


@handler
def move_back(request: SignedInRequest, code: str) -> HttpResponse:
    """Take a move back, after a look at how many cases go and how many stay."""
    stroke = get_object_or_404(CaseMove, code=code)
    if stroke.made_by_id != request.user.pk and not is_manager(request):
        raise PermissionDenied
    goes, moved = working.can_go_back(stroke).count(), stroke.cases.count()
    if request.method == "POST":
        try:
            count = working.take_back(stroke=stroke, by=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"Taken back: {many(count, 'case')}.")
        return redirect("desk-share" if is_manager(request) else "desk-help")
    context = {"stroke": stroke, "goes": goes, "stays": moved - goes}
    return render(request, "desk/move_back.html", context)


@staff(Role.DESK_MANAGER)
@require_POST
def hand_many(request: SignedInRequest) -> HttpResponse:
    """The ticked rows of the queue go to one colleague."""
    form = HandManyForm(request.POST)
    if not form.is_valid():
        for faults in form.errors.values():
            messages.error(request, str(faults[0]))
        return back_to_queue(request)
    try:
        stroke = working.hand_many(
            codes=request.POST.getlist("case"), by=request.user, **form.cleaned_data
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        to = form.cleaned_data["to"].name
        messages.success(request, f"Handed to {to}: {many(stroke.cases.count(), 'case')}.")
    return back_to_queue(request)


@handler
def give_back(request: SignedInRequest, person: str) -> HttpResponse:
    """One's own cases, or for a manager a colleague's, go back to the desk; after a look at how
    many these are. Where it is another number by then, it is looked at again."""
    colleague = get_object_or_404(handlers(), code=person)
    if colleague != request.user and not is_manager(request):
        raise PermissionDenied
    address = reverse("desk-team" if is_manager(request) else "desk-help")
    form, count = GiveBackForm(request.POST or None), 0
    if request.method == "POST" and form.is_valid():
        untouched = form.cleaned_data["which"] == "untouched"
        count = working.held_by(colleague, untouched=untouched).count()
        try:
            if not count or request.POST.get("seen") == str(count):
                stroke = working.give_back(person=colleague, untouched=untouched, by=request.user)
                moved = many(stroke.cases.count(), "case")
                messages.success(request, f"Given back to the desk: {moved}.")
                return redirect(address)
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {
        "form": form,
        "count": count,
        "colleague": colleague,
        "address": address,
        "before": _counted(colleague),
    }
    return render(request, "desk/give_back.html", context)


def _counted(colleague: Person) -> str:
    """What there is to give back, in a sentence."""
    held = working.held_by(colleague, untouched=False).count()
    untouched = working.held_by(colleague, untouched=True).count()
    return (
        f"{colleague.name}: {many(held, 'open case')}, of which {untouched} without a first "
        "contact. Each is nobody's then, stands in the queue, and can be shared out. It can be "
        "taken back."
    )
