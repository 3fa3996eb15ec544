"""What belongs to a partner, found from the models: every foreign key that leads to one.

On a merge whatever is found moves to the entry that stays, but for what `STAYS` names with the
reason. `MOVES` says how the rows are called, and what is done where both entries have what only one
may have. A house test fails on a relation that stands in neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.design.words import many

from .models import Partner

JOINED = "The organisation stood in the register twice; its two entries were joined."


@dataclass(frozen=True)
class Moving:
    """How one kind of row moves.

    ``called`` is its name, for one. Where the entry that stays has the same already: ``refusal``
    forbids the merge, ``ends`` are columns that end the row (``today`` for the day); with neither
    it stays as it is. In all three it does not move. ``never`` forbids a merge that would move any.
    """

    called: str
    refusal: str = ""
    ends: Mapping[str, str] = field(default_factory=dict)
    never: str = ""


MOVES: Mapping[str, Moving] = {
    "partners.Membership.partner": Moving("person who acts", ends={"left_on": "today"}),
    "charter.Signature.partner": Moving(
        "signature", ends={"ended_on": "today", "ended_because": JOINED}
    ),
    "charter.TierAward.partner": Moving(
        "tier", refusal="The same tier is proposed for both. Let one of the two be decided first."
    ),
    "pledges.Pledge.partner": Moving("pledge"),
    "pledges.Draft.partner": Moving("draft of a pledge,drafts of pledges"),
    "spend.Anchor.partner": Moving(
        "payer",
        never="Its payments were read in under this entry. Let this one stay, and merge the other "
        "one into it.",
    ),
    "programme.Metric.partner": Moving("metric"),
    "programme.Action.partner": Moving("action of the programme,actions of the programme"),
    "programme.Risk.partner": Moving("risk"),
    "services.Organisation.partner": Moving(
        "entry in the directory of services,entries in the directory of services"
    ),
    "cases.Consent.partner": Moving("consent to share,consents to share"),
    "cases.Case.from_partner": Moving("case that it brought,cases that it brought"),
    "cases.Referral.partner": Moving(
        "referral",
        refusal="The help desk has referred the same need to both. It must end one of the two "
        "first.",
    ),
    "cases.Copy.partner": Moving("copy of a paper,copies of papers"),
    "economy.EmployerGroup_partners.partner": Moving("group of employers,groups of employers"),
    "economy.Scenario.employer": Moving("scenario"),
    "economy.Shock.partner": Moving("shock told,shocks told"),
    "voice.Contribution.partner": Moving("answer to a consultation,answers to consultations"),
    "voice.Proposal.partner": Moving("proposal"),
    "voice.Comment.partner": Moving("comment"),
    "voice.Support.partner": Moving("support of a proposal,supports of proposals"),
}
STAYS: Mapping[str, str] = {
    "partners.NameChange.partner": "what this entry itself was called",
    "partners.Invitation.partner": "whoever was asked to act for this entry was not asked to act "
    "for the other one: nobody comes in by a merge but whom the manager named",
    "partners.ActingRequest.partner": "the same of whoever asked by themselves",
    "charter.HeldSignature.partner": "it is held until this entry is accepted; the one that stays "
    "is accepted, and signs for itself",
    "partners.Merge.kept": "what was merged before is undone from there",
    "partners.Merge.gone": "what was merged before is undone from there",
    "partners.Different.one": "what was said of this entry",
    "partners.Different.other": "what was said of this entry",
    "partners.Partner.merged_into": "an address leads over every merge to the one that stays",
}


@dataclass(frozen=True)
class Belonging:
    """Rows of one model that lead to a partner by one column."""

    model: type[models.Model]
    column: str

    @property
    def label(self) -> str:
        return f"{self.model._meta.label}.{self.column}"

    @property
    def moving(self) -> Moving:
        """A relation that nobody named yet moves, under the name that its model has."""
        names = f"{self.model._meta.verbose_name},{self.model._meta.verbose_name_plural}"
        return MOVES.get(self.label) or Moving(names)

    @property
    def is_link(self) -> bool:
        """Whether a row is nothing but the link between two others."""
        return bool(self.model._meta.auto_created)

    def rows(self, partner: Partner) -> models.QuerySet[Any]:
        return self.model._default_manager.filter(**{self.column: partner}).order_by("pk")

    def counted(self, count: int) -> str:
        return many(count, self.moving.called)

    def ending(self) -> dict[str, Any]:
        """What ends a row that the entry that stays has already."""
        return {
            name: timezone.localdate() if end == "today" else end
            for name, end in self.moving.ends.items()
        }


def relations() -> Iterator[Belonging]:
    """Every relation to a partner, also those without a name on the other side."""
    for relation in Partner._meta.get_fields(include_hidden=True):
        model = relation.related_model
        if not relation.auto_created or relation.concrete or not isinstance(model, type):
            continue
        # A relation of many to many is found by the rows that link the two.
        if not relation.many_to_many:
            yield Belonging(model, relation.field.name)  # type: ignore[union-attr]


def moving() -> list[Belonging]:
    return [belonging for belonging in relations() if belonging.label not in STAYS]


def clashing(belonging: Belonging, *, kept: Partner, gone: Partner) -> set[int]:
    """The rows of the one that goes which the one that stays can't have beside its own."""
    clashes: set[int] = set()
    for columns, condition in _unique(belonging):
        present = belonging.model._default_manager.filter(condition, **{belonging.column: kept})
        others = [_attname(belonging, name) for name in columns if name != belonging.column]
        taken = set(present.values_list(*others)) if others else {()} if present.exists() else set()
        rows = belonging.rows(gone).filter(condition)
        clashes |= {row.pk for row in rows if tuple(getattr(row, name) for name in others) in taken}
    return clashes


def _unique(belonging: Belonging) -> Iterator[tuple[tuple[str, ...], Q]]:
    """(columns, condition) of each rule that lets only one row have a partner."""
    meta = belonging.model._meta
    for constraint in meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and belonging.column in (
            constraint.fields
        ):
            yield tuple(constraint.fields), constraint.condition or Q()
    for together in meta.unique_together:
        if belonging.column in together:
            yield tuple(together), Q()
    if getattr(meta.get_field(belonging.column), "unique", False):
        yield (belonging.column,), Q()


def _attname(belonging: Belonging, name: str) -> str:
    return str(belonging.model._meta.get_field(name).attname)  # type: ignore[union-attr]
