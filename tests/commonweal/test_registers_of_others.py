"""Promises that registers of other bodies list are nowhere among the town's own.

A town with such registers says on every public page, in every file and to every metric what it says
without them; what it says of them stands in sentences of their own (decision 0049).
"""

from __future__ import annotations

import difflib
import re
from datetime import date, timedelta
from html import unescape
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

import commonweal
from commonweal.charter import actions as charter
from commonweal.charter.reads import counts
from commonweal.partners.models import Membership, Partner
from commonweal.pledges import ledger, tier_facts
from commonweal.pledges.models import ImportRun, Pledge
from commonweal.pledges.undoing import plan_undo, undo
from commonweal.programme.computed import facts
from tests.commonweal.cast.registers import HEAD, read_in
from tests.commonweal.test_permissions import readers_of, samples

__all__ = ["samples"]
pytestmark = pytest.mark.django_db
SOURCE = Path(commonweal.__file__).parent

# Addresses that show the one chain of entries, which holds everything that was written.
OF_THE_CHAIN = {"ledger", "ledger-csv", "ledger-json", "feed"}
# What a page says of the registers of others: whole sentences, told apart by these words.
APART = re.compile(
    r"Apart from these[^.]*(?:registers of other bodies|match(?:es)? as well)[^.]*\.|"
    r"Registers of other bodies list[^.]*\.|"
    r"\d+ promises? in registers of other bodies",
)


class _Main(HTMLParser):
    """The text of a page without its lists of choices, in which registers may be chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.skips = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.skips += tag in ("script", "style", "option")

    def handle_endtag(self, tag: str) -> None:
        self.skips -= tag in ("script", "style", "option")

    def handle_data(self, data: str) -> None:
        if not self.skips:
            self.text.append(data)


def says(client: Client, address: str) -> str:
    """What a page or a file says of the town's own."""
    return " ".join(APART.sub("", says_all(client, address)).split())


def says_all(client: Client, address: str) -> str:
    response = client.get(address)
    content = response.getvalue() if response.streaming else response.content
    kind = response.headers.get("Content-Type", "")
    if "html" not in kind:
        # What is no text is drawn from what a page says.
        return content.decode() if re.search("text|json|xml;|svg", kind) else ""
    reader = _Main()
    reader.feed(content.decode())
    return " ".join(" ".join(reader.text).split())


def test_every_public_page_and_file_says_the_same_without_them(
    samples, every_address, of_others, client
):
    addresses = {
        name: reverse(name, kwargs=samples.get(name, {}))
        for name, _ in every_address
        if not name.startswith(("desk", "space", "demo")) and name not in OF_THE_CHAIN
    }
    for_all = {name for name, roles in readers_of().items() if "nobody" in roles}
    before = {name: says(client, address) for name, address in addresses.items() if name in for_all}
    assert len(before) > 60
    of_others()
    differing = {}
    for name, earlier in before.items():
        now = says(client, addresses[name])
        if now != earlier:
            differing[name] = _difference(earlier, now)
    assert not differing, "\n".join(f"{name}: {lines}" for name, lines in differing.items())


def _difference(earlier: str, now: str) -> str:
    """What stands in the one and not in the other, with its surroundings."""
    pieces = difflib.SequenceMatcher(None, earlier.split(), now.split(), autojunk=False)
    old, new = earlier.split(), now.split()
    return "; ".join(
        f"{' '.join(old[max(a - 4, 0) : b + 4])} -> {' '.join(new[max(c - 4, 0) : d + 4])}"
        for tag, a, b, c, d in pieces.get_opcodes()
        if tag != "equal"
    )


def test_no_count_of_the_towns_takes_them_in(of_others, pledged, bakery, today):
    """What is counted elsewhere than on a page: metrics, criteria of tiers, partners reached."""
    pledged()

    def counted() -> list[Any]:
        return [
            facts(today).standings,
            facts(today).dated,
            tier_facts.facts_of(bakery, today),
            counts(today),
        ]

    before = counted()
    of_others()
    assert counted() == before
    assert Partner.objects.public().count() == before[3].reached + 1


def test_who_is_only_named_becomes_a_partner_of_the_town_by_what_it_does(
    of_others, told, version, new_person, asha, today
):
    of_others()
    named = Partner.objects.get(name="UK Government")
    yesterday = today - timedelta(days=1)

    def is_reached(on: Any = today) -> bool:
        return named in Partner.objects.reached(on)

    assert not is_reached()
    # Somebody acts for it.
    membership = Membership.objects.create(
        partner=named, person=new_person("una", "Una"), role="editor"
    )
    assert is_reached()
    assert not is_reached(yesterday)
    membership.delete()
    # It promises the town something.
    told((9, "proposed", {}), (1, "accepted", {}), partner=named)
    assert is_reached(yesterday)
    assert not is_reached(today - timedelta(days=2))
    Pledge.objects.to_the_town().filter(partner=named).update(accepted_on=None)
    assert not is_reached()
    # It signs.
    charter.sign(partner=named, version=version, name="A", capacity="x", show_name=False, by=asha)
    assert is_reached()
    assert not is_reached(yesterday)


