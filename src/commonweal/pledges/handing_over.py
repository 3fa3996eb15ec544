"""Somebody leaves a partner: who answers for their pledges."""

from __future__ import annotations

from django.db import transaction

from commonweal.accounts.models import Person, Role
from commonweal.office.errors import Refused
from commonweal.partners.actions import end_membership
from commonweal.partners.models import Membership

from .models import Pledge
from .standing import Kind
from .writing import for_partner, write_down


@transaction.atomic
def hand_over(*, membership: Membership, to: Membership | None, by: Person) -> int:
    """Somebody leaves a partner; their pledges go to a colleague. Returns how many went.

    Raises
    ------
    Refused
        They own pledges and no colleague is named, or they are the last editor.
    """
    partner = membership.partner
    owned = list(partner.pledges.filter(owner=membership.person).select_related("partner"))
    if owned and to is None:
        raise Refused(
            f"This person answers for {len(owned)} of your pledges. Choose who takes them over."
        )
    if to is not None and (to.partner_id != partner.pk or to.pk == membership.pk):
        raise Refused("Choose a colleague in the same organisation.")
    end_membership(membership=membership, by=by)
    if to is not None:
        for pledge in owned:
            title = to.job_title or pledge.owner_title
            Pledge.objects.filter(pk=pledge.pk).update(owner=to.person, owner_title=title)
            pledge.owner_title = title
            write_down(
                for_partner(pledge, by),
                pledge,
                Kind.HANDED_OVER,
                {"owner_title": title},
                verb="pledge handed over",
            )
    return len(owned)


@transaction.atomic
def end_by_manager(*, membership: Membership, by: Person) -> None:
    """The charter manager ends that somebody acts for a partner: whoever came in wrongly is often
    the only one there, and has nobody to hand over to.

    What they answered for is answered for by nobody until an editor of the partner takes it; the
    charter desk counts it.
    """
    end_membership(membership=membership, by=by, as_role=Role.CHARTER_MANAGER)
    membership.partner.pledges.filter(owner=membership.person).update(owner=None)
