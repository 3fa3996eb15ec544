"""The public's pages: home, register, pledge, partner, theme, evidence, questions."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from commonweal.accounts.limits import Limit, limited
from commonweal.charter.facts import rungs_of
from commonweal.charter.models import CharterVersion, Theme, Tier, TierAward
from commonweal.charter.reads import counts, holders, tier_of
from commonweal.design.every_answer import only_read
from commonweal.design.paging import paged
from commonweal.design.ranges import tagged
from commonweal.office.acting import act
from commonweal.office.errors import Refused
from commonweal.partners import asking_to_act
from commonweal.partners.models import Partner, Sector
from commonweal.places import first_page, rooms, searching
from commonweal.places.models import Area, the_town

from . import files, history, in_turn, ledger, menu, partner_reads, questions, reads, story
from . import standing as st
from .access import get_file_for, get_public_pledge
from .chosen import STANDINGS_TO_CHOOSE, chosen_filters
from .forms import AskPledgeForm
from .listed import listed
from .measured import measured_of
from .models import TO_THE_TOWN, Entry, LedgerHead, Measure, Pledge, Question
from .withdrawn import meaning_of

QUESTIONS = Limit(
    "questions",
    5,
    timedelta(days=1),
    "Five questions were asked from here today. Ask another one tomorrow, or ring the charter "
    "manager.",
)


@only_read
def home(request: HttpRequest) -> HttpResponse:
    """What became of the town's promises, what was kept lately, and the doors to the rest."""
    today = timezone.localdate()
    state = reads.state_of_the_register()
    others = reads.kept("others", today, reads.count_of_others, state)
    standing = reads.standing_counts(TO_THE_TOWN, today, "own", state)
    context = {
        "others": others,
        "counts": standing,
        "story": story.story_of(standing),
        "results": reads.kept("results", today, lambda: story.results(today), state),
        "total": sum(line.count for line in standing),
        "charter": reads.kept("charter", today, lambda: counts(today), state),
        "themes": reads.themes(today, state),
        "version": CharterVersion.objects.in_force(today).first(),
        "newest": newest(today),
        "parts": first_page.drawn(rooms.off_for(request)),
    }
    return render(request, "pledges/home.html", context)


@only_read
def how_it_works(request: HttpRequest) -> HttpResponse:
    """From a need to a decision, a picture for each step, for somebody who knows nothing of it."""
    return render(request, "pledges/how_it_works.html")


def newest(today: object) -> list[history.EntryLine]:
    """The last things verified, claimed or promised to the town, for the home page."""
    kinds = [st.Kind.CLAIM, st.Kind.ACCEPTED, st.Kind.WITHDRAWN, st.Kind.ANSWER]
    entries = (
        Entry.objects.public()
        .filter(kind__in=kinds, pledge__is_of_others=False)
        .select_related("pledge__partner", "pledge__measure")
        .order_by("-seq")[:4]
    )
    return [history.line_of(entry, entry.pledge) for entry in entries]


