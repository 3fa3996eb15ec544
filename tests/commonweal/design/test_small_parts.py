"""Small parts that pages share: a list in pages, a menu, a query string, a line with suggestions, a
card for whoever passes an address on, and what holds of every answer."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.http import HttpResponse, QueryDict
from django.template import Context, Template
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from commonweal.design.components import govuk
from commonweal.design.every_answer import (
    KNOWN,
    OURS,
    POLICY,
    TAKEN_AWAY,
    MethodMiddleware,
    PermissionsPolicyMiddleware,
)
from commonweal.design.menu import DESKS, MENU, desks_of, where
from commonweal.design.paging import A_PAGE, page_at, paged
from commonweal.design.suggesting import SuggestingInput
from commonweal.design.templatetags.pages import after, also, query

ROWS = [f"row {number}" for number in range(1, 46)]


def get(address="/", **typed):
    return RequestFactory().get(address, typed)


# Lists in pages


@pytest.mark.parametrize(
    ("number", "first", "last"),
    [
        *((None, 1, 20), ("1", 1, 20), (1, 1, 20), ("2", 21, 40), ("3", 41, 45)),
        # What is no page is the first, what lies behind the end the last.
        *(("", 1, 20), ("x", 1, 20), ("1.5", 1, 20), ("²", 1, 20)),
        *(("4", 41, 45), ("9" * 30, 41, 45), ("0", 41, 45), ("-1", 41, 45)),
        ("2; DROP TABLE", 1, 20),
    ],
)
def test_a_page_is_known_by_its_number(number, first, last):
    assert list(page_at(ROWS, number)) == ROWS[first - 1 : last]
    address = {} if number is None else {"page": number}
    assert list(paged(get(**address), ROWS)) == ROWS[first - 1 : last]


@pytest.mark.parametrize(("size", "length"), [(1, 1), (5, 5), (20, 20), (21, 20), (10**6, 20)])
def test_no_page_is_longer_than_any_may_be(size, length):
    assert len(page_at(ROWS, 1, size=size)) == length <= A_PAGE
    assert len(paged(get(), ROWS, size=size)) == length


def test_two_lists_of_a_page_are_turned_by_names_of_their_own():
    request = get(page="2", old="3")
    assert next(iter(paged(request, ROWS))) == "row 21"
    assert next(iter(paged(request, ROWS, at="old"))) == "row 41"
    assert next(iter(paged(request, ROWS, at="new"))) == "row 1"


def test_an_empty_list_has_one_page():
    page = paged(get(page="7"), [])
    assert (list(page), page.number, page.paginator.num_pages) == ([], 1, 1)


def test_what_was_counted_is_not_counted_again():
    class Uncountable(list):
        def __len__(self):
            raise AssertionError("it was counted")

        def count(self, *_):
            raise AssertionError("it was counted")

    page = page_at(Uncountable(ROWS), 2, count=45)
    assert page.paginator.num_pages == 3
    assert list.__getitem__(page.object_list, 0) == "row 21"


@given(st.integers(0, 200), st.integers(1, 30))
def test_the_pages_of_a_list_are_the_list(length, size):
    rows = list(range(length))
    pages = page_at(rows, 1, size=size).paginator.num_pages
    turned = [row for number in range(1, pages + 1) for row in page_at(rows, number, size=size)]
    assert turned == rows


# The menu


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        ("/", "/"),
        ("/charter/", "/charter/"),
        ("/charter/versions/2/", "/charter/"),
        ("/have-your-say/the-parks-fund/", "/have-your-say/"),
        ("/help/ask/", "/help/"),
        ("/desk/help/", ""),
        ("/accounts/sign-in/", ""),
        ("/charter", ""),
        ("/charters/", ""),
        ("", ""),
    ],
)
def test_a_page_belongs_to_an_entry_of_the_menu(path, entry):
    assert where(path) == entry


@pytest.mark.parametrize("entry", [entry for entry, _ in MENU])
def test_an_entry_leads_to_itself(entry):
    assert where(entry) == entry


@pytest.mark.parametrize("entries", [MENU, [(path, title) for _, path, title in DESKS]])
def test_no_address_has_two_names_and_no_name_two_addresses(entries):
    pairs = list(dict.fromkeys(entries))
    assert len({path for path, _ in pairs}) == len({title for _, title in pairs}) == len(pairs)


@pytest.mark.parametrize("role", sorted({role for role, _, _ in DESKS}))
def test_each_role_has_its_desks_in_the_order_of_the_menu(role):
    assert desks_of({role}) == [(path, title) for of, path, title in DESKS if of == role]
    assert desks_of({role})


def test_who_has_two_roles_sees_each_desk_once():
    both = desks_of({"programme_lead", "analyst"})
    assert both.count(("/desk/economy/", "Economy desk")) == 1
    assert {*both} == {*desks_of({"programme_lead"}), *desks_of({"analyst"})}


@pytest.mark.parametrize("roles", [set(), {"nobody"}, {""}])
def test_who_has_no_role_has_no_desk(roles):
    assert desks_of(roles) == []


# The query string


@pytest.mark.parametrize(
    ("address", "changes", "shown"),
    [
        ("/pledges/", {}, "/pledges/"),
        ("/pledges/", {"page": 2}, "?page=2"),
        ("/pledges/?page=2", {"page": 3}, "?page=3"),
        ("/pledges/?page=2", {"page": ""}, "/pledges/"),
        ("/pledges/?page=2", {"page": None}, "/pledges/"),
        ("/pledges/?q=a&page=2", {"page": ""}, "?q=a"),
        ("/pledges/?q=a%26b", {"page": 2}, "?q=a%26b&page=2"),
        ("/pledges/?q=a&q=b", {}, "?q=a&q=b"),
        ("/pledges/?q=a&q=b", {"q": "c"}, "?q=c"),
        ("/pledges/", {"page": 0}, "?page=0"),
        ("/pledges/", {"q": '"><script>'}, "?q=%22%3E%3Cscript%3E"),
    ],
)
def test_an_address_is_changed_in_one_place_and_kept_in_others(address, changes, shown):
    request = RequestFactory().get(address)
    before = request.GET.urlencode()
    assert query({"request": request}, **changes) == shown
    assert request.GET.urlencode() == before


@given(st.dictionaries(st.sampled_from("abc"), st.sampled_from(["1", "ü&=", " "]), max_size=3))
def test_what_was_asked_for_can_be_asked_for_again(asked):
    shown = query({"request": get("/pledges/", **asked)}, page=2)
    assert QueryDict(shown[1:]).dict() == asked | {"page": "2"}


@pytest.mark.parametrize(
    ("before", "named", "shown"),
    [
        ("", "", ""),
        ("", "page=2", "?page=2"),
        ("?anchor=x", "", "?anchor=x"),
        ("?anchor=x", "page=2", "?anchor=x&page=2"),
    ],
)
def test_a_name_is_added_to_what_is_there(before, named, shown):
    assert also(before, named) == shown


@pytest.mark.parametrize(
    ("shown", "before", "drawn"),
    [
        ("1950", ", born ", ", born 1950"),
        ("", ", born ", ""),
        (None, ", born ", ""),
        (0, ", born ", ""),
        ("<b>", ", ", ", &lt;b&gt;"),
        ("x", "<", "&lt;x"),
    ],
)
def test_what_leads_to_nothing_is_not_there(shown, before, drawn):
    assert after(shown, before) == drawn


# Components and suggestions


@pytest.mark.parametrize("danger", ["<script>", '"><img src=x>', "a & b", "it's"])
def test_no_component_lets_words_be_html(danger):
    drawn = govuk("button", {"text": danger})
    assert "govuk-button" in drawn
    assert "<script>" not in drawn
    assert "<img" not in drawn


@pytest.mark.parametrize("name", ["date-input", "error-summary", "warning-text", "radios"])
def test_a_component_is_known_by_its_name_in_the_design_system(name):
    parameters = {"items": [], "errorList": [], "text": "Words", "idPrefix": "id", "name": "n"}
    assert f"govuk-{name}" in govuk(name, parameters | {"id": "id"})


def test_what_is_suggested_is_asked_for_each_time_and_escaped():
    offered = ["Mill Lane", '"><script>', "Ada & Bea"]
    line = SuggestingInput(lambda: offered)
    assert line.listed("streets") == (
        '<datalist id="streets"><option value="Mill Lane"></option>'
        '<option value="&quot;&gt;&lt;script&gt;"></option>'
        '<option value="Ada &amp; Bea"></option></datalist>'
    )
    offered.clear()
    assert line.listed("streets") == '<datalist id="streets"></datalist>'


def test_any_words_may_be_typed_where_some_are_suggested():
    line = SuggestingInput(lambda: ["Mill Lane"], attrs={"maxlength": "30"})
    assert 'maxlength="30"' in line.render("street", "High Street")
    assert line.value_from_datadict({"street": "High Street"}, {}, "street") == "High Street"


# Whoever passes an address on

TOWN = SimpleNamespace(name="Brackenford & Co", service_name="Charter")


def drawn(template, **context):
    return Template("{% load sharing %}" + template).render(Context({"town": TOWN, **context}))


@pytest.mark.parametrize("path", ["/desk/help/", "/space/bakery/", "/accounts/sign-in/", "/-/live"])
def test_nobody_passes_on_a_page_of_their_own(path):
    context = {"request": get(path)}
    assert drawn("{% titled %}Case 7{% endtitled %}", **context) == (
        "<title>Case 7 – Brackenford &amp; Co</title>"
    )
    assert drawn("{% described %}Words{% enddescribed %}", **context) == ""


def test_a_page_that_nobody_asked_for_has_a_title_and_no_card():
    assert "meta" not in drawn("{% titled %}Not there{% endtitled %}")
    assert drawn("{% described %}Words{% enddescribed %}") == ""


def test_a_card_has_the_address_without_what_was_looked_for(settings):
    settings.ADDRESS = "https://charter.example"
    card = drawn("{% titled %} Our\n pledges {% endtitled %}", request=get("/pledges/", q="secret"))
    assert card.startswith("<title>Our pledges – Brackenford &amp; Co</title>")
    assert '<meta property="og:url" content="https://charter.example/pledges/">' in card
    assert '<meta property="og:title" content="Our pledges">' in card
    assert '<meta property="og:image" content="https://charter.example/' in card
    assert "secret" not in card


@pytest.mark.parametrize(
    ("inside", "plain"),
    [
        ("<b>Bread</b> for all", "Bread for all"),
        ("Bread &amp; jam", "Bread &amp; jam"),
        ("  Bread \n\n and jam ", "Bread and jam"),
        ("&lt;script&gt;", "&lt;script&gt;"),
    ],
)
def test_what_a_page_is_about_is_plain_words(inside, plain):
    about = drawn("{% described %}" + inside + "{% enddescribed %}", request=get("/pledges/"))
    assert about == (
        f'<meta name="description" content="{plain}">'
        f'<meta property="og:description" content="{plain}">'
    )


def test_a_long_description_ends_with_a_sign():
    about = drawn("{% described %}" + "bread " * 90 + "{% enddescribed %}", request=get("/"))
    content = about.split('content="')[1].split('"')[0]
    assert len(content) == 200
    assert content.endswith("…")


# What holds of every answer


@pytest.mark.parametrize("method", KNOWN)
def test_a_method_that_pages_know_reaches_them(method):
    answer = MethodMiddleware(lambda request: HttpResponse(request.method))
    assert answer(RequestFactory().generic(method, "/")).content.decode() == method


@pytest.mark.parametrize(
    "method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "get", "07700900123", ""]
)
def test_any_other_reaches_no_page(method):
    request = RequestFactory().get("/")
    request.method = method
    reached = []
    response = MethodMiddleware(reached.append)(request)
    assert (response.status_code, reached) == (405, [])
    assert response["Allow"] == "GET, HEAD, OPTIONS, POST"
    assert not method or method not in response.content.decode().split()


def test_a_browser_gives_our_pages_nothing_but_passkeys():
    response = PermissionsPolicyMiddleware(lambda request: HttpResponse())(get())
    policy = dict(part.split("=") for part in response["Permissions-Policy"].split(", "))
    assert policy == dict.fromkeys(TAKEN_AWAY, "()") | dict.fromkeys(OURS, "(self)")
    assert len(policy) == len(TAKEN_AWAY) + len(OURS), "a name stands there twice"
    assert POLICY.isascii()


def test_an_answer_with_a_policy_of_its_own_keeps_it():
    def answer(request):
        return HttpResponse(headers={"Permissions-Policy": "camera=(self)"})

    response = PermissionsPolicyMiddleware(answer)(get())
    assert response["Permissions-Policy"] == "camera=(self)"
