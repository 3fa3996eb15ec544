"""The parts that pages are built of (design/templatetags/parts.py)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Template, TemplateSyntaxError


def draw(text: str, **context: Any) -> str:
    return Template(text).render(Context(context))


def test_a_table_takes_its_labels_and_figures_from_its_columns():
    page = draw(
        '{% table "Firms" %}{% column "Firm" %}{% column "Paid" number=True %}'
        "{% row %}{% value name %}{% cell %} <b>{{ paid }}</b> {% endcell %}{% endrow %}"
        "{% endtable %}",
        name="Bread & Co",
        paid=3,
    )
    assert page == (
        '<div class="scroll" tabindex="0" role="region" aria-label="Firms">'
        '<table class="govuk-table lines"><thead><tr>'
        '<th scope="col" class="govuk-table__header">Firm</th>'
        '<th scope="col" class="govuk-table__header number">Paid</th></tr></thead><tbody><tr>'
        '<td class="govuk-table__cell" data-label="Firm">Bread &amp; Co</td>'
        '<td class="govuk-table__cell number" data-label="Paid"><b>3</b></td></tr>'
        "</tbody></table></div>"
    )


def test_each_row_begins_at_the_first_column():
    page = draw(
        '{% table %}{% column "A" %}{% column "B" %}{% for n in numbers %}{% row %}'
        "{% value n %}{% value n %}{% endrow %}{% endfor %}{% endtable %}",
        numbers=[1, 2],
    )
    assert page.count('data-label="A">') == page.count('data-label="B">') == 2


def test_a_table_without_rows_says_so_over_all_columns():
    page = draw(
        '{% table %}{% column "A" %}{% if more %}{% column "B" %}{% endif %}{% nothing "None." %}'
        "{% endtable %}",
        more=True,
    )
    assert '<td class="govuk-table__cell" colspan="2">None.</td>' in page


def test_cards_are_a_list_in_which_a_link_leads_to_one():
    page = draw(
        "{% cards %}{% for n in numbers %}{% card n %} <b>{{ n }}</b> {% endcard %}{% endfor %}"
        "{% endcards %}",
        numbers=["a", "b&"],
    )
    assert page == (
        '<ul class="cards"><li class="card" id="a"><b>a</b></li>'
        '<li class="card" id="b&amp;"><b>b&amp;</b></li></ul>'
    )
    assert draw("{% cards ordered=True %}{% card %}1{% endcard %}{% endcards %}") == (
        '<ol class="cards"><li class="card">1</li></ol>'
    )


def test_a_card_by_itself_is_a_section():
    page = draw("{% cards %}{% endcards %}{% card %}Alone{% endcard %}")
    assert page == '<ul class="cards"></ul><section class="card">Alone</section>'


def test_where_there_is_nothing_it_is_said_as_its_place_wants_it():
    assert draw("{% cards %}{% nothing why %}{% endcards %}", why="None & no") == (
        '<ul class="cards"><li class="card">None &amp; no</li></ul>'
    )
    assert draw('{% nothing "None." %}') == '<p class="govuk-body">None.</p>'


def test_pages_that_nobody_counts_lead_to_those_before_and_after():
    def turn(base: str, **page: Any) -> str:
        return draw("{% pages page base %}", page=SimpleNamespace(**page), base=base)

    both = turn("?q=x", pages=3, number=2, before=1, after=3)
    assert 'href="?q=x&amp;page=1"' in both
    assert 'href="?q=x&amp;page=3"' in both
    assert "Page 2 of 3." in both
    assert 'rel="prev"' not in turn("", pages=2, number=1, before=None, after=2)
    assert 'href="?page=2"' in turn("", pages=2, number=1, before=None, after=2)
    assert turn("", pages=1, number=1, before=None, after=None).strip() == ""


@pytest.mark.parametrize(
    ("cell", "drawn"),
    [
        ('{% value 1 label="" %}', '<td class="govuk-table__cell">1</td>'),
        ('{% value 1 label="B" %}', '<td class="govuk-table__cell" data-label="B">1</td>'),
        ("{% value 1 number=True %}", '<td class="govuk-table__cell number" data-label="A">1</td>'),
        (
            "{% cell heading=True %}x{% endcell %}",
            '<th scope="row" class="govuk-table__header" data-label="A">x</th>',
        ),
        (
            '{% cell colspan=3 label="" classes="quiet" %}x{% endcell %}',
            '<td class="govuk-table__cell quiet" colspan="3">x</td>',
        ),
        ("{% value nobody %}", '<td class="govuk-table__cell" data-label="A"></td>'),
    ],
)
def test_a_cell_may_be_otherwise_than_its_column(cell, drawn):
    page = draw('{% table %}{% column "A" %}{% row %}' + cell + "{% endrow %}{% endtable %}")
    assert drawn in page


def test_a_column_of_buttons_has_a_heading_for_those_who_hear_it_and_no_label():
    page = draw(
        '{% table %}{% column "What can be done" hidden=True %}{% row %}{% value "x" %}{% endrow %}'
        "{% endtable %}"
    )
    assert '<span class="govuk-visually-hidden">What can be done</span>' in page
    assert '<td class="govuk-table__cell">x</td>' in page


def test_a_table_that_stays_a_table_on_a_phone_has_no_labels():
    page = draw(
        '{% table scroll=False phone="" %}{% caption "hidden" %}Firms{% endcaption %}'
        '{% column "A" %}'
        "{% row %}{% value 1 %}{% endrow %}{% endtable %}"
    )
    assert page.startswith(
        '<table class="govuk-table"><caption class="govuk-visually-hidden">Firms</caption>'
    )
    assert "data-label" not in page


def test_rows_that_belong_together_stand_under_their_heading():
    page = draw(
        '{% table phone="account" %}{% column "A" %}{% column "B" label="Bee" sign="+" %}'
        '{% group "Hours" %}{% row %}{% value 1 %}{% value 2 %}{% endrow %}'
        "{% endgroup %}{% endtable %}"
    )
    assert (
        '<tbody><tr><th scope="rowgroup" colspan="2" class="govuk-table__header">Hours</th>' in page
    )
    assert page.count("<tbody>") == 1
    assert '<span aria-hidden="true">+</span> B' in page
    assert 'data-label="Bee"' in page


def test_facts_have_keys_anchors_and_what_can_be_done():
    page = draw(
        '{% facts %}{% fact 4 anchor="clause-" classes="hash" %} {{ words }} '
        "{% action %}<a>Change</a>{% endaction %}{% endfact %}"
        "{% fact %}{% key %}<b>K</b>{% endkey %}v{% endfact %}{% endfacts %}",
        words="a < b",
    )
    assert page == (
        '<dl class="govuk-summary-list">'
        '<div class="govuk-summary-list__row" id="clause-4">'
        '<dt class="govuk-summary-list__key">4</dt>'
        '<dd class="govuk-summary-list__value hash">a &lt; b</dd>'
        '<dd class="govuk-summary-list__actions"><a>Change</a></dd></div>'
        '<div class="govuk-summary-list__row"><dt class="govuk-summary-list__key"><b>K</b></dt>'
        '<dd class="govuk-summary-list__value">v</dd></div></dl>'
    )


def test_a_button_that_posts_brings_its_keys_and_what_goes_along():
    page = draw(
        '{% post "desk-role-end" 3 form="inline-form" room=code %}End {{ code }}{% endpost %}',
        code="<x>",
        csrf_token="T",
    )
    assert page == (
        '<form method="post" action="/desk/people/3/end/" class="inline-form">'
        '<input type="hidden" name="csrfmiddlewaretoken" value="T">'
        '<input type="hidden" name="room" value="&lt;x&gt;">'
        '<button class="govuk-button govuk-button--secondary">End &lt;x&gt;</button></form>'
    )
    here = draw('{% post kind="warning" %}Go{% endpost %}', csrf_token="T")
    assert here.startswith('<form method="post"><input')
    assert "govuk-button--warning" in here


@pytest.mark.parametrize(
    ("is_open", "tag"),
    [
        ("", '<details class="govuk-details fold">'),
        (" True", '<details class="govuk-details fold" open>'),
    ],
)
def test_what_is_folded_says_what_it_is(is_open, tag):
    page = draw(
        f"{{% fold words{is_open} %}}<p>Inside</p>{{% endfold %}}", words="2 <b>figures</b>"
    )
    assert page.startswith(tag)
    assert "2 &lt;b&gt;figures&lt;/b&gt;</span></summary><p>Inside</p></details>" in page


def test_a_table_may_be_cards_of_a_few_lines_on_a_phone():
    page = draw(
        '{% table phone="lines" %}{% column "Name" %}{% column "Done" number=True %}'
        "{% row %}{% value 'A' %}{% value 3 %}{% endrow %}{% endtable %}"
    )
    assert '<table class="govuk-table lines">' in page
    assert 'data-label="Done"' in page


def test_a_part_of_the_page_is_folded_behind_its_heading():
    page = draw("{% fold words heading=3 %}<p>Inside</p>{% endfold %}", words="Food <b>")
    assert page.startswith('<details class="govuk-details fold fold--part"><summary ')
    heading = (
        '<h3 class="govuk-heading-m govuk-details__summary-text">Food &lt;b&gt;</h3></summary>'
    )
    assert heading in page


def test_a_warning_is_escaped():
    page = draw("{% warning %}Mind {{ whom }}{% endwarning %}", whom="<b>")
    assert "Mind &lt;b&gt;" in page
    assert "Warning</span>" in page


def test_a_part_without_its_end_is_refused():
    with pytest.raises(TemplateSyntaxError, match="endtable"):
        Template("{% table %}")


def test_a_filter_bar_asks_by_get_and_keeps_what_was_chosen():
    page = draw(
        '{% filters label="Choose" clear="register" %}{% look_for "Words" "q" q %}'
        '{% choose "Sector" "sector" sectors "b" everything="Any" %}{% endfilters %}',
        q='bread "& jam',
        sectors=[("a", "Public"), ("b", "<Private>")],
    )
    assert page.startswith('<form method="get" class="filters" aria-label="Choose">')
    assert 'name="q" type="search" value="bread &quot;&amp; jam"' in page
    assert '<option value="">Any</option><option value="a">Public</option>' in page
    assert '<option value="b" selected>&lt;Private&gt;</option>' in page
    assert '<a class="govuk-link" href="/pledges/">Clear</a></div></form>' in page


@pytest.mark.parametrize(
    "options",
    [
        {"x": "Ex"},
        [("x", "Ex")],
        [SimpleNamespace(code="x", name="Ex")],
    ],
)
def test_a_choice_takes_pairs_a_mapping_or_rows(options):
    page = draw('{% choose "Where" "where" options "x" prefix="ask-" %}', options=options)
    assert '<select class="govuk-select" id="ask-where" name="where">' in page
    assert '<option value="x" selected>Ex</option></select>' in page


def test_a_choice_of_words_says_the_words():
    page = draw('{% choose "Only" "verb" verbs "" %}', verbs=["pledge met"])
    assert '<option value="pledge met">pledge met</option>' in page
