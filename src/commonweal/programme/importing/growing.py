"""What comes into the programme with a file beside its actions: workstreams and decisions."""

from __future__ import annotations

from datetime import date

from django.db.models import Max
from django.utils.text import slugify

from commonweal.charter.models import Decision

from ..models import Workstream
from .wanted import WantedAction


class Growing:
    """The workstreams and decisions that rows name; those that are new are written with them."""

    def __init__(self, source: str, as_at: date) -> None:
        self.source, self.as_at = source, as_at
        known = list(Workstream.objects.all())
        self._by_name = {stream.name.casefold(): stream for stream in reversed(known)}
        self._by_code = {stream.code: stream for stream in known}
        self._last = Workstream.objects.aggregate(last=Max("order"))["last"] or 0
        self.streams: list[Workstream] = []
        self.decisions: list[Decision] = []
        self.decided: dict[str, Decision] = {}

    def stream_of(self, wanted: WantedAction) -> Workstream | None:
        name = wanted.workstream
        if not name:
            return None
        known = self._by_code.get(name) or self._by_name.get(name.casefold())
        return known or self._add(wanted)

    def _add(self, wanted: WantedAction) -> Workstream:
        base = f"{self.source}-{slugify(wanted.workstream)}"[:55].strip("-")
        code, number = base, 1
        while code in self._by_code:
            number += 1
            code = f"{base}-{number}"
        added = Workstream(
            code=code,
            name=wanted.workstream,
            description=wanted.workstream_description,
            order=self._last + len(self.streams) + 1,
            source=self.source,
        )
        self._by_code[code] = self._by_name[added.name.casefold()] = added
        self.streams.append(added)
        return added

    def decide(self, titles: dict[str, str]) -> None:
        """Find or make the decision behind each response of a source; ``titles`` by response."""
        for response, title in titles.items():
            code = f"{self.source}-{slugify(response)}"[:60]
            decision = Decision.objects.filter(code=code).first()
            if decision is None:
                decision = Decision(
                    code=code,
                    title=title,
                    body="As the source says",
                    decided_on=self.as_at,
                    text="The source gives the response but no day; this is the day that the file "
                    "shows.",
                )
                self.decisions.append(decision)
            self.decided[response] = decision
