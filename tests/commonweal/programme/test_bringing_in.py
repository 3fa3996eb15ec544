"""Files of actions: told column by column, looked at first, and nothing goes by not being named."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from commonweal.accounts.actors import IMPORT, Actor
from commonweal.accounts.models import Role
from commonweal.bringing.models import HeldFile, Mapping
from commonweal.office.errors import Refused
from commonweal.programme import actions, importing
from commonweal.programme.models import Action, Change, ImportRun

pytestmark = pytest.mark.django_db
FIRST, LATER = date(2026, 6, 1), date(2026, 7, 1)
HEAD = "key,title,description,due_on,milestones"
ADDRESS = "/desk/programme/import/"
# Columns under other names, below a title.
FOREIGN = """Delivery plan,,,,,
Nr;Scheme;Body;Serves;Finished by;Odd
7;Open a kitchen;Brackenford Bakers;Work for all;31/03/2027;x
8;Mend the mill;;procurement;1 May 2027;y
"""
TOLD = ["key", "title", "partner", "pillars", "due_on", ""]


def table(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *rows]).encode()


def plan(*rows, head=HEAD, as_at=FIRST, **said):
    return importing.plan(table(*rows, head=head), "plan.csv", source="list", as_at=as_at, **said)


def carried(*rows, **said):
    return importing.carry_out(plan(*rows, **said), author=Actor(None, IMPORT))


ONE, TWO = "1,Train bakers,In ovens,2027-01-31,Agreed | 2026-09-01", "2,Buy flour,,,"


@pytest.fixture
def lead(sign_in, nadia, bakery, pillar, metric):
    return sign_in(nadia)


def chosen(client, text, name="plan.csv", source="list"):
    content = text.encode() if isinstance(text, str) else text
    answers = {"source": source, "as_at_0": "1", "as_at_1": "9", "as_at_2": "2026"}
    return client.post(ADDRESS, answers | {"file": SimpleUploadedFile(name, content)}, follow=True)


def told(page, columns=TOLD, **more):
    understood = page.context["understood"]
    return {
        "heading": understood.heading,
        "sheet": understood.sheet,
        "save": "1",
        "shown": f"{understood.heading} {understood.sheet}",
        **{f"column-{number}": meaning for number, meaning in enumerate(columns)},
        **more,
    }


def brought_in(client, page, **said):
    seen = {"do": "carry", "seen": page.context["preview"].fingerprint}
    return client.post(page.request["PATH_INFO"], seen | said, follow=True)


# --- Columns ------------------------------------------------------------------------------------


def test_an_unknown_list_is_told_asked_about_and_brought_in(lead, bakery, pillar):
    page = chosen(lead, FOREIGN)
    assert page.resolver_match.url_name == "programme-import-columns"
    assert "Open a kitchen; Mend the mill" in page.content.decode()
    page = lead.post(page.request["PATH_INFO"], told(page), follow=True)
    shown = page.content.decode()
    assert "Which organisation is “Brackenford Bakers”?" in shown
    assert "Which pillar is “Work for all”?" in shown
    assert "Bring it in" not in shown
    keys = list(page.context["preview"].questions.asked)
    answers = {
        f"answer-{keys.index('partner:brackenford bakers')}": "none",
        f"answer-{keys.index('pillar:work for all')}": pillar.code,
    }
    page = lead.post(page.request["PATH_INFO"], {"do": "look", **answers}, follow=True)
    page = brought_in(lead, page)
    assert page.resolver_match.url_name == "programme-import-run"
    assert "Open a kitchen" in page.content.decode()
    kitchen, mill = Action.objects.order_by("source_key")
    assert (kitchen.partner, kitchen.due_on) == (None, date(2027, 3, 31))
    assert [list(one.pillars.all()) for one in (kitchen, mill)] == [[pillar], [pillar]]


def test_the_next_file_with_these_headings_needs_no_telling(lead):
    page = chosen(lead, FOREIGN.replace("Brackenford Bakers", "").replace("Work for all", ""))
    brought_in(lead, lead.post(page.request["PATH_INFO"], told(page), follow=True))
    later = FOREIGN.replace("Delivery plan,,,,,\n", "A new title;;;;;\n;;;;;\n")
    later = later.replace("Brackenford Bakers", "").replace("Work for all", "")
    page = chosen(lead, later.replace("Mend the mill", "Mend the old mill"))
    assert page.resolver_match.url_name == "programme-import-held"
    assert page.context["preview"].counts["changed"] == 1
    assert "title: Mend the mill to Mend the old mill" in page.content.decode()
    page = chosen(lead, FOREIGN, source="another")
    assert page.resolver_match.url_name == "programme-import-columns"


def test_what_is_not_told_is_asked_again(lead):
    page = chosen(lead, FOREIGN)
    page = lead.post(page.request["PATH_INFO"], told(page, ["key", *[""] * 5]))
    assert "Say which column is “Title of the action”" in page.content.decode()
    assert page.context["form"]["column-0"].value() == "key"
    assert not Mapping.objects.exists()


def test_a_column_more_is_told_on_the_page(lead):
    page = chosen(lead, table("1,Open,blue", head="key,title,colour"))
    assert page.resolver_match.url_name == "programme-import-columns"
    page = lead.post(page.request["PATH_INFO"], told(page, ["key", "title", ""]), follow=True)
    assert page.context["preview"].counts["new"] == 1


def test_without_a_column_of_references_the_title_is_the_key(lead):
    columns = ["", "title", "", "", "due_on", ""]
    page = chosen(lead, FOREIGN)
    brought_in(lead, lead.post(page.request["PATH_INFO"], told(page, columns), follow=True))
    page = chosen(lead, FOREIGN.replace("Open a kitchen", "OPEN  a kitchen"))
    assert (len(page.context["preview"].changed), page.context["preview"].new) == (1, [])


# --- What a file is silent about stays ----------------------------------------------------------


def test_a_column_that_is_not_there_takes_nothing_away():
    carried(ONE, TWO)
    planned = plan("1,Train bakers", "2,Buy flour", head="key,title", as_at=LATER)
    assert (planned.does_nothing, planned.unchanged) == (True, 2)
    emptied = plan("1,Train bakers,", head="key,title,description", as_at=LATER)
    assert [c.field for d in emptied.changed for c in d.changes] == ["description"]


def test_a_milestone_that_was_marked_as_done_is_not_opened_by_silence(nadia):
    carried(ONE)
    step = Action.objects.get().milestones.get()
    author = Actor(nadia, Role.PROGRAMME_LEAD)
    actions.finish_milestone(milestone=step, done_on=FIRST, done_words="Seen", author=author)
    assert plan(ONE, as_at=LATER).does_nothing
    opened = plan(ONE + " | open", as_at=LATER)
    assert [(c.field, c.new) for c in opened.changed[0].changes] == [("is_done", "False")]


def test_an_action_that_is_no_longer_listed_goes_on(decision):
    carried(ONE, TWO)
    planned = plan(ONE, as_at=LATER)
    assert [action.title for action in planned.unlisted] == ["Buy flour"]
    assert planned.does_nothing
    with pytest.raises(Refused, match="Nothing would be done"):
        importing.carry_out(planned, author=Actor(None, IMPORT))
    empty = plan(as_at=LATER)
    assert (empty.unlisted, empty.does_nothing) == ([], True)
    told_otherwise = plan("3,New", head="key,title", as_at=LATER)
    assert len(told_otherwise.unlisted) == 2
    other = importing.plan(
        b"Nr,Title\n9,Other\n",
        "plan.csv",
        source="list",
        as_at=LATER,
        choice=importing.planning.Choice(columns=("key", "title"), heading=1),
    )
    assert other.unlisted == []


def test_a_refused_row_keeps_its_action_and_an_unknown_one_all(decision):
    carried(ONE, TWO)
    assert plan("1,,,,", as_at=LATER).unlisted[0].title == "Buy flour"
    with pytest.raises(Refused, match="isn't known which action row 3 is"):
        plan(ONE, ",Nameless,,,", as_at=LATER, removes=1, stopped_by=decision)


@pytest.mark.parametrize(
    ("said", "because"),
    [
        ({"removes": "on", "count": "1"}, "Choose the decision by which these actions are stopped"),
        ({"removes": "on", "decision": "2023-06"}, "Write 1, or leave the box above unticked"),
    ],
)
def test_stopping_is_chosen_by_name_with_a_decision_and_a_number(lead, decision, said, because):
    carried(ONE, TWO)
    page = chosen(lead, table(ONE))
    assert "Buy flour" in page.content.decode()
    refused = brought_in(lead, page, **said)
    assert because in refused.content.decode()
    assert refused.context["carry"]["removes"].value()
    assert Action.objects.get(title="Buy flour").stopped_on is None
    page = brought_in(lead, page, removes="on", count="1", decision="2023-06")
    assert "The file is brought in" in page.content.decode()
    flour = Action.objects.get(title="Buy flour")
    change = flour.changes.get()
    assert flour.stopped_on is not None
    assert (change.decision, change.field) == (decision, "stopped_on")
    # Named again, it goes on; stopped by people, it would not.
    carried(ONE, TWO, as_at=date(2026, 9, 2))
    flour.refresh_from_db()
    assert (flour.stopped_on, flour.off_list_on) == (None, None)


def test_what_people_stopped_is_not_begun_again_by_a_file(nadia, decision):
    carried(ONE)
    actions.stop(
        action=Action.objects.get(),
        because="No",
        decision=decision,
        author=Actor(nadia, Role.PROGRAMME_LEAD),
    )
    assert plan(ONE, as_at=LATER).does_nothing


# --- As the page checks -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "because"),
    [
        (
            "1,Late step,,2027-01-31,After | 2027-02-01",
            "milestone lies after the end of its action",
        ),
        ("1,Ahead,,,Done | | 2031-01-01", "a day to come"),
        ("1,Ends,,2020-13-01,", "is no date"),
    ],
)
def test_what_the_page_refuses_a_file_may_not_say(row, because):
    planned = plan(row)
    assert planned.new == []
    assert because in dict(planned.rejected)[2]


def test_a_file_of_an_earlier_day_or_a_day_to_come_is_refused():
    carried(ONE, as_at=LATER)
    with pytest.raises(Refused, match="1 July 2026 is in the programme already"):
        plan(TWO, as_at=FIRST)
    with pytest.raises(Refused, match="a day to come"):
        plan(TWO, as_at=date(2126, 1, 1))


def test_other_pillars_are_a_change_that_is_kept(pillar, town):
    head = "key,title,pillars"
    carried("1,Train,", head=head)
    carried("1,Train,Progressive  PROCUREMENT", head=head, as_at=LATER)
    assert list(Action.objects.get().pillars.all()) == [pillar]
    assert Change.objects.get().new == "Progressive procurement"


# --- The page -----------------------------------------------------------------------------------


def test_what_changed_since_somebody_looked_is_shown_before_anything_is_done(lead, nadia):
    carried(ONE)
    page = chosen(lead, table(ONE.replace("ovens", "kilns"), TWO))
    other = Action.objects.get()
    Action.objects.filter(pk=other.pk).update(description="By hand")
    answer = brought_in(lead, page)
    assert "The programme has changed since you looked" in answer.content.decode()
    assert Action.objects.count() == 1
    brought_in(lead, answer)
    assert Action.objects.count() == 2


def test_done_is_never_said_where_nothing_was_done(lead):
    carried(ONE)
    page = chosen(lead, table(ONE))
    assert "Nothing would be done" in page.content.decode()
    answer = brought_in(lead, page)
    assert "Nothing would be done, so nothing was" in answer.content.decode()
    assert ImportRun.objects.count() == 1


def test_a_file_that_is_thrown_away_leaves_nothing(lead):
    page = chosen(lead, table(ONE))
    page = lead.post(page.request["PATH_INFO"], {"do": "away"}, follow=True)
    assert "thrown away" in page.content.decode()
    assert not HeldFile.objects.exists()
    page = lead.get(f"{ADDRESS}00000000-0000-4000-8000-000000000000/", follow=True)
    assert "not held any more" in page.content.decode()


@pytest.mark.parametrize(
    ("name", "content", "because"),
    [
        ("a.json", b"{}", "has no recommendations"),
        ("a.csv", b"\x00", "."),
        ("a.csv", b" ", "no table"),
    ],
)
def test_a_file_that_is_none_is_refused_where_it_was_chosen(lead, name, content, because):
    page = chosen(lead, content, name=name)
    assert page.resolver_match.url_name == "programme-import"
    assert because in page.content.decode()
    assert 'value="list"' in page.content.decode()
    assert not HeldFile.objects.exists()


def test_refused_rows_go_out_with_their_reasons_and_come_back_corrected(lead):
    page = chosen(lead, table(ONE, "2,-> Buy flour,,soon,"))
    early = lead.get(f"{page.request['PATH_INFO']}refused/").content.decode()
    brought_in(lead, page)
    run = ImportRun.objects.get()
    late = lead.get(f"/desk/programme/imports/{run.pk}/refused/").content.decode()
    assert early == late
    assert "Row 3: 'soon' is no date" in early
    corrected = late.replace("soon", "31/03/2027")
    page = chosen(lead, corrected)
    if page.resolver_match.url_name == "programme-import-columns":
        columns = [column.meaning for column in page.context["understood"].columns]
        page = lead.post(page.request["PATH_INFO"], told(page, columns), follow=True)
    brought_in(lead, page)
    assert Action.objects.get(source_key="2").title == "-> Buy flour"


def test_a_refused_row_speaks_the_words_of_its_file(lead):
    text = "Our ref;Job;Ends\nA;Bake;soon\n;Mill;2027-01-31\nB;Sow;2027-01-31\nB;Reap;2027-01-31\n"
    page = chosen(lead, text)
    page = lead.post(page.request["PATH_INFO"], told(page, ["key", "title", "due_on"]), follow=True)
    assert [because for _, because in page.context["preview"].rejected] == [
        "'soon' is no date; write 2027-03-31 or 31/03/2027 in “Ends”",
        "it has no Our ref",
        "Our ref 'B' stands in row 4 already",
    ]


def test_the_empty_list_has_one_line_that_can_be_brought_in(lead, pillar, metric):
    response = lead.get(f"{ADDRESS}template/")
    page = chosen(lead, response.content)
    assert page.context["preview"].counts["rejected"] == 0
    brought_in(lead, page)
    action = Action.objects.get()
    assert (action.metric, list(action.pillars.all())) == (metric, [pillar])
    assert action.milestones.count() == 2


# --- By command ---------------------------------------------------------------------------------


def test_the_command_says_what_would_be_and_stops_only_with_a_decision(tmp_path, capsys, decision):
    file = tmp_path / "list.csv"
    file.write_bytes(table(ONE, TWO))
    call_command("programme", "import", str(file), as_at="2026-06-01")
    file.write_bytes(table(ONE))
    again = ["programme", "import", str(file), "--as-at", "2026-07-01"]
    call_command(*again, "--preview")
    assert "--remove-unlisted 1 --stopped-by DECISION" in capsys.readouterr().out
    for wrong in (
        ["--remove-unlisted", "1"],
        ["--remove-unlisted", "2", "--stopped-by", "2023-06"],
        ["--stopped-by", "none-such"],
        ["--answer", "x"],
    ):
        with pytest.raises(CommandError):
            call_command(*again, *wrong)
    assert not Action.objects.exclude(stopped_on=None).exists()
    call_command(*again, "--remove-unlisted", "1", "--stopped-by", "2023-06")
    assert Action.objects.exclude(stopped_on=None).get().title == "Buy flour"
