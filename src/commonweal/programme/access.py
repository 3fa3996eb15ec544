"""Who may work on an action or give a metric's figure: the programme lead, and its own partner."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from commonweal.accounts.access import roles_of
from commonweal.accounts.actors import EDITOR, Actor
from commonweal.accounts.models import Person, Role
from commonweal.partners.access import organisations_of
from commonweal.partners.models import MemberRole, Membership, Partner

from .models import Action, Metric, Milestone

# Whoever sets metrics changes what they count, and ends them.
SETTERS = (Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)


def author_for(person: Person, partner: Partner | None) -> Actor | None:
    """As what a person may change something that a partner owns; None when they may not.

    A college edits its own actions only; the programme lead edits all.
    """
    if Role.PROGRAMME_LEAD in roles_of(person):
        organisations = ", ".join(organisation.name for organisation in organisations_of(person))
        return Actor(person, Role.PROGRAMME_LEAD, organisations)
    if partner is None:
        return None
    if not partner.may_act:
        return None
    edits = Membership.objects.current().filter(
        person=person, partner=partner, role=MemberRole.EDITOR
    )
    return Actor(person, EDITOR, partner.name) if edits.exists() else None


def get_action_for(person: Person, code: str) -> tuple[Action, Actor]:
    """An action and as what the person works on it.

    Raises
    ------
    Http404
        There is none.
    PermissionDenied
        It is another organisation's.
    """
    action = get_object_or_404(Action.objects.select_related("partner"), code=code)
    author = author_for(person, action.partner)
    if author is None:
        raise PermissionDenied
    return action, author


def get_milestone_for(person: Person, code: str, pk: int) -> tuple[Milestone, Actor]:
    action, author = get_action_for(person, code)
    return get_object_or_404(action.milestones.select_related("action"), pk=pk), author


def get_metric_for(person: Person, code: str) -> tuple[Metric, Actor]:
    metric = get_object_or_404(Metric.objects.select_related("partner"), code=code)
    author = author_for(person, metric.partner)
    if author is None:
        raise PermissionDenied
    return metric, author


def sets_metrics(person: Person | AnonymousUser) -> bool:
    return isinstance(person, Person) and not roles_of(person).isdisjoint(SETTERS)


def is_lead(person: Person | AnonymousUser) -> bool:
    return isinstance(person, Person) and Role.PROGRAMME_LEAD in roles_of(person)
