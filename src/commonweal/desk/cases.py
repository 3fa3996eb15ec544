"""The help desk: today's queue, taking calls, finding people, cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, roles_of, staff
from commonweal.accounts.acting import act
from commonweal.accounts.actions import Refused
from commonweal.accounts.models import Role
from commonweal.accounts.signing_in import kept_out
from commonweal.asks.models import Alarm
from commonweal.cases import (
    access,
    adding,
    enclosing,
    named,
    opening,
    owing,
    planning,
    referring,
    working,
)
from commonweal.cases.access import (
    HANDLERS,
    NeedsGlass,
    WroteHere,
    get_case_for,
    get_case_with_person_for,
)
from commonweal.cases.models import Callback, Case, Referral, Shift
from commonweal.cases.urgency import in_order, key_of_call, may_be_less
from commonweal.grants import actions as granting
from commonweal.residents import deaths, reaching
from commonweal.residents.models import Resident

from . import around, searching
from .forms.cases import (
    BecauseForm,
    CallForm,
    CloseForm,
    FileForm,
    GlassForm,
    HandOverForm,
    NoteForm,
    PlanCallForm,
    SearchForm,
    SettleForm,
    UrgencyForm,
)
from .forms.excuses import excuse_of
from .forms.referrals import ReferForm

PER_PAGE, DRAFTS_SHOWN = 50, 10
View = Callable[..., HttpResponse]


def handler(view: View) -> View:
    """For handlers and managers; a case without a link leads to the glass, one that is kept from
    who wrote in it to what they wrote. Words that they sent to it are added there, not lost."""

    @staff(*HANDLERS)
    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NeedsGlass as needs:
            return kept_out("desk-glass", needs.case.code)
        except WroteHere as wrote:
            if request.method == "POST" and request.POST.get("words", "").strip():
                adding.add_words(case=wrote.case, words=request.POST["words"], by=request.user)
                messages.success(request, "Added to what you wrote.")
            return redirect("case-kept", wrote.case.code)

    return guarded


def is_manager(request: SignedInRequest) -> bool:
    return Role.DESK_MANAGER in roles_of(request.user)


# --- Today ------------------------------------------------------------------------------------


@handler
def today(request: SignedInRequest) -> HttpResponse:
    """The queue: what is most urgent and promised soonest, mine and everybody's. No names: who
    it is one reads in the case."""
    show = request.GET.get("show", "mine")
    queue = working.queue_for(request.user)
    now = timezone.now()
    at = planning.desk(now)
    bare = planning.with_unplanned(queue, at)
    if not is_manager(request):
        bare = bare.filter(planning.is_for(request.user, at))
    lists = {
        "unplanned": bare,
        "mine": queue.filter(assigned_to=request.user),
        "unassigned": queue.filter(assigned_to=None),
        "late": queue.filter(planning.is_late(now)),
        "all": queue,
    }
    counts = {name: working.counted(rows) for name, rows in lists.items()}
    if show == "mine" and not counts["mine"] and "show" not in request.GET:
        show = "unassigned"
    rows = lists.get(show, queue)
    if kind := request.GET.get("help"):
        rows = rows.filter(needs__help_type__code=kind).distinct()
    pages = Paginator(rows.select_related("area", "assigned_to"), PER_PAGE)
    pages.count = min(working.counted(rows), working.COUNTED)
    page = pages.get_page(request.GET.get("page"))
    # Two questions, each with its index, rather than one with "or".
    due = Callback.objects.filter(state="due", due_at__lte=now + timedelta(hours=12))
    due = due.select_related("case__resident").order_by(*in_order("case__"))
    closed = Case.objects.filter(named.closed_to(request.user)).order_by()
    calls = [
        *due.filter(assigned_to=request.user).exclude(case__in=closed)[:30],
        *due.filter(assigned_to=None, case__in=queue.order_by())[:30],
    ]
    first = planning.top_of(bare)
    rows = planning.rows_of([*first, *page], at)
    context = {
        "page": page,
        "show": show,
        "counts": counts,
        "now": now,
        "rows": rows[len(first) :],
        "bare": rows[: len(first)],
        "bare_count": counts["unplanned"],
        "calls": _owed(calls)[:30],
        "counted": working.COUNTED,
        "drafts": Paginator(around.drafts_for(request.user), DRAFTS_SHOWN).get_page(
            request.GET.get("drafts")
        ),
        "for_named": enclosing.waiting_for(request.user),
        "handed_on": around.handed_on(request.user)[:10],
        "named_here": bool(named.kinds_of(request.user)),
        "on_shift": Shift.objects.filter(person=request.user, ended_at=None).first(),
        "shift_count": len(working.on_shift()),
        "opening": opening.state(),
        "alarms": Alarm.objects.filter(closed_at=None)[:10],
        "is_manager": is_manager(request),
        "back": Referral.objects.filter(
            state__in=["declined", "returned"],
            case__assigned_to=request.user,
            case__state__in=["working", "new"],
            need__state="open",
        )
        .exclude(case__in=closed)
        .select_related("partner", "case")
        .order_by(*in_order("case__", then="ended_at"))[:10],
    }
    return render(request, "desk/desk_today.html", context)


def _owed(calls: list[Callback]) -> list[tuple[Callback, owing.Owed]]:
    """Each call with what is owed instead where they must not be rung: the most urgent first,
    danger before all, then the soonest."""
    risky = reaching.at_risk_among(call.case.resident_id for call in calls)
    rows = [(call, owing.owed(call, risk=call.case.resident_id in risky)) for call in calls]
    return sorted(rows, key=lambda row: (*key_of_call(row[0])[:2], row[1].at))


@handler
@require_POST
def shift(request: SignedInRequest) -> HttpResponse:
    is_on_shift = Shift.objects.filter(person=request.user, ended_at=None).exists()
    # The button says what it does: pressed on a page that is old, it undoes nothing.
    if request.POST.get("verb", "end" if is_on_shift else "begin") == "end":
        back = working.end_shift(person=request.user)
        messages.success(request, f"Your shift has ended.{went_back(back)}")
    else:
        working.begin_shift(person=request.user)
        messages.success(request, "You are on shift: work is shared with you.")
    return redirect("desk-help")


def went_back(count: int) -> str:
    """How much of today a handler leaves to the others; "" where nothing."""
    if not count:
        return ""
    things = "1 call or action" if count == 1 else f"{count} calls or actions"
    return f" What was due today goes back to the desk: {things}."


@staff(Role.DESK_MANAGER)
@require_POST
def share(request: SignedInRequest) -> HttpResponse:
    try:
        shares = working.share_evenly(by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        counts = ", ".join(f"{person.name} {count}" for person, count in shares.items())
        messages.success(request, f"Shared out: {counts}.")
    return redirect("desk-help")


# --- Finding ----------------------------------------------------------------------------------


@handler
def search(request: SignedInRequest) -> HttpResponse:
    """Find somebody. What was typed goes in the body of a POST: no name stands in an address."""
    form = SearchForm(request.POST or None)
    outcome, rows = searching.Found(), []
    is_search = request.method == "POST" and form.is_valid()
    if is_search:
        outcome = searching.search(
            form.cleaned_data["q"],
            among=Resident.objects.filter(named.visible_to(request.user)),
            drafts=around.drafts_of(request.user),
        )
        rows = searching.with_cases(outcome)
        access.note_reads(request.user, outcome.residents, what="found", link="search")
    context = {"form": form, "found": outcome, "rows": rows, "asked": is_search}
    return render(request, "desk/search.html", context)


# --- A case -----------------------------------------------------------------------------------


@handler
def case(request: SignedInRequest, code: str) -> HttpResponse:
    """Everything about one request. How it is safe to get in touch stands before any number."""
    this_case = get_case_for(request.user, code)
    resident = this_case.resident
    script = None
    owed = list(this_case.callbacks.filter(state="due").select_related("case__resident"))
    kinds = [need.help_type for need in this_case.needs.select_related("help_type")]
    needs = list(this_case.needs.select_related("help_type"))
    plans = planning.plans_of(needs, planning.desk())
    for callback in owed:
        script_field = "second_script" if callback.purpose == "second" else "first_script"
        script = next(
            (getattr(kind, script_field) for kind in kinds if getattr(kind, script_field)), script
        )
    context = {
        "case": this_case,
        "resident": resident,
        "script": script,
        "needs": [(need, plans.get(need.pk)) for need in needs],
        "owed": _owed(owed),
        "spent": planning.spent_calls(this_case),
        "not_made": [
            call for call in this_case.callbacks.filter(ending="not_made") if call.because
        ],
        "reach": reaching.of(resident),
        "written": this_case.written.select_related("by"),
        "calls": this_case.calls.select_related("by"),
        "notes": this_case.notes.select_related("by"),
        "files": this_case.files.all(),
        "referrals": this_case.referrals.select_related("partner", "service", "need__help_type"),
        **around.around(request.user, this_case),
        "grants_to_do": granting.to_do(this_case),
        "tasks": [t for need in this_case.needs.all() for t in need.tasks.all()],
        "death": deaths.standing_report(resident) if resident.is_dead else None,
        "now": timezone.now(),
        "may_be_less": may_be_less(this_case),
        "call_form": CallForm(
            initial={"direction": "out"}, later=working.planned_for_later(this_case)
        ),
    }
    return render(request, "desk/case.html", context)


def of_case(code: str) -> dict[str, Any]:
    address = reverse("desk-case", args=[code])
    return {"to": address, "back": (address, f"Case {code}")}


@handler
def glass(request: SignedInRequest, code: str) -> HttpResponse:
    case = get_object_or_404(Case, code=code)
    if access.link_to(request.user, case):
        return redirect(case)
    access.refuse_if_closed(request.user, case)
    desk = reverse("desk-help")
    return act(
        request,
        GlassForm(request.POST or None),
        lambda answers: working.break_glass(case=case, by=request.user, **answers),
        said="The case is open to you for a day.",
        to=case.get_absolute_url(),
        back=(desk, "Help desk"),
        heading="You have no link to this case",
        button="Break the glass",
        before=f"Case {code} is not on your list. If you need it all the same, say why.",
        danger=True,
    )


def one_form(
    form_of: Any, do: Any, *, said: str, heading: str, button: str, shows: Any = None, **more: Any
) -> View:
    """A page with one form about one case: fetch and check, ask, do, say, go back. ``shows``
    gives what the form shows of the case, so that a stale page overwrites nothing."""

    @handler
    def view(request: SignedInRequest, code: str) -> HttpResponse:
        case = get_case_for(request.user, code)
        initial = shows(case) if shows else None
        form = form_of(request.POST or None, request.FILES or None, initial=initial)
        return act(
            request,
            form,
            lambda answers: do(case, request.user, answers),
            said=said,
            heading=heading,
            button=button,
            **of_case(code),
            **more,
        )

    return view


note = one_form(
    NoteForm,
    lambda c, by, answers: working.note(case=c, by=by, **answers),
    said="Kept.",
    heading="Write a note",
    button="Keep it",
)
urgency = one_form(
    UrgencyForm,
    lambda c, by, answers: working.decide_urgency(case=c, by=by, **answers),
    said="Set. Working the score out again won't change it.",
    heading="How urgent is it?",
    button="Set it",
    shows=lambda c: {"level": c.urgency},
)
hand_over = one_form(
    HandOverForm,
    lambda c, by, answers: working.hand_over(case=c, by=by, **answers),
    said="Handed over.",
    heading="Hand it over to a colleague",
    button="Hand it over",
)
close = one_form(
    CloseForm,
    lambda c, by, answers: working.close(case=c, by=by, **answers),
    said="Closed.",
    heading="Close the case",
    button="Close it",
)
attach = one_form(
    FileForm,
    lambda c, by, answers: working.attach(case=c, by=by, upload=answers["upload"]),
    said="Kept, encrypted.",
    heading="Add a paper",
    button="Keep it",
    multipart=True,
)
dead = one_form(
    BecauseForm,
    lambda c, by, answers: deaths.report_dead(resident=c.resident, by=by, **answers),
    said="All contact has stopped, everywhere.",
    heading="They have died",
    button="Stop all contact",
    danger=True,
    before="Every call, message, task and referral stops at once. How they may be reached is kept: "
    "if the report is wrong, everything goes on as it was.",
)
alive = one_form(
    BecauseForm,
    lambda c, by, answers: deaths.alive_after_all(resident=c.resident, by=by, **answers),
    said="The report is withdrawn. What it stopped goes on: look at calls, referrals and tasks.",
    heading="The report was wrong",
    button="Withdraw the report",
    before="Calls, referrals and tasks that it stopped go on, where nothing else ended them since. "
    "How they may be reached is what it was.",
)


def _plan(case: Case, by: Any, answers: dict[str, Any]) -> None:
    at = timezone.make_aware(datetime.combine(answers["due_on"], time(10, 0)))
    working.plan_call(case=case, purpose=answers["purpose"], due_at=at, by=by)


plan_call = one_form(PlanCallForm, _plan, said="Planned.", heading="Plan a call", button="Plan it")


@handler
@require_POST
def take(request: SignedInRequest, code: str) -> HttpResponse:
    case = get_case_for(request.user, code)
    try:
        working.take(case=case, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(case)


@handler
def cancel_call(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    case = get_case_for(request.user, code)
    callback = get_object_or_404(case.callbacks, pk=pk)
    return act(
        request,
        BecauseForm(request.POST or None),
        lambda answers: working.cancel_call(callback=callback, by=request.user, **answers),
        said="This call is not made.",
        heading="Don't make this call",
        button="Don't make it",
        **of_case(code),
    )


@handler
def paper(request: SignedInRequest, code: str, paper_code: str) -> HttpResponse:
    """A paper of a case, as a download under a name that says nothing."""
    case = get_case_for(request.user, code, what="paper")
    file = get_object_or_404(case.files, code=paper_code)
    response = HttpResponse(working.read_file(file), content_type=file.content_type)
    ending = file.name.rsplit(".", 1)[-1]
    response["Content-Disposition"] = f'attachment; filename="{case.code}-paper.{ending}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@handler
def settle(request: SignedInRequest, code: str, need: str) -> HttpResponse:
    case = get_case_for(request.user, code)
    wanted = get_object_or_404(case.needs.select_related("help_type", "case__resident"), code=need)
    return act(
        request,
        SettleForm(request.POST or None),
        lambda answers: working.settle(
            need=wanted,
            by=request.user,
            state=answers["state"],
            why=answers["why"] if answers["state"] == "unmet" else "",
        ),
        said="Kept.",
        heading=f"What became of it: {wanted.help_type.name}",
        button="Keep it",
        **of_case(code),
    )


@handler
@require_POST
def reopen(request: SignedInRequest, code: str, need: str) -> HttpResponse:
    case = get_case_for(request.user, code)
    try:
        working.reopen(need=get_object_or_404(case.needs, code=need), by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(case)


@handler
def refer(request: SignedInRequest, code: str, need: str) -> HttpResponse:
    """Hand a need to a partner. The consent that holds longest is taken."""
    case = get_case_with_person_for(request.user, code)
    wanted = get_object_or_404(case.needs.select_related("help_type", "case__resident"), code=need)
    held = [
        consent
        for consent in case.resident.consents.select_related("partner", "help_type")
        if consent.holds and consent.help_type_id == wanted.help_type_id
    ]
    before = (
        "Each service below says what they agreed to give it; no more goes out. How it is safe to "
        "reach them goes with every number."
        if held
        else f"No consent holds for {wanted.help_type.name}. Without one only a hand-over without "
        "personal data is possible."
    )
    return act(
        request,
        ReferForm(request.POST or None, need=wanted),
        lambda answers: referring.refer(
            need=wanted, by=request.user, excuse=excuse_of(answers), **answers
        ),
        said="Sent. You are told when they answer, and if they don't.",
        heading=f"Refer: {wanted.help_type.name}",
        button="Send it",
        before=before,
        **of_case(code),
    )


@handler
@require_POST
def referral_back(request: SignedInRequest, code: str, referral: str) -> HttpResponse:
    case = get_case_for(request.user, code)
    sent = get_object_or_404(case.referrals, code=referral)
    try:
        referring.take_back(referral=sent, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(case)
