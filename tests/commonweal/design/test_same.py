"""What is drawn once and shown again is what would be drawn now."""

from __future__ import annotations

import re

import pytest
from django.template import Context, Template
from django.utils.safestring import SafeString

from commonweal.accounts.models import Appointment
from commonweal.design.templatetags import same
from commonweal.places.models import Room, Town

DRAWN = Template("{% load same %}{% same x=x y=y %}{{ x }} {{ y|length }} {{ z }}{% endsame %}")


def drawn(**named):
    return DRAWN.render(Context(named))


@pytest.mark.parametrize(
    "values", [(True, 1, 1.0), ("<a>", SafeString("<a>")), ((1, 2), (2, 1)), ("", None, False)]
)
def test_what_differs_is_drawn_anew(values):
    anew = Template("{{ x }} {{ y|length }} {{ z }}")
    for _ in range(2):
        for x in values:
            assert drawn(x=x, y=()) == anew.render(Context({"x": x, "y": ()}))


def test_it_sees_its_own_arguments_and_nothing_else():
    assert drawn(x="a", y="bc", z="of the page") == "a 2 "


def test_where_nothing_is_escaped_nothing_is():
    assert DRAWN.render(Context({"x": "<b>", "y": ""})) == "&lt;b&gt; 0 "
    assert DRAWN.render(Context({"x": "<b>", "y": ""}, autoescape=False)) == "<b> 0 "


def test_it_keeps_no_more_than_so_many(monkeypatch):
    monkeypatch.setattr(same, "MOST", 5)
    page = Template("{% load same %}{% same x=x %}{{ x }}{% endsame %}")
    [node] = page.nodelist.get_nodes_by_type(same.SameNode)
    for number in range(30):
        assert page.render(Context({"x": number})) == str(number)
        assert len(node.drawn) <= 5


def frame_of(page: str) -> list[str]:
    return [" ".join(piece.split()) for piece in re.split(r"<main.*</main>", page, flags=re.DOTALL)]


def test_the_frame_shows_the_town_of_this_moment(client, town, carys):
    for name in ("Ashford", "Bexley & Sons", "Ashford"):
        Town.objects.update(name=name, contact_email=f"{name[:3]}@example.org")
        before, after = frame_of(client.get("/privacy/").content.decode())
        assert f'">{name.replace("&", "&amp;")}: Charter</a>' in before
        assert f"mailto:{name[:3]}@example.org" in after
    for is_fictional in (True, False):
        Town.objects.update(is_fictional=is_fictional)
        before, _ = frame_of(client.get("/privacy/").content.decode())
        assert ("is a fictional town" in before) is is_fictional


def test_the_frame_shows_the_rooms_of_this_moment_and_where_one_is(client, town):
    for is_on in (True, False, True):
        Room.objects.update_or_create(code="spend", defaults={"is_on": is_on})
        before, _ = frame_of(client.get("/data/").content.decode())
        assert ('href="/spend/"' in before) is is_on
        assert re.findall(r'href="([^"]*)" aria-current="true"', before) == ["/data/"]
    before, _ = frame_of(client.get("/charter/").content.decode())
    assert re.findall(r'href="([^"]*)" aria-current="true"', before) == ["/charter/"]


def test_the_foot_asks_to_sign_in_whoever_is_not(client, town, carys):
    for is_in in (False, True, False):
        (client.force_login(carys) if is_in else client.logout())
        _, after = frame_of(client.get("/privacy/").content.decode())
        assert (">Sign in</a>" in after) is not is_in


def test_the_head_asks_for_the_colours_of_this_moment(client, town):
    for colour in ("#112233", "#445566", "#112233"):
        Town.objects.update(brand_colour=colour)
        before, _ = frame_of(client.get("/privacy/").content.decode())
        assert f"?v={colour[1:]}" in before
        assert before.count('rel="alternate"') == 1


def test_whoever_is_signed_in_is_led_to_their_desks_of_this_moment(sign_in, carys, maya):
    for person, leads in ((maya, True), (carys, False), (maya, True)):
        before, _ = frame_of(sign_in(person).get("/privacy/").content.decode())
        assert ('href="/desk/charter/"' in before) is leads
        assert f">{person.name}</a>" in before
    Appointment.objects.filter(person=maya).delete()
    before, _ = frame_of(sign_in(maya).get("/privacy/").content.decode())
    assert 'href="/desk/charter/"' not in before


def test_whoever_is_refused_is_told_of_this_page_and_led_to_their_own_desks(sign_in, carys, maya):
    for _ in range(2):
        for person, address, whose in (
            (carys, "/desk/charter/", "charter manager"),
            (carys, "/desk/people/", "administrator"),
            (maya, "/desk/people/", "administrator"),
        ):
            page = sign_in(person).get(address)
            assert page.status_code == 403
            html = " ".join(page.content.decode().split())
            main = html.partition("<main")[2].partition("</main>")[0]
            assert f"It is for the {whose}" in main
            assert ('href="/desk/charter/"' in main) is (person is maya)