@only_read
def register(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    filters = reads.Filters.read(request.GET.dict())
    listing = reads.register(filters, on=today, page=request.GET.get("page"))
    rows = listed(list(listing.page.object_list), today)
    is_chosen = bool(filters.as_query()) or "page" in request.GET
    sections = [in_turn.Section("", listing.total, rows)]
    if listing.turns:
        first = max(listing.page.start_index() - 1, 0)
        sections = in_turn.sections(rows, first, today, listing.turns)
    context = {
        "found": listing,
        "sections": sections,
        # So that a pledge's page leads back to what was chosen here.
        "chosen": f"?{urlencode({'from': request.GET.urlencode()})}" if is_chosen else "",
        "filters": filters,
        "choices": list(chosen_filters(filters)),
        "themes": Theme.objects.all(),
        "sectors": Sector.choices,
        "areas": Area.objects.all(),
        "measures": Measure.objects.all(),
        "standings": STANDINGS_TO_CHOOSE,
        "sources": reads.SOURCES.items(),
        "sorts": [(key, label) for key, (label, _) in reads.SORTS.items()],
    }
    return render(request, "pledges/register.html", context)


@only_read
def pledge(request: HttpRequest, code: str) -> HttpResponse:
    today = timezone.localdate()
    ledger.refresh_standings(on=today)
    pledge = get_public_pledge(code)
    see_held = history.may_see_held(request.user, pledge)
    town = the_town()
    lines = history.lines_of(pledge, on=today, see_held=see_held)
    context = {
        "pledge": pledge,
        "back": reads.Filters.same_register(request.GET.get("from", "")),
        "chosen": f"?{urlencode({'from': request.GET['from']})}" if "from" in request.GET else "",
        "promised_by": menu.as_promised(pledge),
        "row": listed([pledge], today)[0],
        "beside": partner_reads.neighbours_of(pledge),
        "measured": measured_of(pledge),
        "starts_at": pledge.measure.write(pledge.baseline),
        "target": pledge.measure.write(pledge.target),
        "history": list(reversed(lines)),
        "used_by": history.used_by(lines),
        "meaning": meaning_of(pledge),
        "is_unanswered": pledge.is_question_unanswered(on=today, answer_days=town.answer_days),
        "refused_questions": Question.objects.filter(
            pledge=pledge, refused_on__isnull=False
        ).count(),
    }
    return render(request, "pledges/pledge.html", context)


@limited(QUESTIONS)
def ask(request: HttpRequest, code: str) -> HttpResponse:
    pledge = get_public_pledge(code)
    return act(
        request,
        AskPledgeForm(request.POST or None),
        lambda answers: questions.ask(
            pledge=pledge, question_text=answers["words"], email=answers["email"]
        ),
        said="Thank you. The charter manager reads your question; then it stands beside the "
        "pledge, and the partner is asked to answer.",
        to=pledge,
        template="pledges/ask.html",
        pledge=pledge,
    )


@only_read
def evidence(request: HttpRequest, code: str, sha256: str) -> HttpResponse | FileResponse:
    """A file of evidence: always a download, never run by the browser."""
    file = get_file_for(request.user, sha256, code)
    try:
        path = files.path_to_show(file)
    except Refused as refused:
        return _not_shown(refused)
    sent = FileResponse(
        path.open("rb"), as_attachment=True, filename=file.name, content_type=file.content_type
    )
    # An older file is sent as a cleaned copy, which is other bytes.
    return tagged(_held_in(sent), f"{file.sha256}-{path.name}")


@only_read
def evidence_small(request: HttpRequest, code: str, sha256: str) -> HttpResponse | FileResponse:
    """A picture of evidence, or the first page of a PDF, small, to stand on a page."""
    file = get_file_for(request.user, sha256, code)
    if not file.is_picture and not file.is_document:
        raise Http404
    try:
        path = files.path_of_small(file)
    except Refused as refused:
        return _not_shown(refused)
    return _held_in(FileResponse(path.open("rb"), content_type="image/jpeg"))


def _not_shown(refused: Refused) -> HttpResponse:
    explanation = f"This file can't be shown. {refused}"
    return HttpResponse(explanation, status=404, content_type="text/plain; charset=utf-8")


def _held_in(response: FileResponse) -> FileResponse:
    """Nothing in a file that somebody sent is run, whatever it is; and who may see it changes."""
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"
    return response


@only_read
def partners(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    ledger.refresh_standings(on=today)
    every = Partner.objects.public()
    of_the_town = every.of_the_town(today)
    others = every.exclude(pk__in=of_the_town.values("pk"))
    q = request.GET.get("q", "").strip().replace("\x00", "")[:100]
    sector = request.GET.get("sector", "")
    show = request.GET.get("show", "")
    partners = (others if show == "others" else of_the_town).select_related("area")
    if q:
        partners = partners.filter(pk__in=searching.matches_of("partners", q))
    if sector in Sector.values:
        partners = partners.filter(sector=sector)
    shows = [
        ("signed", "Signed the charter"),
        ("assessed", "Hold a tier"),
        *((tier.code, f"Highest tier: {tier.name}") for tier in Tier.objects.all()),
    ]
    if show in dict(shows):
        partners = partners.filter(pk__in=holders(show, today))
    page = paged(request, partners)
    shows.append(("others", "Only in registers of other bodies"))
    context = {
        "page": page,
        "others": others.count(),
        "lines": partner_reads.partner_lines(list(page.object_list), today),
        "q": q,
        "sector": sector,
        "sectors": Sector.choices,
        "show": show,
        "shows": shows,
        "shown": dict(shows).get(show, ""),
        "counts": counts(today),
    }
    return render(request, "pledges/partners.html", context)


@only_read
def partner(request: HttpRequest, code: str) -> HttpResponse:
    today = timezone.localdate()
    ledger.refresh_standings(on=today)
    partner = get_object_or_404(Partner.objects.public().select_related("area"), code=code)
    to_the_town = TO_THE_TOWN & Q(partner=partner)
    standing = reads.standing_counts(to_the_town, today, f"partner-{partner.pk}")
    others = Pledge.objects.of_others().filter(partner=partner).count()
    pledges = (
        Pledge.objects.filter(to_the_town)
        .select_related("measure", "theme", "partner")
        .order_by("due_on", "id")
    )
    page = paged(request, pledges)
    open_count = sum(line.count for line in standing if line.standing in st.OPEN)
    town = the_town()
    award = tier_of(partner, today)
    context = {
        "partner": partner,
        "counts": standing,
        "total": sum(line.count for line in standing),
        "others": others,
        "page": page,
        "rows": listed(list(page.object_list), today),
        "signatures": partner.signatures.select_related("version").all(),
        "tier": award,
        "rungs": rungs_of(partner, today, [award.tier]) if award else [],
        "awards": TierAward.objects.filter(
            partner=partner, confirmed_on__isnull=False
        ).select_related("tier"),
        "today": today,
        "is_inactive": partner_reads.is_inactive(partner, open_count, today, town),
        "nobody_acts": asking_to_act.may_be_asked_for(partner),
    }
    return render(request, "pledges/partner.html", context)


@only_read
def theme(request: HttpRequest, code: str) -> HttpResponse:
    today = timezone.localdate()
    theme = get_object_or_404(Theme, code=code)
    standing = reads.standing_counts(TO_THE_TOWN & Q(theme=theme), today, f"theme-{theme.pk}")
    context = {
        "others": theme.pledges.of_others().count(),
        "theme": theme,
        "counts": standing,
        "total": sum(line.count for line in standing),
        "measures": reads.measure_totals(theme, today),
        "clauses": theme.clauses.filter(
            version__in=CharterVersion.objects.in_force(today)
        ).select_related("version"),
    }
    return render(request, "pledges/theme.html", context)


@only_read
def the_ledger(request: HttpRequest) -> HttpResponse:
    """How anybody can check that nothing was rewritten."""
    head = LedgerHead.objects.filter(id=1).first()
    entries = Entry.objects.public().select_related("pledge__partner", "pledge__measure")
    latest = [
        history.line_of(entry, entry.pledge)
        for entry in entries.order_by("-seq")[:15]
        if entry.kind != st.Kind.REVIEW
    ]
    return render(request, "pledges/ledger.html", {"head": head, "latest": latest})
