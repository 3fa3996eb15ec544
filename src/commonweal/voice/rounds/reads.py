"""What pages show of a round."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from commonweal.design.words import in_pounds, many
from localwealth.ballots.rules import SHARES

from ..models import Emergency, EnterpriseBallot, PaperCheck, Project, Round, VotingCode
from . import days, pots, sheet


def projects_shown(budget_round: Round) -> QuerySet[Project]:
    """Projects that anybody may read about: the answered ones."""
    return budget_round.projects.exclude(state=Project.State.IDEA).select_related("area", "action")


def notices(budget_round: Round) -> QuerySet[Emergency]:
    """Emergency changes that two people made."""
    return budget_round.emergencies.filter(agreed_on__isnull=False).select_related("project")


def to_agree_on() -> list[Round]:
    """Published rounds that are not over, with an emergency change that waits for a second person;
    for the desk alone."""
    not_agreed = Q(emergencies__isnull=False, emergencies__agreed_on=None)
    sealed = Round.objects.filter(
        not_agreed, state=Round.State.SEALED, closes_at__gt=timezone.now()
    )
    return list(sealed.distinct())


def receipts_shown(budget_round: Round) -> int | None:
    """How many ballots were put in: after the close, and before it where the sheet says so."""
    is_over = budget_round.state in (Round.State.CLOSED, Round.State.COUNTED)
    if not (is_over or (budget_round.tells_receipts and budget_round.sheet)):
        return None
    return VotingCode.objects.filter(round=budget_round, receipt__isnull=False).count()


def sheet_rows(budget_round: Round) -> list[tuple[str, str]]:
    """The rule sheet as people read it, (what, how); empty for a draft."""
    if not budget_round.sheet:
        return []
    return [
        *_of_money(budget_round),
        *_of_voting(budget_round),
        *_of_pair(budget_round),
        *_of_counting(budget_round),
        *_of_deciding(budget_round),
    ]


def _of_money(budget_round: Round) -> list[tuple[str, str]]:
    rows = [(f"Money for {pot}", in_pounds(pot.budget)) for pot in pots.pots_of(budget_round)]
    if not rows:
        return []
    few = f"with fewer than {many(pots.FEWEST_BALLOTS, 'ballot')} nothing is counted"
    return [*rows, ("How areas are counted", f"Each by itself; {few}, and the money is left.")]


def _of_voting(budget_round: Round) -> list[tuple[str, str]]:
    most = f", {budget_round.most} at most" if budget_round.most else ""
    rows = [
        ("Who may vote", budget_round.who_may_vote),
        ("The ballot", budget_round.get_ballot_form_display()),
        ("Projects on a ballot", f"{budget_round.least} at least{most}"),
    ]
    if budget_round.points:
        rows.append(("Points to share out", str(budget_round.points)))
    rows.append(("How one can vote", _ways_in_words(budget_round)))
    if budget_round.takes_paper:
        rows.append(("Online and on paper by one code", sheet.FIRST_STANDS))
    return [*rows, ("Voting", _days_in_words(budget_round))]


def _days_in_words(budget_round: Round) -> str:
    """From which day to which one can vote in a round that is published."""
    first, last = days.first_day(budget_round.opens_at), days.last_day(budget_round.closes_at)
    assert first is not None
    assert last is not None
    return f"from {first:%-d %B %Y} to {last:%-d %B %Y}, until midnight"


def other_ballot(budget_round: Round) -> Round | None:
    """The ballot of enterprises beside that of residents, or the other way round; of a draft
    nobody but staff is told."""
    pair = EnterpriseBallot.of(budget_round)
    return pair.counterpart(budget_round) if pair else None


def other_ballot_shown(budget_round: Round) -> Round | None:
    counterpart = other_ballot(budget_round)
    return counterpart if counterpart and counterpart.sheet else None


def _of_pair(budget_round: Round) -> list[tuple[str, str]]:
    pair = EnterpriseBallot.of(budget_round)
    if pair is None:
        return []
    counterpart = pair.counterpart(budget_round)
    whose = "Of enterprises" if counterpart == pair.enterprises else "Of residents"
    part = f" Enterprises have {pair.percent}% of the money of both." if pair.percent else ""
    says = (
        f"{whose}, with {in_pounds(counterpart.budget)}: {counterpart.title}. Each is counted by "
        f"itself, and a project is on one of the two.{part}"
    )
    return [("The other ballot", says)]


def _ways_in_words(budget_round: Round) -> str:
    ways = [
        "online",
        *(["by telephone"] if budget_round.takes_telephone else []),
        *(["on paper"] if budget_round.takes_paper else []),
    ]
    return "With the code from a letter: " + ", ".join(ways)


def _of_counting(budget_round: Round) -> list[tuple[str, str]]:
    rows = [
        ("Who wins", budget_round.get_rule_display()),
        ("What a project is worth to its voters", budget_round.get_satisfaction_display()),
    ]
    if budget_round.rule == SHARES:
        rows += [
            ("Money that is left", budget_round.get_completion_display()),
            ("A step", f"£{budget_round.step:,.2f} for each voter"),
            ("Compared with winners by votes", "yes" if budget_round.compares else "no"),
        ]
    if budget_round.threshold:
        rows.append(("Votes that a project needs", f"{budget_round.threshold:,}"))
    return [*rows, ("Between equals", _ties_in_words(budget_round.ties))]


TIES = {"cheaper": "the cheaper", "votes": "the one with more votes", "listed": "by the list"}


def _ties_in_words(ties: str) -> str:
    return ", then ".join(
        TIES.get(word, f"a lot, drawn from the number {word.removeprefix('lot:')}")
        for word in (part.strip() for part in ties.split(","))
    )


def _of_deciding(budget_round: Round) -> list[tuple[str, str]]:
    rows = [
        ("Who decides in the end", budget_round.who_decides),
        ("Does the result bind them", "Yes" if budget_round.is_binding else "No"),
        ("Where addresses come from", budget_round.addresses_from),
        ("On what legal ground", budget_round.addresses_ground),
        ("The next election", budget_round.election),
    ]
    first, last = budget_round.quiet_from_on, budget_round.quiet_to_on
    if first and last:
        rows.append(("Its pre-election period", f"{first:%-d %B %Y} to {last:%-d %B %Y}"))
    tells = "Everybody sees it" if budget_round.tells_receipts else "Nobody sees it"
    return [*rows, ("How many have voted, while voting is open", tells)]


def rounds_shown() -> list[tuple[Round, str]]:
    """(round, its stage) of all, the newest first."""
    now = timezone.now()
    return [(budget_round, budget_round.stage(now)) for budget_round in Round.objects.all()]


# In the order in which somebody can still do something about them.
STAGES = (
    Round.OPEN,
    Round.State.SEALED.label,
    Round.State.IDEAS.label,
    Round.State.CHECKING.label,
    Round.State.CLOSED.label,
    Round.State.COUNTED.label,
    Round.State.STOPPED.label,
)


def rounds_by_stage() -> list[tuple[str, list[Round]]]:
    """(stage, the rounds in it, the newest first) for each stage in which there are some."""
    rounds = rounds_shown()
    by_stage = [
        (stage, [budget_round for budget_round, its in rounds if its == stage]) for stage in STAGES
    ]
    return [(stage, of_stage) for stage, of_stage in by_stage if of_stage]


def next_in_words(budget_round: Round) -> str:
    """What can be done about a round now, or what came of it, as a sentence."""
    if budget_round.is_counted:
        return f"{many(len(budget_round.winners), 'project')} won."
    if budget_round.state == Round.State.IDEAS:
        return "Anybody can hand in an idea."
    if budget_round.state != Round.State.SEALED or budget_round.has_closed(timezone.now()):
        return ""
    return f"Voting goes {_days_in_words(budget_round)}."


NONE_CAME = "No ballot came with this code so far."


def receipt_in_words(budget_round: Round) -> str:
    """What a voter is told about a ballot that has a receipt."""
    if budget_round.state == Round.State.STOPPED:
        return "This round was stopped. No ballot of it is counted."
    if not budget_round.is_counted:
        return "It is in the box. A ballot with this receipt will be counted after the close."
    says = "Counted. A ballot with this receipt was counted. Nobody can see what it said."
    check = PaperCheck.objects.filter(round=budget_round, spoilt__gt=0).first()
    if check is None:
        return says
    # Which these were nobody knows any more, so whoever asks is told that there were some.
    return (
        f"{says} {many(check.spoilt, 'ballot')} on paper could not be counted: nobody knows whose."
    )
