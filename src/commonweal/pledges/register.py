"""What an import may meet in the register: pledges of its source, and every partner by its name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

from commonweal.partners.likeness import plain_words, similarity_of_words
from commonweal.partners.models import Partner
from localwealth.names import one_form

from .layout import WantedPledge
from .models import Pledge

NEAR_MOST = 5
# As near as a slip of the pen: of long lists of names many are a little alike.
NEAR = 0.9


def _numbers(name: str) -> list[str]:
    return re.findall(r"\d+", name)


def _last(into: Mapping[int, int | None], pk: int) -> int:
    """The partner that stands for another: where its merges lead in the end."""
    while (further := into[pk]) is not None:
        pk = further
    return pk


class Register:
    """The pledges and partners that an import may meet, each read once, when it is asked for."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.names: dict[str, int] = {}
        self.partners: dict[int, tuple[str, str]] = {}
        self.councils: set[int] = set()
        rows = Partner.objects.values_list("pk", "code", "name", "is_council", "merged_into")
        partners = list(rows)
        into = {pk: merged_into for pk, *_, merged_into in partners}
        for pk, code, name, is_council, merged_into in partners:
            self.names.setdefault(one_form(name), _last(into, pk))
            if merged_into is not None:
                continue
            self.partners[pk] = code, name
            if is_council:
                self.councils.add(pk)
        self._words: dict[int, list[str]] = {}
        self._by_word: dict[str, set[int]] = {}

    @cached_property
    def pledges(self) -> list[Pledge]:
        own = Pledge.objects.filter(source=self.source)
        return list(own.select_related("partner", "measure").order_by("id"))

    @cached_property
    def ids(self) -> dict[tuple[str, str], int]:
        """The partner of each identifier that the source gave, by its column."""
        own = Pledge.objects.filter(source=self.source).order_by("id")
        partners: dict[tuple[str, str], int] = {}
        for row, partner_id in own.values_list("source_row", "partner_id").iterator():
            for identifier in row.get("ids", {}).items():
                partners.setdefault(identifier, partner_id)
        return partners

    def partner_of(self, wanted: WantedPledge) -> int | None:
        """The partner a row is about: by name, else by an identifier that its name has left."""
        partner_id = self.names.get(one_form(wanted.partner_name))
        if partner_id is None and wanted.ids:
            partner_id = next((self.ids[i] for i in wanted.ids.items() if i in self.ids), None)
        return partner_id

    def near(self, name: str) -> list[tuple[str, str]]:
        """(code, name) of partners whose name could be meant, though it is another form."""
        telling, numbers = plain_words(name), _numbers(name)
        scored = [
            (similarity_of_words(telling, self._words[pk], least=NEAR), *self.partners[pk])
            for pk in self._sharing_words(telling)
            # 1st Brackenford Scouts are not the 2nd.
            if _numbers(self.partners[pk][1]) == numbers
        ]
        alike = sorted((s for s in scored if s[0] >= NEAR), key=lambda s: (-s[0], s[2]))
        return [(code, known) for _, code, known in alike[:NEAR_MOST]]

    def _sharing_words(self, telling: list[str]) -> Iterable[int]:
        """Partners whose name has a word, or the beginning of one, in common with these: all
        others need not be compared sign by sign."""
        if not self._by_word:
            self._by_word = defaultdict(set)
            for pk, (_, known) in self.partners.items():
                self._words[pk] = plain_words(known)
                for word in self._words[pk]:
                    self._by_word[word[:3]].add(pk)
        return sorted({pk for word in telling for pk in self._by_word.get(word[:3], ())})
