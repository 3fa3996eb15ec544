"""The public's pages: get help, what help there is, give help, how the desk does."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from commonweal.accounts.access import SignedInRequest, about_oneself, about_people
from commonweal.accounts.acting import act
from commonweal.accounts.actions import Refused
from commonweal.accounts.limits import limited
from commonweal.accounts.models import Person
from commonweal.accounts.signing_in import kept_out
from commonweal.asks import actions as asking
from commonweal.asks import figures as ask_figures
from commonweal.asks.models import Ask
from commonweal.cases import intake, opening, safeguards
from commonweal.cases.figures import held_back
from commonweal.cases.models import IntakeDraft, Notice
from commonweal.design.plots import BarOf, bars
from commonweal.partners.access import organisations_of
from commonweal.partners.models import months_later
from commonweal.residents import reaching, references, ways
from commonweal.residents.models import Resident
from commonweal.services import directory
from commonweal.services.models import HelpType, Service
from commonweal.volunteers import access as volunteer_access
from commonweal.volunteers import actions as volunteering
from commonweal.volunteers import takes
from commonweal.volunteers.models import Task, Volunteer

from . import closing, figures, helplines, limiting
from .forms.intake import IntakeForm
from .forms.public import PUBLIC_CONTACT, PUBLIC_STEPS, STEPS, ResumeForm, public_form
from .forms.volunteers import DoneTaskForm, VolunteerForm

PER_PAGE = 25
API_MOST = 100


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What help there is and how one gets it, first by telephone."""
    if not opening.is_open():
        return closing.page(request)
    kinds = HelpType.objects.filter(is_active=True, is_public=True)
    return render(request, "desk/home.html", {"kinds": kinds})


# --- Getting help -----------------------------------------------------------------------------


@require_POST
@closing.when_open
@limited(limiting.STARTS)
def start(request: HttpRequest) -> HttpResponse:
    try:
        draft, pin = intake.start(channel="web", by=None)
    except Refused:
        return closing.page(request)
    request.session["help_draft"] = draft.code
    request.session["help_pin"] = pin
    return redirect("help-form", draft.code, PUBLIC_STEPS[0])


def _draft_of(request: HttpRequest, code: str) -> IntakeDraft:
    """The form that this visitor began or went on with; nobody else's."""
    if request.session.get("help_draft") != code:
        raise Http404
    return get_object_or_404(IntakeDraft, code=code)


@about_oneself
@closing.when_open
@limited(limiting.STEPS)
def form_step(request: HttpRequest, code: str, step: str) -> HttpResponse:
    """One step of the form. Each is kept, right or wrong, so that nothing has to be typed again."""
    if step not in PUBLIC_STEPS:
        raise Http404
    if request.method == "POST" and request.session.get("help_draft") != code:
        # The session ended while they wrote: with their number they go on, and find the words.
        return kept_out("help-resume")
    draft = _draft_of(request, code)
    if draft.sent_as is not None:
        return redirect("help-sent", code)
    answers = intake.answers_of(draft)
    initial = _initial(answers)
    if request.method == "POST":
        form = public_form(step, request.POST, before=answers, initial=initial)
        changed = form.changed(_typed(request, step))
        # What somebody else changed meanwhile waits for a choice; the rest is kept.
        changed = {name: answer for name, answer in changed.items() if name not in form.conflicts}
        try:
            intake.save(draft=draft, answers=changed, by=None)
        except intake.TooLong as refused:
            changed = limiting.cut(changed)
            form = public_form(
                step, limiting.cut_post(request.POST), before=answers, initial=initial
            )
            form.add_error(None, str(refused))
        if form.is_valid():
            return _onward(request, draft, step)
        answers |= changed
    else:
        form = public_form(step, initial=initial)
    index = PUBLIC_STEPS.index(step)
    context = {
        "draft": draft,
        "form": form,
        "step": step,
        "number": index + 1,
        "of": len(PUBLIC_STEPS),
        "before": PUBLIC_STEPS[index - 1] if index else "",
        "pin": request.session.get("help_pin"),
        "summary": _summary(answers) if step == "check" else [],
        "consent_words": intake.CONSENT,
        "notice": Notice.objects.first(),
        "instead": "" if opening.on_duty() else opening.instead_of_a_time(),
        "line": _line(answers),
    }
    return render(request, "desk/form.html", context)


