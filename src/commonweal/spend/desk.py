"""The analyst's desk: files of payments, payees to review, the sample, runs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.acting import act
from commonweal.accounts.actions import Refused
from commonweal.accounts.models import Role
from commonweal.accounts.record import record
from commonweal.accounts.revisions import in_pieces
from commonweal.design.csvs import csv_lines

from . import contracts, files, importing, jobs, payees, preparing, reads, surveying
from .forms import (
    AnchorForm,
    BecauseForm,
    ContractsForm,
    DecideForm,
    SayForm,
    SurveyForm,
    TakeForm,
    UploadForm,
)
from .models import Anchor, Check, Decided, Drawing, Payee, Release, Run, Survey, Verdict
from .views import columns_of

ANALYST = Role.ANALYST
# Larger files are read by a job, so that the page does not keep anybody waiting.
READ_AT_ONCE = 4 * 1024 * 1024


def page(heading: str, button: str, **context: Any) -> dict[str, Any]:
    desk = reverse("desk-spend")
    return {
        "heading": heading,
        "button": button,
        "back": (desk, "Spend desk"),
        "to": desk,
    } | context


def start_run(request: SignedInRequest) -> None:
    run = preparing.ask_for(request.user)
    jobs.carry_out.enqueue(run.pk)


@staff(ANALYST)
def day(request: SignedInRequest) -> HttpResponse:
    """Everything that waits for the analyst, on one page."""
    queue = payees.queue()
    context = {
        "prepared": reads.current(),
        "is_stale": _is_stale(),
        "run": Run.objects.first(),
        "waiting": Release.objects.exclude(state__in=["taken", "undone"]).select_related(
            "anchor__partner"
        ),
        "taken": Release.objects.taken().select_related("anchor__partner")[:20],
        "taken_count": Release.objects.taken().count(),
        "anchors": Anchor.objects.select_related("partner"),
        "queue": queue[:8],
        "queue_count": queue.count(),
        "queue_money": payees.total_of(queue),
        "all_money": payees.total_of(Payee.objects.paid()),
        "precision": payees.precision(),
        "left": Check.objects.filter(drawing=Drawing.objects.first(), is_right=None).count(),
        "register": files.register(),
        "has_places": files.folder("postcodes.parquet").exists(),
    }
    return render(request, "spend/desk_day.html", context)


def _is_stale() -> bool:
    """Whether something has changed since the figures were worked out."""
    prepared = reads.current()
    return (prepared.version if prepared else "") != (
        preparing.state() if Release.objects.taken().exists() else ""
    )


@staff(ANALYST)
def anchor_add(request: SignedInRequest) -> HttpResponse:
    def do(answers: dict[str, Any]) -> None:
        anchor = Anchor.objects.create(partner=answers["partner"], ids=answers["ids"])
        record("anchor named", about=anchor.partner, by=request.user, as_role=ANALYST)

    return act(
        request,
        AnchorForm(request.POST or None),
        do,
        said="It is an anchor now. Upload its payments.",
        **page(
            "Name an anchor",
            "Name it",
            before="An anchor is a partner whose payments are "
            "analysed: the council, the hospital, the college, the housing association.",
        ),
    )


# --- Files of payments --------------------------------------------------------------------------


@staff(ANALYST)
@in_pieces
def upload(request: SignedInRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent: UploadedFile[Any] = form.cleaned_data["file"]
        try:
            release = importing.upload(
                anchor=form.cleaned_data["anchor"],
                route=form.cleaned_data["route"],
                content=sent.read(),
                name=sent.name or "payments.csv",
                by=request.user,
                source_url=form.cleaned_data["source_url"],
            )
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            if release.size_bytes <= READ_AT_ONCE:
                importing.read(release)
            else:
                start_run(request)
            return redirect("desk-release", release.code)
    context = page("Upload payments", "Read it") | {
        "form": form,
        "multipart": True,
        "before": "Nothing counts before you have seen what came of every line.",
    }
    return render(request, "design/act.html", context)


def _get(code: str) -> Release:
    return get_object_or_404(Release.objects.select_related("anchor__partner"), code=code)


@staff(ANALYST)
def release(request: SignedInRequest, code: str) -> HttpResponse:
    """What came of a file: lines, money, mapping with three payments, what was left out."""
    release = _get(code)
    may_replace = importing.may_replace(release)
    context = {
        "release": release,
        "columns": columns_of(release),
        "sample": importing.sample_of(release),
        "left_out": importing.left_out(release, 40),
        "may_replace": may_replace if release.state == "read" else [],
        "take_form": TakeForm(may_replace),
    }
    return render(request, "spend/desk_release.html", context)


@staff(ANALYST)
@in_pieces
def say(request: SignedInRequest, code: str) -> HttpResponse:
    release = _get(code)
    address = reverse("desk-release", args=[code])
    usual = {name: release.said.get(name) for name in ("order", "repeats")}
    form = SayForm(release, request.POST or None, initial=usual)

    def do(answers: dict[str, Any]) -> None:
        period = (answers["first"], answers["last"]) if answers["first"] else None
        importing.say(
            release=release,
            columns=form.columns(),
            order=answers["order"],
            period=period,
            repeats=answers["repeats"],
            by=request.user,
        )

    return act(
        request,
        form,
        do,
        said="Read again. The publisher's next file is read in the same way.",
        **page(
            "Say how the file is to be read",
            "Read it again",
            to=address,
            back=(address, release.file_name),
        ),
    )


@staff(ANALYST)
@require_POST
@in_pieces
def take(request: SignedInRequest, code: str) -> HttpResponse:
    release = _get(code)
    form = TakeForm(importing.may_replace(release), request.POST)
    chosen = request.POST.get("replaces", "none")
    old = next(
        (earlier for earlier in importing.may_replace(release) if earlier.code == chosen), None
    )
    if not form.is_valid():
        messages.error(request, "Say whether it replaces a file that counts already.")
        return redirect("desk-release", code)
    try:
        importing.take(release=release, by=request.user, replaces=old)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("desk-release", code)
    start_run(request)
    messages.success(request, "Taken. The figures are being worked out anew.")
    return redirect("desk-spend")


@staff(ANALYST)
def undo(request: SignedInRequest, code: str) -> HttpResponse:
    release = _get(code)
    address = reverse("desk-release", args=[code])

    def do(answers: dict[str, Any]) -> None:
        importing.undo(release=release, by=request.user, **answers)
        start_run(request)

    return act(
        request,
        BecauseForm(request.POST or None),
        do,
        said="Undone. It counts no more; it stays in the list, with your reason.",
        **page(
            "Undo a release",
            "Undo it",
            back=(address, release.file_name),
            danger=True,
            before=f"{release.file_name}: its {release.accepted:,} payments will count no more.",
        ),
    )


@staff(ANALYST)
@require_POST
def throw_away(request: SignedInRequest, code: str) -> HttpResponse:
    try:
        importing.throw_away(release=_get(code), by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Thrown away. Nothing of it is kept.")
    return redirect("desk-spend")


# --- Payees -------------------------------------------------------------------------------------


@staff(ANALYST)
def review(request: SignedInRequest) -> HttpResponse:
    """Payees to look at, most money first."""
    search = request.GET.get("q", "").strip()[:100]
    queue = payees.queue()
    if search:
        queue = queue.filter(name__icontains=search)
    context = {
        "page": Paginator(queue, 50).get_page(request.GET.get("page")),
        "words": search,
        "money": payees.total_of(queue),
        "all_money": payees.total_of(Payee.objects.paid()),
    }
    return render(request, "spend/desk_review.html", context)


@staff(ANALYST)
def decide(request: SignedInRequest, code: str) -> HttpResponse:
    payee = get_object_or_404(Payee, code=code)
    candidates = payees.candidates(payee)
    hints = [(candidate.entry, candidate.name, _hint(candidate)) for candidate in candidates]
    # Nothing is chosen beforehand where the matcher was not sure: people would just agree.
    usual = {"answer": payee.entry}
    form = DecideForm(hints, request.POST or None, initial=usual)

    def do(answers: dict[str, Any]) -> None:
        answer = answers["answer"]
        verdict = answer if answer in (Verdict.NONE, Verdict.PERSON) else Verdict.ENTRY
        payees.decide(
            payee=payee,
            verdict=verdict,
            because=answers["because"],
            by=request.user,
            role=ANALYST.label,
            entry=answers["entry"] if answer == "other" else answer,
        )

    back = reverse("spend-review")
    return act(
        request,
        form,
        do,
        template="spend/desk_decide.html",
        said="Decided, for every anchor that pays it. Bring the figures up to date when you are "
        "through.",
        payee=payee,
        anchors=_who_pays(payee),
        **page("What is this payee?", "Decide", to=back, back=(back, "Payees to review")),
    )


def _hint(candidate: payees.Candidate) -> str:
    parts = [candidate.entry, candidate.kind, candidate.postcode]
    if candidate.begun:
        parts.append(f"since {candidate.begun:%Y}")
    if candidate.ended:
        parts.append(f"ended {candidate.ended:%B %Y}")
    elif candidate.status and candidate.status != "active":
        parts.append(candidate.status)
    parts.append(f"{candidate.probability:.0%} by the matcher")
    return ", ".join(part for part in parts if part)


def _who_pays(payee: Payee) -> list[dict[str, Any]]:
    prepared = reads.current()
    if prepared is None:
        return []
    rows = files.ask(
        prepared.version,
        """select anchor, sum(lines)::bigint as lines, sum(amount) as amount,
            coalesce(arg_max(category, lines), '') as category from sums where name = ?
        group by anchor order by amount desc""",
        payee.code,
    )
    names = reads.anchor_names()
    return [row | {"name": names.get(row["anchor"], row["anchor"])} for row in rows]


@staff(ANALYST)
def decided(request: SignedInRequest) -> HttpResponse:
    decisions = Decided.objects.select_related("payee", "decided_by")
    page_ = Paginator(decisions, 50).get_page(request.GET.get("page"))
    return render(request, "spend/desk_decided.html", {"page": page_})


@staff(ANALYST)
def take_back(request: SignedInRequest, pk: int) -> HttpResponse:
    decision = get_object_or_404(Decided.objects.select_related("payee"), pk=pk)
    verdict = decision.register_name or decision.get_verdict_display()
    back = reverse("spend-decided")
    return act(
        request,
        BecauseForm(request.POST or None),
        lambda answers: payees.take_back(
            decided=decision, by=request.user, role=ANALYST.label, **answers
        ),
        said="Taken back. The matcher's answer holds again.",
        **page(
            "Take a decision back",
            "Take it back",
            to=back,
            back=(back, "Decisions"),
            before=f"{decision.payee.name}: {verdict}",
        ),
    )


# --- The sample ---------------------------------------------------------------------------------


@staff(ANALYST)
def sample(request: SignedInRequest) -> HttpResponse:
    """Check drawn matches, ten at a time; what is answered is kept."""
    drawing = Drawing.objects.first()
    if request.method == "POST" and drawing is not None:
        done = 0
        for check in drawing.checks.filter(is_right=None):
            answer = request.POST.get(f"check-{check.pk}")
            if answer in ("right", "wrong"):
                payees.check(check=check, is_right=answer == "right", by=request.user)
                done += 1
        if done:
            record("sample checked", about=drawing, by=request.user, as_role=ANALYST, count=done)
            messages.success(request, f"{done} kept.")
        return redirect("spend-sample")
    context = {
        "drawing": drawing,
        "checks": drawing.checks.filter(is_right=None).select_related("payee")[:10]
        if drawing
        else [],
        "left": drawing.checks.filter(is_right=None).count() if drawing else 0,
        "size": drawing.checks.count() if drawing else 0,
        "precision": payees.precision(),
    }
    return render(request, "spend/desk_sample.html", context)


@staff(ANALYST)
@require_POST
def draw(request: SignedInRequest) -> HttpResponse:
    try:
        payees.draw(by=request.user, role=ANALYST)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("spend-sample")


# --- Contracts ----------------------------------------------------------------------------------


@staff(ANALYST)
@in_pieces
def contracts_read(request: SignedInRequest) -> HttpResponse:
    form = ContractsForm(request.POST or None, request.FILES or None)

    def do(answers: dict[str, Any]) -> None:
        sent: UploadedFile[Any] = answers["file"]
        register = contracts.read(
            answers["anchor"], sent.read(), sent.name or "contracts.csv", answers["source_url"]
        )
        count = contracts.keep(anchor=answers["anchor"], register=register, by=request.user)
        messages.info(
            request,
            f"{count:,} contracts kept; lines left out: {len(register.left_out):,}"
            + "".join(f"; line {line}: {why}" for line, why in register.left_out[:5]),
        )
        start_run(request)

    return act(
        request,
        form,
        do,
        said="Read. The page of opportunities shows what ends when.",
        **page(
            "Read a register of contracts",
            "Read it",
            multipart=True,
            before="Local firms see which contracts end when, by what the anchors buy.",
        ),
    )


# --- The respend survey -------------------------------------------------------------------------


@staff(ANALYST)
def survey(request: SignedInRequest) -> HttpResponse:
    newest = Survey.objects.first()

    def do(answers: dict[str, Any]) -> None:
        surveying.open_survey(by=request.user, role=ANALYST, **answers)

    return act(
        request,
        SurveyForm(request.POST or None),
        do,
        template="spend/desk_survey.html",
        said="Open. Fetch the addresses and send each supplier its own.",
        newest=newest,
        state=surveying.state_of(newest),
        **page("Ask suppliers what they spend here again", "Open it", to=reverse("desk-survey")),
    )


@staff(ANALYST)
def survey_links(request: SignedInRequest, pk: int) -> HttpResponse:
    survey = get_object_or_404(Survey, pk=pk)
    text = "".join(csv_lines(surveying.LINK_COLUMNS, surveying.links(survey)))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="survey-links.csv"'
    return response


# --- Runs ---------------------------------------------------------------------------------------


@staff(ANALYST)
@require_POST
def run(request: SignedInRequest) -> HttpResponse:
    start_run(request)
    messages.success(request, "The figures are being brought up to date. This page shows how far.")
    return redirect("desk-spend")


@staff(ANALYST)
@require_POST
def stop(request: SignedInRequest) -> HttpResponse:
    run = Run.objects.filter(state__in=[Run.State.WAITING, Run.State.RUNNING]).first()
    if run is not None:
        preparing.stop(run)
        messages.success(request, "It stops after the part that it is at; what is done is kept.")
    return redirect("desk-spend")
