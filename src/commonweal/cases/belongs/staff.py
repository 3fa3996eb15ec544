"""Of staff and of the desk itself: who is on, which number rings, when the desk is open."""

from __future__ import annotations

from commonweal.residents.belongings import set_aside

from ..models import AlarmNumber, Duty, Opening, ReadsExplained, Safeguard, StandIn

for rota in (Duty, StandIn):
    set_aside(rota, because="when which named colleague is on")
set_aside(AlarmNumber, because="a colleague's own telephone, encrypted")
set_aside(Safeguard, because="how a restricted kind is answered; the town's words")
set_aside(ReadsExplained, because="why reads by staff stood out, encrypted; no resident is in it")
set_aside(Opening, because="when the desk is open; visitors read why it is closed")