def _line(answers: dict[str, Any]) -> helplines.Line | None:
    """Whom to ring, once something was ticked that says that they may not be safe."""
    ticked = (answers.get("needs") or [], answers.get("signs") or [])
    return helplines.national_line() if helplines.is_danger(*ticked) else None


def _initial(answers: dict[str, Any]) -> dict[str, Any]:
    nothing: dict[str, Any] = dict.fromkeys(IntakeForm(public=True).fields, "")
    usual = {"for_whom": "self", "contact": "", "lives": "address"}
    answered = {name: answer for name, answer in answers.items() if answer}
    return nothing | usual | answered | {"born": [answers.get(f"born_{n}", "") for n in range(3)]}


def _typed(request: HttpRequest, step: str) -> dict[str, Any]:
    names = set(STEPS[step])
    if step == "help":
        names |= {name for name in IntakeForm(public=True).fields if name.startswith("q-")}
    typed: dict[str, Any] = {
        name: request.POST.get(name, "") for name in names if name not in ("needs", "signs", "born")
    }
    if step == "help":
        typed |= {name: request.POST.getlist(name) for name in ("needs", "signs")}
    if step == "who":
        typed |= {f"born_{n}": request.POST.get(f"born_{n}", "") for n in range(3)}
    return typed


def _onward(request: HttpRequest, draft: IntakeDraft, step: str) -> HttpResponse:
    index = PUBLIC_STEPS.index(step)
    if index + 1 < len(PUBLIC_STEPS):
        return redirect("help-form", draft.code, PUBLIC_STEPS[index + 1])
    try:
        intake.finish(draft=draft, by=None)
    except reaching.NotAsked as refused:
        messages.error(request, str(refused))
        return redirect("help-form", draft.code, "contact")
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("help-form", draft.code, "help")
    return redirect("help-sent", draft.code)


