"""The programme lead's pages: files of actions, looked at before they are carried out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.revisions import in_pieces
from commonweal.bringing import holding
from commonweal.bringing.forms import AnswersForm
from commonweal.bringing.models import HeldFile
from commonweal.bringing.pages import columns_page
from commonweal.bringing.reading import understand
from commonweal.bringing.refusals import refused_csv
from commonweal.bringing.remembering import known_again, remember_answers
from commonweal.office.errors import Refused

from . import importing
from .desk import LEAD, author_of
from .import_forms import ImportForm, StopUnlistedForm
from .models import Metric, Pillar

PLACE = "programme"
STALE = (
    "The programme has changed since you looked, or an answer has. This is what would happen now: "
    "look again."
)
LISTED = 50


@staff(LEAD)
@in_pieces
def import_file(request: SignedInRequest) -> HttpResponse:
    """Choose a file. Nothing is written before its preview was seen."""
    initial = {"as_at": timezone.localdate()}
    form = ImportForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_hold(request, form.cleaned_data))
        except Refused as refused:
            form.add_error("file", str(refused))
    return render(request, "programme/desk_import.html", {"form": form})


def _hold(request: SignedInRequest, said: dict[str, Any]) -> str:
    """Hold a file, and where to go with it: to its preview, or to its columns where nothing says
    what they mean.

    Raises
    ------
    Refused
        It can't be read, or shows a day that can't be.
    """
    held = holding.hold(
        said["file"],
        place=PLACE,
        by=request.user,
        layout=importing.OWN,
        sender=said["source"],
        as_at=said["as_at"],
    )
    try:
        return _onward(held)
    except Refused:
        holding.let_go(held)
        raise


def _onward(held: HeldFile) -> str:
    content = holding.content_of(held)
    if not _is_table(held):
        importing.plan_held(held)
    elif told := known_again(held, content):
        choice, held.answers = told
        held.choice = choice.kept()
        held.save(update_fields=["choice", "answers"])
        importing.plan_held(held)
    else:
        try:
            importing.plan_held(held)
        except importing.LacksColumns:
            # Read it once, so that what can't be read is refused here.
            understand(content, held.file_name, meanings=importing.MEANINGS)
            return reverse("programme-import-columns", args=[held.code])
    return reverse("programme-import-held", args=[held.code])


def _is_table(held: HeldFile) -> bool:
    return not held.file_name.lower().endswith(".json")


def _held(code: Any) -> HeldFile | None:
    return HeldFile.objects.filter(place=PLACE, code=code).first()


def _not_held(request: HttpRequest) -> HttpResponse:
    messages.error(request, holding.NOT_HELD)
    return redirect("programme-imports")


@staff(LEAD)
@in_pieces
def import_columns(request: SignedInRequest, code: Any) -> HttpResponse:
    """Say what the columns of a held file mean."""
    held = _held(code)
    if held is None or not _is_table(held):
        return _not_held(request)
    pillars = [(pillar.code, pillar.name) for pillar in Pillar.objects.all()]
    metrics = [(metric.code, metric.name) for metric in Metric.objects.all()]
    try:
        return columns_page(
            request,
            held,
            meanings=importing.MEANINGS,
            fixed={
                "pillars": ("The pillar that all of them serve", pillars),
                "measure": ("How one will know, of all of them", metrics),
            },
            onward=reverse("programme-import-held", args=[held.code]),
            back=(reverse("programme-import"), "Choose another file"),
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("programme-import")


@staff(LEAD)
@in_pieces
def import_held(request: SignedInRequest, code: Any) -> HttpResponse:
    """The preview of a held file: what would happen, what is asked, and carrying it out."""
    held = _held(code)
    if held is None:
        return _not_held(request)
    if request.POST.get("do") == "away":
        holding.let_go(held)
        messages.success(request, "The file is thrown away. Nothing of it was brought in.")
        return redirect("programme-import")
    try:
        plan = importing.plan_held(held)
        if request.method == "POST":
            return _answered(request, held, plan)
    except Refused as refused:
        return _refused(request, held, refused)
    return _preview(request, held, plan)


def _refused(request: HttpRequest, held: HeldFile, refused: Refused) -> HttpResponse:
    """Say why, on the page of columns where those can mend it, else where files are chosen."""
    messages.error(request, str(refused))
    if held.choice:
        return redirect("programme-import-columns", held.code)
    return redirect("programme-import")


def _answered(request: SignedInRequest, held: HeldFile, plan: importing.Plan) -> HttpResponse:
    """Take what was answered; carry out what was looked at, where it is still that."""
    answers = AnswersForm(request.POST, questions=plan.questions)
    carry = StopUnlistedForm(request.POST, unlisted=len(plan.unlisted), of=plan.listed_count)
    if not (answers.is_valid() and carry.is_valid()):
        return _preview(request, held, plan, answers, carry)
    held.answers |= answers.answers()
    held.answers.pop(importing.STOPPED_BY, None)
    if plan.signature:
        remember_answers(held, plan.signature)
    _keep_removal(held, carry)
    try:
        plan = importing.plan_held(held)
        if request.POST.get("do") != "carry":
            return redirect("programme-import-held", held.code)
        if plan.fingerprint != request.POST.get("seen"):
            messages.error(request, STALE)
            return _preview(request, held, plan, None, carry)
        run = importing.carry_out(plan, author=author_of(request))
    except Refused as refused:
        held.removes = None
        held.save(update_fields=["removes"])
        carry.add_error(None, str(refused))
        return _preview(request, held, importing.plan_held(held), answers, carry)
    messages.success(request, "The file is brought in.")
    return redirect("programme-import-run", run.pk)


def _keep_removal(held: HeldFile, carry: StopUnlistedForm) -> None:
    """Keep what was said of actions no longer listed: of this file alone."""
    if code := carry.decision_code():
        held.answers |= {importing.STOPPED_BY: code}
    held.removes = carry.to_remove()
    held.save(update_fields=["answers", "removes"])


def _preview(
    request: HttpRequest,
    held: HeldFile,
    plan: importing.Plan,
    answers: AnswersForm | None = None,
    carry: StopUnlistedForm | None = None,
) -> HttpResponse:
    context = {
        "held": held,
        "preview": plan,
        "answers": answers or AnswersForm(questions=plan.questions),
        "carry": carry or StopUnlistedForm(unlisted=len(plan.unlisted), of=plan.listed_count),
        "listed": LISTED,
        "may_map": _is_table(held),
    }
    return render(request, "programme/desk_import_held.html", context)


@staff(LEAD)
def import_held_refused(request: SignedInRequest, code: Any) -> HttpResponse:
    """The refused rows of a held file with their reasons, to be corrected and chosen again."""
    held = _held(code)
    if held is None:
        return _not_held(request)
    try:
        plan = importing.plan_held(held)
    except Refused as refused:
        return _refused(request, held, refused)
    rows = [(number, because, plan.cells.get(number, [])) for number, because in plan.rejected]
    return refused_csv(plan.header, rows, name="refused.csv")
