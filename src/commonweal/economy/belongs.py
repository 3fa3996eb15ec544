"""What of the economy hangs on a resident, if only by a draw: a draw for a shock is for no need."""

from commonweal.residents.belongings import Belonging, belongs

from .models import ShockDraw

belongs(
    Belonging(
        ShockDraw,
        by=("draw__need__case__resident",),
        title="Use of what a partner offered to those who lose their work",
        words=("agreed",),
        remains="how much was used of which offer; for whom stands in no ledger",
        gives=(("draw.quantity", "How much"),),
        withheld={"agreed": "what somebody of a partner said to the desk"},
    )
)