def _summary(answers: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(what, answer, the step where it is changed), of everything that was answered."""
    kinds = dict(HelpType.objects.values_list("code", "name"))
    needs = ", ".join(kinds.get(code, code) for code in answers.get("needs") or [])
    rows = [("Help with", needs, "help"), ("What happened", str(answers.get("words", "")), "help")]
    name = f"{answers.get('first_name', '')} {answers.get('last_name', '')}".strip()
    rows += [
        ("Name", name, "who"),
        ("Address", f"{answers.get('address', '')} {answers.get('postcode', '')}".strip(), "who"),
        ("Asked by", str(answers.get("caller_name", "")), "who"),
        ("Telephone", str(answers.get("phone", "")), "contact"),
        ("E-mail", str(answers.get("email", "")), "contact"),
    ]
    # How it is safe to get in touch is shown always, also where it was not answered.
    rule = reaching.rule_from(intake.values_of(answers))
    contact = dict(PUBLIC_CONTACT).get(rule.contact, "Not answered")
    hours = ways.hours_in_words(rule)
    ways_in_words = [contact, f"only {hours}" if hours else ""]
    return [
        *(row for row in rows if row[1]),
        ("How we may get in touch", ", ".join(part for part in ways_in_words if part), "contact"),
        *(
            (label, answer, "contact")
            for label, answer in (("Safe word", rule.word), ("To be safe", rule.note))
            if answer
        ),
    ]


@about_oneself
def sent(request: HttpRequest, code: str) -> HttpResponse:
    draft = _draft_of(request, code)
    if draft.sent_as is None:
        return redirect("help-form", code, "check")
    needs = draft.sent_as.needs.values_list("help_type__code", flat=True)
    context = {
        "reference": draft.sent_as.code,
        "line": _line({"needs": list(needs), "signs": draft.sent_as.signs}),
        "promise": opening.promise_of(draft.sent_as),
        # The form made a record of its own: it says what they chose, and nothing known besides.
        "nobody_calls": draft.sent_as.resident.contact == Resident.Contact.NONE,
        "numbers": safeguards.numbers_of(draft.sent_as),
    }
    return render(request, "desk/sent.html", context)


@about_oneself
@closing.when_open
@limited(limiting.RESUMES)
def resume(request: HttpRequest) -> HttpResponse:
    form = ResumeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            draft = intake.resume(**form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            request.session["help_draft"] = draft.code
            request.session["help_pin"] = references.figures(form.cleaned_data["pin"])
            return redirect("help-form", draft.code, PUBLIC_STEPS[0])
    context = {
        "form": form,
        "heading": "Go on with your form",
        "button": "Go on",
        "back": (reverse("help"), "Get help"),
    }
    return render(request, "design/act.html", context)


@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/notice.html", {"notices": Notice.objects.all()})


# --- The directory ----------------------------------------------------------------------------


def _services(request: HttpRequest) -> Any:
    entries = Service.objects.shown().exclude(status=Service.Status.DEFUNCT)
    if typed := request.GET.get("q", "").strip():
        entries = entries.filter(
            Q(name__icontains=typed)
            | Q(description__icontains=typed)
            | Q(organisation__name__icontains=typed)
            | Q(places__postcode__istartswith=typed)
        )
    if kind := request.GET.get("help"):
        entries = entries.filter(help_types__code=kind)
    return entries.select_related("organisation").distinct().order_by("name", "pk")


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    page = Paginator(
        _services(request).prefetch_related("places", "schedules", "help_types"), PER_PAGE
    ).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "kinds": HelpType.objects.filter(is_active=True, is_public=True),
        "q": request.GET.get("q", ""),
        "help": request.GET.get("help", ""),
    }
    return render(request, "desk/services.html", context)


@require_safe
def service(request: HttpRequest, code: str) -> HttpResponse:
    shown = get_object_or_404(
        Service.objects.shown()
        .select_related("organisation__partner")
        .prefetch_related("places", "schedules", "help_types"),
        code=code,
    )
    return render(request, "desk/service.html", {"service": shown})


@require_safe
def services_json(request: HttpRequest) -> HttpResponse:
    """Open Referral UK: GET /services, in pages."""
    entries = _services(request).prefetch_related("places", "schedules")
    number, size = _whole(request, "page", 1), min(_whole(request, "per_page", 50), API_MOST)
    total = entries.count()
    rows = list(entries[(number - 1) * size : number * size])
    return _open(directory.page_of(rows, page=number, per_page=size, total=total))


def _whole(request: HttpRequest, name: str, otherwise: int) -> int:
    typed = request.GET.get(name, "")
    return max(1, min(int(typed), 10**6)) if typed.isdigit() and len(typed) < 8 else otherwise


@require_safe
def service_json(request: HttpRequest, code: str) -> HttpResponse:
    return _open(directory.as_hsds(get_object_or_404(Service.objects.shown(), code=code)))


def _open(answer: dict[str, Any]) -> HttpResponse:
    response = JsonResponse(answer)
    response["Access-Control-Allow-Origin"] = "*"
    return response


# --- Giving help ------------------------------------------------------------------------------


@require_safe
def asks(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    rows = ask_figures.asks(today - timedelta(days=365), today)
    return render(request, "desk/asks.html", {"asks": rows})


@require_safe
def ask(request: HttpRequest, code: str) -> HttpResponse:
    published = get_object_or_404(Ask.objects.exclude(state="draft"), code=code)
    offered, drawn = asking.met_of(published)
    picture = bars(
        [
            BarOf("Asked for", int(published.quantity), "hollow"),
            BarOf("Offered", int(offered), "hatched"),
            BarOf("Used", int(drawn), "solid"),
        ],
        label=f"{published.title}: asked for, offered, used",
    )
    answers = published.answers.select_related("pledge__partner", "pledge__measure")
    partners = organisations_of(request.user) if isinstance(request.user, Person) else []
    context = {
        "own_partners": partners,
        "ask": published,
        "answers": answers,
        "offered": offered,
        "drawn": drawn,
        "picture": picture,
    }
    return render(request, "desk/ask.html", context)


@require_safe
def desk_figures(request: HttpRequest) -> HttpResponse:
    """The desk in figures, the last twelve months; small counts held back."""
    today = timezone.localdate()
    last = date(today.year, today.month, 1) - timedelta(days=1)
    first = months_later(last + timedelta(days=1), -12)
    figures_of_desk = figures.desk(first, last)
    shown = [(name, count) for name, count in figures_of_desk.need_totals.items() if count]
    labels = {
        "met": "Met",
        "partly": "Met in part",
        "unmet": "Not met",
        "gone": "Not needed any more",
        "open": "Still open",
    }
    fills = {"met": "solid", "partly": "hatched"}
    hidden = held_back(dict(shown))
    needs = [
        BarOf(labels[state], count, fills.get(state, "hollow"))
        for state, count in shown
        if hidden[state] is not None
    ]
    picture = bars(needs, label="Needs by what became of them") if shown else ""
    context = {"said": figures_of_desk, "picture": picture, "words": labels}
    return render(request, "desk/figures.html", context)


@about_people
@login_required
@limited(limiting.SIGN_UPS)
def volunteer(request: SignedInRequest) -> HttpResponse:
    """A volunteer's own page: tasks to take, tasks taken, hours; or signing up."""
    signed_up = (
        Volunteer.objects.filter(person=request.user).prefetch_related("checks", "areas").first()
    )
    if signed_up is None and not opening.is_open():
        return closing.page(request)
    if signed_up is None:
        return act(
            request,
            VolunteerForm(request.POST or None, initial={"hours_a_week": 2}),
            lambda answers: volunteering.sign_up(
                person=request.user, **{k: v for k, v in answers.items() if k != "agree"}
            ),
            said="Thank you. The desk looks at it and writes to you.",
            to=reverse("volunteer"),
            heading="Give help",
            button="Sign up",
            back=(reverse("help"), "Get help"),
            before="Shopping, friendly calls, prescriptions: an hour a week helps.",
        )
    today = timezone.localdate()
    context = {
        "one": signed_up,
        "open": volunteering.open_tasks(signed_up, today),
        "mine": signed_up.tasks.filter(state="taken"),
        "hours": volunteering.hours_given(signed_up),
        "done": signed_up.tasks.filter(state="done").count(),
        "today": today,
    }
    return render(request, "desk/volunteer.html", context)


@about_people
@login_required
@limited(limiting.TASKS)
def task(request: SignedInRequest, code: str) -> HttpResponse:
    """A task: the least before it is taken, who and where afterwards, as a card to print."""
    offered, mine = volunteer_access.get_task_for(request.user, code)
    if mine and offered.state == offered.State.TAKEN:
        takes.read(offered, request.user)
    volunteer = volunteer_access.volunteer_of(request.user)
    form = DoneTaskForm(request.POST or None)
    if request.method == "POST":
        try:
            return _on_task(request, offered, volunteer, form)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("volunteer")
    return render(request, "desk/task.html", _card(offered, mine, form))


def _card(task: Task, mine: bool, form: Any) -> dict[str, Any]:
    instruction, shown = volunteering.card(task)
    return {"task": task, "mine": mine, "form": form, "instruction": instruction, "shown": shown}


def _on_task(request: SignedInRequest, task: Any, volunteer: Volunteer, form: Any) -> HttpResponse:
    match request.POST.get("verb"):
        case "take":
            volunteering.take(task=task, volunteer=volunteer)
            messages.success(request, "It is yours. Here is who and where.")
            return redirect("task", task.code)
        case "back":
            volunteering.give_back(task=task, volunteer=volunteer)
            messages.success(request, "Given back. Destroy the card if you printed it.")
            return redirect("volunteer")
        case "done":
            if not form.is_valid():
                return render(request, "desk/task.html", _card(task, True, form))
            volunteering.finish(
                task=task, volunteer=volunteer, minutes=form.cleaned_data["minutes"]
            )
            messages.success(request, "Thank you! Destroy the card if you printed it.")
            return redirect("volunteer")
    raise Http404