def test_they_are_found_where_they_stand_apart(of_others, client, bakery):
    of_others()
    for address, there in (
        ("/pledges/", False),
        ("/pledges/?source=own", False),
        ("/pledges/?source=others", True),
        ("/pledges/?source=all", True),
        ("/pledges.csv", False),
        ("/pledges.csv?source=others", True),
        ("/pledges.json?source=all", True),
    ):
        assert ("We will give more hours" in says(client, address)) == there, address
    for address, there in (
        ("/partners/", False),
        ("/partners/?show=others", True),
        ("/partners.csv", False),
        ("/partners.csv?source=all", True),
        ("/partners.json?source=others", True),
    ):
        assert ("UK Government" in says(client, address)) == there, address
    assert bakery.name in says(client, "/partners/")
    assert bakery.name not in says(client, "/partners.json?source=others")
    # Whoever looks for a name is led on with it.
    sought = client.get("/partners/?q=UK+Gov&show=").content.decode()
    [there_too] = re.findall(r'href="(/partners/\?show=others[^"]*)"', sought)
    assert "UK Government" in says(client, there_too.replace("&amp;", "&"))
    assert there_too.endswith("&amp;q=UK%20Gov")
    # Each page leads there.
    for address in ("/", "/pledges/", f"/partners/{bakery.code}/", "/partners/"):
        page = client.get(address).content.decode()
        assert "source=others" in page or "show=others" in page, address


def test_what_was_undone_or_is_listed_no_more_is_counted_as_listed_nowhere(
    of_others, client, maya, theme, today
):
    """Some are withdrawn, then all: no sentence, list or file says that a register lists them."""
    government, partner_page = "UK Government", "/partners/uk-government/"
    pledges = of_others()
    theme_page = theme.get_absolute_url()

    def listed() -> list[int]:
        pages = [says_all(client, address) for address in ("/", "/pledges/", theme_page)]
        pages += [says_all(client, partner_page), says_all(client, "/partners/?show=others")]
        counts = [re.search(r"(\d+) promises?(?= that reg| of it| in reg)", page) for page in pages]
        return [int(count[1]) if count else 0 for count in counts]

    assert listed() == [4, 4, 3, 3, 3]
    first, *_ = [pledge for pledge in pledges if pledge.partner.name == government]
    ledger.append(ledger.NewEntry(first, "withdrawn", today, {}, "Gone", by_role="import"))
    assert listed() == [3, 3, 2, 2, 2]
    assert first.statement not in says(client, "/pledges/?source=others")
    assert first.statement not in says(client, "/pledges.csv?source=others")
    for address in ("/pledges/?source=all", "/pledges/?source=others&standing=withdrawn"):
        assert first.statement in says(client, address), address
    for run in ImportRun.objects.order_by("-pk"):
        undo(run, because="Wrong file", by=maya, seen=plan_undo(run).fingerprint)
    assert listed() == [0] * 5


def test_the_search_leads_to_all_that_it_counted(of_others, client, today):
    """Its list of the rest holds what registers of other bodies list, with the words."""
    of_others()
    line = "{0},We will give more hours of jobs {0},open,1,2026-01-01"
    read_in("uk-promises", [line.format(number) for number in range(4, 9)], today)
    page = client.get("/search/?q=UK+Government").content.decode()
    address = re.search(r'href="(/pledges/\?[^"]*)"\s*>All (\d+) in pledges', page)
    assert address, page
    assert f"{address[2]} pledges match" in says(client, unescape(address[1]))
    # Where only others match, nothing is "apart from these".
    nothing_own = says_all(client, "/pledges/?q=UK+Government")
    assert "No pledge matches what you chose. 8 promises that" in nothing_own
    assert "Apart from these" not in nothing_own


def test_the_search_says_of_each_in_whose_register_it_stands(
    of_others, client, pledged, bakery, new_person
):
    of_others()
    own = pledged(statement="Give more hours of apprenticeships")

    def found(words: str) -> dict[str, str]:
        page = client.get("/search/", {"q": words}).content.decode()
        lines = re.findall(r'href="(/p[^"]+/)"\s*>[^<]*</a><br>\s*<span[^>]*>([^<]*)<', page)
        return {address: line.strip() for address, line in lines}

    promises = found("more hours")
    assert promises.pop(own.get_absolute_url()) == bakery.name
    assert set(promises.values()) == {"In a register of another body (uk-promises): UK Government"}
    first = Pledge.objects.get(source="ndcs")
    mark = "In a register of another body"
    assert found("first pledge") == {first.get_absolute_url(): f"{mark} (ndcs): {bakery.name}"}
    # A partner of the town's that such a register names as well is the town's.
    assert mark not in found(bakery.name)[bakery.get_absolute_url()]
    named = Partner.objects.get(name="UK Government")
    assert found("UK Government")[named.get_absolute_url()].endswith(f". {mark} (uk-promises)")
    Membership.objects.create(partner=named, person=new_person("una", "Una"), role="editor")
    assert mark not in found("UK Government")[named.get_absolute_url()]


