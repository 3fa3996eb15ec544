"""Staff pages: lists of pledges, looked at before they are carried out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Person, Role
from commonweal.accounts.revisions import in_pieces
from commonweal.bringing import holding
from commonweal.bringing.forms import AnswersForm, RemovalForm
from commonweal.bringing.models import HeldFile
from commonweal.bringing.pages import columns_page
from commonweal.bringing.reading import understand
from commonweal.bringing.refusals import refused_csv
from commonweal.bringing.remembering import known_again, remember_answers
from commonweal.office.errors import Refused
from commonweal.partners.models import Sector

from . import carrying, importing, jobs
from .forms import ImportForm
from .layout import layout_named, layouts
from .meanings import MEANINGS, OF_REGISTERS
from .models import Measure

PLACE = "pledges"
STALE = (
    "The register has changed since you looked, or an answer has. This is what would happen now: "
    "look again."
)
LISTED = 50


@staff(Role.CHARTER_MANAGER)
@in_pieces
def import_file(request: SignedInRequest) -> HttpResponse:
    """Choose a file. Nothing is written before its preview was seen."""
    choices = [(layout.name, layout.title) for layout in _own_first()]
    form = ImportForm(request.POST or None, request.FILES or None, layouts=choices)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_hold(request, form.cleaned_data))
        except Refused as refused:
            form.add_error("file", str(refused))
    return render(request, "pledges/desk_import.html", {"form": form})


def _own_first() -> list[Any]:
    return sorted(layouts(), key=lambda layout: not layout.checked)


def _hold(request: HttpRequest, said: dict[str, Any]) -> str:
    """Hold a file, and where to go with it: to its preview, or to its columns where nothing says
    what they mean.

    Raises
    ------
    Refused
        It can't be read, or shows a day that can't be.
    """
    assert isinstance(request.user, Person)
    held = holding.hold(
        said["file"],
        place=PLACE,
        by=request.user,
        layout=said["layout"],
        sender=_sender(said),
        as_at=said["as_at"] or timezone.localdate(),
    )
    try:
        return _onward(held)
    except Refused:
        holding.let_go(held)
        raise


def _sender(said: dict[str, Any]) -> str:
    """Whose columns these are: a register's own, else whoever keeps the list."""
    layout = layout_named(said["layout"])
    return str(said["sender"]) if layout.checked else layout.source


def _onward(held: HeldFile) -> str:
    content = holding.content_of(held)
    if told := known_again(held, content):
        choice, held.answers = told
        held.choice = choice.kept()
        held.save(update_fields=["choice", "answers"])
    try:
        importing.plan_held(held)
    except importing.LacksColumns:
        # Read it once, so that what can't be read is refused here.
        understand(content, held.file_name, meanings=MEANINGS)
        return reverse("desk-import-columns", args=[held.code])
    return reverse("desk-import-held", args=[held.code])


def _held(code: Any) -> HeldFile | None:
    return HeldFile.objects.filter(place=PLACE, code=code).first()


def _not_held(request: HttpRequest) -> HttpResponse:
    messages.error(request, holding.NOT_HELD)
    return redirect("desk-imports")


@staff(Role.CHARTER_MANAGER)
@in_pieces
def import_columns(request: SignedInRequest, code: Any) -> HttpResponse:
    """Say what the columns of a held file mean."""
    held = _held(code)
    if held is None:
        return _not_held(request)
    layout = layout_named(held.layout)
    menu = {code: Measure(code=code, **terms) for code, terms in layout.measures.items()}
    if layout.checked:
        menu = {measure.code: measure for measure in Measure.objects.filter(on_menu=True)}
    measures = [(m.code, f"{m.name} ({m.unit})" if m.unit else m.name) for m in menu.values()]
    sectors = [(value, str(label)) for value, label in Sector.choices]
    try:
        return columns_page(
            request,
            held,
            meanings=MEANINGS if layout.checked else OF_REGISTERS,
            fixed={
                "measure": ("What all of them count", measures),
                "sector": ("The sector that all of them are of", sectors),
            },
            onward=reverse("desk-import-held", args=[held.code]),
            back=(reverse("desk-import"), "Choose another file"),
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("desk-import")


@staff(Role.CHARTER_MANAGER)
@in_pieces
def import_held(request: SignedInRequest, code: Any) -> HttpResponse:
    """The preview of a held file: what would happen, what is asked, and carrying it out."""
    held = _held(code)
    if held is None:
        return _not_held(request)
    if request.POST.get("do") == "away":
        holding.let_go(held)
        messages.success(request, "The file is thrown away. Nothing of it was brought in.")
        return redirect("desk-import")
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
        return redirect("desk-import-columns", held.code)
    return redirect("desk-import")


def _answered(request: HttpRequest, held: HeldFile, plan: importing.Plan) -> HttpResponse:
    """Take what was answered; carry out what was looked at, where it is still that."""
    answers = AnswersForm(request.POST, questions=plan.questions)
    carry = RemovalForm(request.POST, unlisted=len(plan.unlisted), of=plan.listed_count)
    if not (answers.is_valid() and carry.is_valid()):
        return _preview(request, held, plan, answers, carry)
    held.answers |= answers.answers()
    held.removes = carry.to_remove()
    held.save(update_fields=["answers", "removes"])
    if plan.signature:
        remember_answers(held, plan.signature)
    try:
        plan = importing.plan_held(held)
        if request.POST.get("do") != "carry":
            return redirect("desk-import-held", held.code)
        if plan.fingerprint != request.POST.get("seen"):
            messages.error(request, STALE)
            return _preview(request, held, plan, None, carry)
        return _carry_out(request, plan)
    except Refused as refused:
        held.removes = None
        held.save(update_fields=["removes"])
        carry.add_error(None, str(refused))
        return _preview(request, held, importing.plan_held(held), answers, carry)


def _carry_out(request: HttpRequest, plan: importing.Plan) -> HttpResponse:
    if plan.does_nothing:
        raise Refused("Nothing would be done, so nothing was.")
    plan.must_be_answered()
    assert isinstance(request.user, Person)
    if plan.is_long:
        _ask_for(plan, request)
        return redirect("desk-imports")
    run = carrying.carry_out(plan, by=request.user)
    messages.success(request, "The file is brought in.")
    return redirect("desk-import-run", run.pk)


def _ask_for(plan: importing.Plan, request: HttpRequest) -> None:
    assert isinstance(request.user, Person)
    with transaction.atomic():
        asked_import = carrying.ask_for(plan, by=request.user)
        if asked_import.held is None:
            asked_import.held = plan.held
            asked_import.save(update_fields=["held"])
        jobs.import_asked.enqueue(asked_import.pk)
    messages.success(
        request,
        "The file is being read in. Its pledges come into the register all at once, when all of "
        "them are ready.",
    )


def _preview(
    request: HttpRequest,
    held: HeldFile,
    plan: importing.Plan,
    answers: AnswersForm | None = None,
    carry: RemovalForm | None = None,
) -> HttpResponse:
    context = {
        "held": held,
        "preview": plan,
        "answers": answers or AnswersForm(questions=plan.questions),
        "carry": carry or RemovalForm(unlisted=len(plan.unlisted), of=plan.listed_count),
        "listed": LISTED,
        "may_map": plan.layout.asks,
    }
    return render(request, "pledges/desk_import_held.html", context)


@staff(Role.CHARTER_MANAGER)
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
