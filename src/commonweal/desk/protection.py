"""Pages of the data protection officer and of whoever confirms: subject access and erasing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from commonweal.accounts.access import SignedInRequest, roles_of, staff
from commonweal.accounts.models import Role
from commonweal.cases import access, forgetting
from commonweal.cases import subject as giving
from commonweal.cases.models import AccessEntry, Case, Retention, RetentionRun, SubjectAccess
from commonweal.design.every_answer import only_read
from commonweal.office.acting import act
from commonweal.office.errors import Refused
from commonweal.residents import belongings, erasing, references
from commonweal.residents.models import Erasure, Resident

from .forms.cases import BecauseForm
from .forms.protection import ReferenceForm, StrikeForm

OFFICER, MANAGER = Role.DATA_PROTECTION_OFFICER, Role.DESK_MANAGER


# --- Who asks what is held ------------------------------------------------------------------------


def _resident_by(code: str) -> Resident | None:
    """By the reference of a person or of a case, in any spelling; the record that stands for
    them."""
    resident = references.get_one(Resident.objects.all(), code)
    if resident is None:
        case = references.get_one(Case.objects.select_related("resident"), code)
        resident = case.resident if case else None
    return belongings.standing_record(resident) if resident else None


@staff(OFFICER, people=True)
def subject(request: SignedInRequest) -> HttpResponse:
    """Find somebody by reference: to review what is held, or to ask that it be erased."""
    form = ReferenceForm(request.POST or None)
    resident = None
    if request.method == "POST" and form.is_valid():
        resident = _resident_by(form.cleaned_data["code"])
        if resident is None:
            form.add_error("code", "There is no such reference.")
        elif request.POST.get("verb") == "prepare":
            return _prepare(request, resident)
    context = {
        "form": form,
        "resident": resident,
        "earlier": resident.accesses.all() if resident else [],
        "why_not": erasing.why_not(resident) if resident else "",
        "rules": Retention.objects.all(),
        "waiting": SubjectAccess.objects.filter(given_at=None).exclude(prepared_at=None),
    }
    return render(request, "desk/subject.html", context)


def _prepare(request: SignedInRequest, resident: Resident) -> HttpResponse:
    try:
        copy = giving.prepare(resident=resident, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("desk-subject")
    return redirect("subject-review", copy.code)


@staff(OFFICER, people=True)
def review(request: SignedInRequest, code: str) -> HttpResponse:
    """Every entry, to read before it goes out. That it is read is a reading, too."""
    copy = get_object_or_404(SubjectAccess.objects.select_related("resident"), code=code)
    if request.method == "POST":
        return _on_review(request, copy)
    access.note_read(request.user, copy.resident, what="access", link="officer")
    context = {
        "access": copy,
        "resident": copy.resident,
        "entries": giving.to_review(copy),
        "seen": giving.fingerprint(copy),
        "others": giving.others_than(request.user),
        "is_mine": copy.prepared_by_id == request.user.pk,
    }
    return render(request, "desk/subject_review.html", context)


def _on_review(request: SignedInRequest, copy: SubjectAccess) -> HttpResponse:
    try:
        match request.POST.get("verb"):
            case "give":
                archive = giving.give(
                    access=copy, seen=request.POST.get("seen", ""), by=request.user
                )
                return _archive(copy, archive)
            case "again":
                if copy.given_at is None:
                    raise Http404
                return _archive(copy, giving.pack(copy))
            case "prepare":
                giving.prepare(resident=copy.resident, by=request.user)
                messages.success(request, "Prepared again. What was struck out stays so.")
            case "drop":
                giving.drop(access=copy, by=request.user)
                messages.success(request, "Dropped. Nothing was given out.")
                return redirect("desk-subject")
            case _:
                raise Http404
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("subject-review", copy.code)


def _archive(copy: SubjectAccess, archive: bytes) -> HttpResponse:
    response = HttpResponse(archive, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="access-{copy.resident.code}.zip"'
    return response


@staff(OFFICER, people=True)
def strike(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """One entry: what is left out of it, and why."""
    entry = get_object_or_404(
        AccessEntry.objects.select_related("access__resident"), pk=pk, access__code=code
    )
    [shown] = giving.to_review(entry.access, [entry])
    access.note_read(request.user, entry.access.resident, what="access", link="officer")
    others = [passage for passage in shown.passages if passage not in shown.marked]
    initial = {
        "marked": shown.passages,
        "others": "\n".join(others),
        "whole": entry.is_struck,
        "because": entry.struck_because,
    }
    form = StrikeForm(request.POST or None, shown=shown, initial=initial)
    address = reverse("subject-review", args=[code])

    def do(answers: dict[str, Any]) -> None:
        giving.strike(
            entry=entry,
            entirely=answers["whole"],
            passages=form.passages,
            because=answers["because"],
            by=request.user,
        )

    return act(
        request,
        form,
        do,
        said="Kept.",
        to=f"{address}#entry-{entry.order}",
        back=(address, "Back to the record"),
        heading="What is left out of this entry?",
        button="Keep it",
        template="desk/subject_strike.html",
        shown=shown,
    )


# --- Erasing --------------------------------------------------------------------------------------


@staff(OFFICER, MANAGER)
@only_read
def erasures(request: SignedInRequest) -> HttpResponse:
    """What waits for a second person; runs of the nightly job that stopped."""
    context = {
        "waiting": Erasure.objects.filter(state="asked").select_related("resident", "asked_by"),
        "stopped": RetentionRun.objects.filter(state="stopped").select_related("first_by"),
        "ended": Erasure.objects.exclude(state="asked").select_related("resident", "ended_by")[:20],
        "runs": RetentionRun.objects.exclude(state="stopped")[:10],
        "rules": Retention.objects.all(),
        "is_officer": OFFICER in roles_of(request.user),
    }
    return render(request, "desk/erasures.html", context)


@staff(OFFICER, people=True)
def erasure_ask(request: SignedInRequest, code: str) -> HttpResponse:
    """What goes and what stays; then a reason. Nothing is erased here."""
    resident = get_object_or_404(Resident, code=code)
    back = reverse("desk-subject")
    return act(
        request,
        BecauseForm(request.POST or None),
        lambda answers: erasing.ask(resident=resident, by=request.user, **answers),
        said="Asked. Nothing goes before a second person has looked.",
        to=reverse("erasures"),
        back=(back, "Subject access"),
        heading=f"Erase the record {resident.code}?",
        button="Ask a second person to erase it",
        template="desk/erasure.html",
        danger=True,
        resident=resident,
        going=erasing.what_goes(resident),
        why_not=erasing.why_not(resident),
    )


@staff(OFFICER, MANAGER)
def erasure(request: SignedInRequest, code: str) -> HttpResponse:
    """For the second person: what goes, what stays; erase it, or say why not."""
    waiting = get_object_or_404(
        Erasure.objects.select_related("resident", "asked_by", "ended_by"), code=code
    )
    # The reason speaks of a person: that it is read is a reading.
    access.note_read(request.user, waiting.resident, what="erasure", link="officer")
    going = erasing.what_goes(waiting.resident)
    form = BecauseForm(request.POST if request.POST.get("verb") == "drop" else None)
    if request.method == "POST":
        try:
            if request.POST.get("verb") == "confirm":
                erasing.confirm(erasure=waiting, seen=request.POST.get("seen", ""), by=request.user)
                messages.success(request, "Erased. What was counted stays counted.")
                return redirect("erasures")
            if form.is_valid():
                erasing.drop(erasure=waiting, by=request.user, **form.cleaned_data)
                messages.success(request, "Nothing was erased.")
                return redirect("erasures")
        except Refused as refused:
            messages.error(request, str(refused))
    context = {
        "asked": waiting,
        "resident": waiting.resident,
        "going": going,
        "form": form,
        "seen": erasing.fingerprint(going),
        "is_mine": waiting.asked_by_id == request.user.pk,
        "why_not": erasing.why_not(waiting.resident) if waiting.state == "asked" else "",
    }
    return render(request, "desk/erasure_confirm.html", context)


@staff(OFFICER, MANAGER)
def run(request: SignedInRequest, code: str) -> HttpResponse:
    """A run of the nightly job: what it erased; or what it would have, and why it stopped."""
    night = get_object_or_404(RetentionRun.objects.select_related("first_by"), code=code)
    if request.method == "POST":
        return _on_run(request, night)
    months = forgetting.by_month(night) if night.state == "stopped" else []
    context = {
        "run": night,
        "counts": [(forgetting.names()[name], count) for name, count in night.counts.items()],
        "months": months,
        "seen": forgetting.shown(night.counts),
        "is_mine": night.first_by_id == request.user.pk,
    }
    return render(request, "desk/retention_run.html", context)


def _on_run(request: SignedInRequest, night: RetentionRun) -> HttpResponse:
    try:
        if request.POST.get("verb") == "drop":
            forgetting.drop(run=night, by=request.user)
            messages.success(request, "Nothing was erased.")
        else:
            done = forgetting.look(run=night, seen=request.POST.get("seen", ""), by=request.user)
            messages.success(
                request,
                "Kept. It takes one more person." if done.state == "stopped" else "Erased.",
            )
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("retention-run", night.code)
