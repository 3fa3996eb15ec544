"""Every key of a town's file has a page at the desk."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.urls import reverse

from commonweal.accounts.models import Event
from commonweal.cases.models import TextTemplate
from commonweal.charter.models import Decision, Theme, Tier
from commonweal.places import opening
from commonweal.places.models import Former, Town
from commonweal.pledges.models import Measure
from commonweal.setup import charter_forms, forms, helpline_forms, tables, tables_words
from commonweal.setup.sections import sections

from .test_written_back import DECISION

pytestmark = pytest.mark.django_db

# Keys whose page is no plain one: the form that asks for them, or where they are set.
ASKED = {
    "town": (forms.TownForm, helpline_forms.HelplinesForm),
    "look": (forms.LookForm,),
    "notices": (forms.NoticesForm,),
    "measures": (charter_forms.MeasureForm,),
    "charter": (charter_forms.AdoptForm,),
}
ELSEWHERE = {
    "rooms": "the desk's page of rooms",
    "areas": "pasted or chosen from a list; the code is made from the name",
    "decisions": "entered at the programme desk, or with what they change",
    "helplines": "a page with a line for each",
    "funds": "the pages of funds at the grants desk",
    "programme": "asked once, when a town is made",
}
# Why no page asks for a key.
REASONS = {
    "code": "made from the name, and never changed, since addresses hold it",
    "purpose": "the list of purposes is the product's",
    "charter.number": "counted",
    "charter.adopted_by": "the decision is entered with the text",
    "charter.clauses": "pasted with the text",
    "metrics.method": "the product's own pages on method",
    "metrics.computed": "a function of the product: by the file",
    "metrics.pillars": "a list: by the file",
    "metrics.targets": "tables within a table: by the file",
    "metrics.comparators": "tables within a table: by the file",
}


def text(response):
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def rules(**changed):
    town = Town.objects.get()
    stands = {name: str(getattr(town, name)) for name in tables_words.WORDS["rules"]}
    return stands | {name: str(typed) for name, typed in changed.items()}


def test_each_key_has_a_page_or_a_reason():
    plain = {page.name: set(tables_words.WORDS[page.name]) for page in tables.PAGES}
    asked = {
        name: {field for form in them for field in form.base_fields} for name, them in ASKED.items()
    }
    assert not {*plain} & {*asked}
    missing = [
        f"{name}.{key.name}"
        for name, section in sections().items()
        if name not in ELSEWHERE
        for key in section.keys
        if key.name not in plain.get(name, set()) | asked.get(name, set())
        and key.name not in REASONS
        and f"{name}.{key.name}" not in REASONS
    ]
    assert missing == [], "Give it a page (setup/tables_words.py), or say why it has none."


@pytest.mark.parametrize("page", tables.PAGES, ids=lambda page: page.name)
def test_each_page_is_linked_and_opens(page, daniel, sign_in):
    client = sign_in(daniel)
    start = f"/desk/town/{page.name.replace('_', '-')}/"
    assert f'href="{start}"' in client.get("/desk/town/").content.decode()
    listed = client.get(start)
    assert page.title in text(listed)
    for path in set(re.findall(rf'href="({start}[^"]+)"', listed.content.decode())):
        assert client.get(path).status_code == 200


def as_it_stands(page):
    """What a browser sends of a form whose answers nobody touched."""
    form = page.context["form"]
    shown = {field.html_name: field.value() for field in form}
    sent = {name: answer for name, answer in shown.items() if answer not in (None, "")}
    # A box that is not ticked is not sent; the page's own mark always is.
    return {name: answer for name, answer in sent.items() if answer is not False} | {"mark": "x"}


@pytest.mark.parametrize("page", tables.PAGES, ids=lambda page: page.name)
def test_each_table_can_be_saved_as_it_stands_in_an_open_town(
    page, planted, tier, metric, action, daniel, sign_in
):
    """A message has a body as a decision has one, and could not be saved at all."""
    client = sign_in(daniel)
    start = reverse(page.view_name)
    paths = re.findall(rf'href="({start}[^"?]+)"', client.get(start).content.decode())
    paths = [path for path in paths if not path.endswith("/add/")] if page.is_list else [start]
    assert len(paths) == (len(page.rows()) if page.can_change else 0)
    for path in paths:
        shown = client.get(path)
        answer = client.post(path, as_it_stands(shown), follow=True)
        assert answer.redirect_chain, text(answer)
        assert "Nothing was changed." in text(answer)


def test_a_message_to_people_is_changed(planted, daniel, sign_in):
    client, start = sign_in(daniel), "/desk/town/text-templates/"
    shown = as_it_stands(client.get(f"{start}by-mail/"))
    assert client.post(f"{start}by-mail/", shown | {"body": "We wrote."}).status_code == 302
    assert TextTemplate.objects.get(code="by-mail").body == "We wrote."


@pytest.mark.parametrize(
    ("who", "pages", "desk"),
    [
        ("daniel", ("tiers", "rules", "charter", "measures", "pillars", "themes"), "/desk/town/"),
        ("maya", ("tiers", "rules", "charter", "measures"), "/desk/charter/"),
        ("nadia", ("pillars", "workstreams", "metrics"), "/desk/programme/"),
    ],
)
def test_a_page_of_settings_leads_back_to_whence_it_is_linked(
    request, sign_in, town, who, pages, desk
):
    client = sign_in(request.getfixturevalue(who))
    for page in pages:
        shown = client.get(f"/desk/town/{page}/").content.decode()
        assert f'<a href="{desk}" class="govuk-back-link">' in shown, page


def test_days_of_an_open_town_change_by_a_decision(daniel, sign_in, client):
    desk = sign_in(daniel)
    refused = desk.post("/desk/town/rules/", rules(lapse_days=200))
    assert "Say which decision changes it" in text(refused)
    assert 'value="200"' in refused.content.decode()
    assert Town.objects.get().lapse_days == 365
    assert desk.post("/desk/town/rules/", rules(lapse_days=200) | DECISION).status_code == 302
    assert Town.objects.get().lapse_days == 200
    assert Former.objects.get(kind="places.Town").was == {"lapse_days": 365}
    decision = Decision.objects.get(title="Tiers set")
    assert "Days overdue after which a pledge has lapsed: 200, before 365." in decision.text
    line = Event.objects.get(verb="town settings changed")
    assert line.detail["decision"] == decision.code
    assert line.detail["settings"] == ["lapse_days"]
    assert "200, before 365" in text(client.get(decision.get_absolute_url()))


def test_what_judges_nobody_needs_no_decision(daniel, sign_in):
    sign_in(daniel).post("/desk/town/rules/", rules(evidence_max_mb=20))
    assert Town.objects.get().evidence_max_mb == 20
    assert not Decision.objects.filter(title="Tiers set").exists()


def test_before_it_opens_days_are_free(daniel, sign_in):
    opening.prepare()
    sign_in(daniel).post("/desk/town/rules/", rules(lapse_days=200))
    assert Town.objects.get().lapse_days == 200


@pytest.mark.parametrize(
    "page", [page for page in tables.PAGES if page.judged], ids=lambda page: page.name
)
def test_only_an_open_town_is_asked_for_a_decision(daniel, sign_in, page):
    address = reverse(f"{page.view_name}-add" if page.can_add and page.is_list else page.view_name)
    assert "Which decision changes it?" in text(sign_in(daniel).get(address))
    opening.prepare()
    assert "Which decision changes it?" not in text(sign_in(daniel).get(address))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"due_soon_days": "7"}, "8"),
        ({"due_soon_days": "many"}, "Write a whole number"),
        ({"due_soon_days": ""}, "Days before its date"),
        ({"decision_title": "New days"}, "A decision needs its title, who decided, and the day"),
    ],
)
def test_days_that_are_none_are_asked_again(daniel, sign_in, typed, words):
    page = sign_in(daniel).post("/desk/town/rules/", rules(lapse_days=201) | typed)
    assert page.status_code == 200
    assert words in text(page)
    assert 'value="201"' in page.content.decode()
    assert Town.objects.get().lapse_days == 365


def test_nothing_changed_writes_nothing(daniel, sign_in):
    page = sign_in(daniel).post("/desk/town/rules/", rules(), follow=True)
    assert "Nothing was changed." in text(page)
    assert not Event.objects.filter(verb="town settings changed").exists()


def test_a_decision_names_what_it_set(maya, sign_in, client):
    desk = sign_in(maya)
    desk.post("/desk/town/rules/", rules(lapse_days=200) | DECISION)
    tier = {"name": "Gold", "criteria": "Kept.", "review_months": "12", "pledges_least": "3"}
    desk.post("/desk/town/tiers/add/", tier | DECISION | {"decision_title": "Gold is there"})
    first, second = Decision.objects.order_by("id")[:2]
    for decision, says in ((first, "the days of the rules"), (second, "the tier “Gold”")):
        page = text(client.get(decision.get_absolute_url()))
        assert f"It set {says}, as stands above." in page
        assert "Nothing here names it" not in page
    listed = text(client.get("/charter/decisions/"))
    assert listed.count("It made or changed 1 thing.") == 2
    assert "Nothing here names" not in listed
    # Whatever else the record says of the town's settings is none of a decision.
    Decision.objects.create(code="other", title="Other", body="B", decided_on=first.decided_on)
    assert "Nothing here names it yet." in text(client.get("/charter/decisions/other/"))


def test_a_tier_is_added_and_changed_by_decisions(maya, sign_in):
    desk = sign_in(maya)
    gold = {"name": "Gold", "criteria": "Kept.", "review_months": "12", "pledges_least": "3"}
    assert "Say which decision" in text(desk.post("/desk/town/tiers/add/", gold))
    assert desk.post("/desk/town/tiers/add/", gold | DECISION).status_code == 302
    tier = Tier.objects.get(name="Gold")
    assert (tier.code, tier.pledges_least, tier.late_most) == ("gold", 3, None)
    assert tier.rank == max(Tier.objects.values_list("rank", flat=True))
    desk.post("/desk/town/tiers/gold/", gold | DECISION | {"pledges_least": ""})
    tier.refresh_from_db()
    assert tier.pledges_least is None
    assert Former.objects.get(code="gold", kind="charter.Tier", was__isnull=False).was == {
        "pledges_least": 3
    }
    assert (
        "Pledges made, at least: nothing, before 3." in Decision.objects.order_by("id").last().text
    )
    again = desk.post("/desk/town/tiers/add/", gold | DECISION | {"name": " gold "})
    assert "“gold” is there already" in text(again)


def test_the_name_of_a_tier_changes_without_one(maya, sign_in):
    tier = Tier.objects.create(code="b", name="Bronze", criteria="One.", rank=1)
    stands = {"criteria": "One.", "review_months": "24"}
    sign_in(maya).post("/desk/town/tiers/b/", stands | {"name": "First"})
    tier.refresh_from_db()
    assert tier.name == "First"


def test_a_list_keeps_its_order(daniel, sign_in, theme):
    Theme.objects.create(code="z", name="Zest", order=7)
    sign_in(daniel).post("/desk/town/themes/z/", {"name": "Zeal", "description": "Why."})
    changed = Theme.objects.get(code="z")
    assert (changed.name, changed.description, changed.order) == ("Zeal", "Why.", 7)
    assert sign_in(daniel).get("/desk/town/themes/none/").status_code == 404


def test_helplines_are_a_line_each(daniel, sign_in):
    desk = sign_in(daniel)
    asked = {"ombudsman_name": "Ombudsman", "ombudsman_contact": "Ring 01632 960 100"}
    desk.post("/desk/town/helplines/", asked | {"helplines": "Samaritans; 116 123; day; night\n"})
    town = Town.objects.get()
    assert town.helplines == [{"name": "Samaritans", "number": "116 123", "words": "day; night"}]
    assert "Samaritans; 116 123; day; night" in text(desk.get("/desk/town/helplines/"))
    page = desk.post("/desk/town/helplines/", asked | {"helplines": "Samaritans"})
    assert "Line 1: write the name, a semicolon and the number" in text(page)
    assert Town.objects.get().helplines == town.helplines


def test_whoever_has_another_role_sets_nothing(tom, maya, sign_in):
    for page in tables.PAGES:
        assert sign_in(tom).get(f"/desk/town/{page.name.replace('_', '-')}/").status_code == 403
    assert sign_in(maya).get("/desk/town/file/").status_code == 403


def test_a_measure_is_deleted_while_nothing_is_promised_by_it(maya, sign_in, measure, pledged):
    other = Measure.objects.create(
        code="trees", name="Trees", theme=measure.theme, kind="count", unit="trees"
    )
    pledged()
    desk = sign_in(maya)
    address = f"/desk/town/measures/{measure.code}/delete/"
    assert "stays: something was promised by it" in text(desk.post(address, {"sent": "1"}))
    assert Measure.objects.filter(pk=measure.pk).exists()
    assert desk.post("/desk/town/measures/trees/delete/", {"sent": "1"}).status_code == 302
    assert not Measure.objects.filter(pk=other.pk).exists()
    assert Event.objects.get(verb="measure deleted").by_code == maya.code