def test_nobody_is_wanted_to_act_for_who_is_only_named_there(of_others, bakery, maya, sign_in):
    """The count of the charter desk and the list behind it are of the town's partners."""
    of_others()
    manager = sign_in(maya)
    assert [one.name for one in _wanted(manager)] == [bakery.name]
    assert manager.get("/desk/charter/").context["unclaimed"] == 1
    promised = Pledge.objects.filter(partner__name="UK Government").first()
    Pledge.objects.filter(pk=promised.pk).update(is_of_others=False)
    assert [one.name for one in _wanted(manager)] == [bakery.name, "UK Government"]
    assert manager.get("/desk/charter/").context["unclaimed"] == 2


def _wanted(manager: Client) -> list[Partner]:
    return list(manager.get(reverse("desk-unclaimed")).context["page"])


def test_whoever_reads_such_a_file_in_is_told_first_that_it_stands_apart(town, maya, sign_in):
    def preview(layout: str, content: str) -> str:
        file = SimpleUploadedFile("list.csv", content.encode())
        filled = {"layout": layout, "sender": "", "as_at": "", "file": file}
        page = sign_in(maya).post(reverse("desk-import"), filled, follow=True)
        assert "What would happen" in page.content.decode()
        return page.content.decode()

    apart = "This is a register of another body"
    others = f"{HEAD['uk-promises']}\n1,We will give hours,open,1,2026-01-01\n"
    assert apart in preview("uk-promises", others)
    own = "partner,sector,statement,measure,target,due_on\n"
    own += "Acorn,private,We will plant,trees,5,2030-01-01\n"
    assert apart not in preview("commonweal", own)


def test_an_own_list_is_not_called_after_a_register_of_others(town, maya, sign_in):
    """Its promises would stand apart with those."""

    def send(layout: str) -> Any:
        file = SimpleUploadedFile("list.csv", b"partner,statement\nA,B\n")
        filled = {"layout": layout, "sender": "UK-Promises", "as_at": "", "file": file}
        return sign_in(maya).post(reverse("desk-import"), filled)

    page = send("commonweal").content.decode()
    assert "is what another body&#39;s register is called here" in page
    assert 'value="UK-Promises"' in page
    assert "register is called here" not in send("uk-promises").content.decode()


# Where all public pledges are read, whoever lists them, and why.
READS_ALL = {
    "pledges/access.py": "the page of one pledge",
    "pledges/charter_desk.py": "pledges made here that nobody answers for",
    "pledges/charter_queues.py": "a question to any pledge waits for its answer",
    "pledges/followed.py": "what somebody follows",
    "pledges/partner_reads.py": "counts both, apart from each other",
    "pledges/reminders.py": "letters to whoever answers for a pledge",
    "pledges/searched.py": "the search over the whole site",
    "programme/forms.py": "pledges that are named by their code",
    "programme/metric_forms.py": "a pledge that is named by its code",
    "programme/reads/decisions.py": "no register of others names a decision",
    "programme/views.py": "pledges that a metric measures",
    "voice/proposals/forms.py": "a pledge that is named by its code",
}


def test_whoever_reads_pledges_says_whose():
    """A new reader takes `to_the_town`, or stands above with its reason."""
    found_in = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if re.search(r"\bPledge\.objects\.public\(\)|\bpledges\.public\(\)", path.read_text())
        and "demo" not in path.parts
    }
    assert found_in == set(READS_ALL)


def test_the_upgrade_marks_what_is_there(of_others, pledged, settings, tmp_path):
    """By the layout: the town's own lists, and a layout of the town that is checked, are own."""
    of_others()
    settings.VAR = tmp_path
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "ours.toml").write_text('name = "ours"\nchecked = true\n')
    own = [("list", "commonweal"), ("Chamber", "commonweal-1a2b"), ("ours", "ours")]
    for number, (source, layout) in enumerate(own):
        Pledge.objects.filter(pk=pledged(due_on=date(2031, 1, number + 1)).pk).update(
            source=source, source_key="1", source_row={"layout": layout}
        )
    was = dict(Pledge.objects.values_list("code", "is_of_others"))
    assert sorted(was.values()) == [False] * 3 + [True] * 4
    Pledge.objects.update(is_of_others=False)
    Partner.objects.update(is_of_others=False)
    import_module("commonweal.pledges.migrations.0012_registers_of_others").mark(apps, None)
    assert dict(Pledge.objects.values_list("code", "is_of_others")) == was
    assert [one.name for one in Partner.objects.filter(is_of_others=True)] == ["UK Government"]
