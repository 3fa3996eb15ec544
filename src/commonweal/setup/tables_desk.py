"""The plain pages of a town's settings, and its file to take away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse

from commonweal.accounts.access import SignedInRequest, roles_of, staff
from commonweal.accounts.models import Person, Role
from commonweal.design.every_answer import only_read
from commonweal.design.menu import DESKS
from commonweal.office.acting import act
from commonweal.places import rooms

from . import tables, writing
from .tables import PAGES, SettingsPage
from .tables_forms import form_for


@staff(Role.ADMINISTRATOR)
@only_read
def town_file(request: SignedInRequest) -> HttpResponse:
    """All settings as the file that ``./commonweal town`` reads."""
    response = HttpResponse(writing.written(), content_type="application/toml; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="town.toml"'
    return response


def _listed(page: SettingsPage) -> Callable[..., HttpResponse]:
    @staff(*page.roles)
    @only_read
    def rows(request: SignedInRequest) -> HttpResponse:
        listed = [(_name_of(page, row), str(row[page.known_by])) for row in page.rows()]
        return render(
            request,
            "setup/desk_rows.html",
            {
                "page": page,
                "back": desk_of(request.user, page.roles),
                "listed": listed,
                "one": f"{page.view_name}-one",
                "add": f"{page.view_name}-add" if page.can_add else "",
            },
        )

    return rows


def _form_page(page: SettingsPage, *, is_new: bool = False) -> Callable[..., HttpResponse]:
    @staff(*page.roles)
    def form_page(request: SignedInRequest, code: str = "") -> HttpResponse:
        row = _row(page, code, is_new=is_new)
        form = form_for(page, is_new=is_new)(request.POST or None, initial=row)
        return act(
            request,
            form,
            lambda _: tables.put(
                page=page,
                code=code,
                answers=form.settings(),
                decision=form.decision(),
                by=request.user,
            ),
            said=lambda changed: "Saved." if changed else "Nothing was changed.",
            to=page.view_name,
            template="setup/desk_row.html",
            heading=_heading(page, row, is_new=is_new),
            page=page,
            back=_back(page, request.user),
            beside=_beside(page, code),
        )

    return form_page


def desk_of(person: Person, roles: Sequence[Role]) -> tuple[str, str]:
    """The desk that leads somebody to a page of settings, as these roles may open it; where its
    room is off, all their desks."""
    held, closed = roles_of(person), rooms.off()
    mine = next((role for role in roles if role in held), roles[0])
    path, title = next((path, title) for role, path, title in DESKS if role == mine)
    return (path, title) if rooms.room_at(path) not in closed else (reverse("desks"), "Your desks")


def _back(page: SettingsPage, person: Person) -> tuple[str, str]:
    """From the page of one table to its list; from a page that stands once to its desk."""
    return (reverse(page.view_name), page.title) if page.is_list else desk_of(person, page.roles)


def _beside(page: SettingsPage, code: str) -> list[tuple[str, str]]:
    """Address and words of the pages that change the rest of a table; none whose room is off."""
    closed = rooms.off()
    pages = [(reverse(name, args=[code]), words) for name, words in page.beside if code]
    return [(path, words) for path, words in pages if rooms.room_at(path) not in closed]


def _row(page: SettingsPage, code: str, *, is_new: bool) -> dict[str, Any]:
    """What its form shows: the table as it stands; of a new one what every town begins with."""
    if is_new:
        # What is to be chosen is chosen by whoever adds it.
        asked = [key for key in page.keys(is_new=True) if key.kind != "choice"]
        return {key.name: key.default for key in asked if key.default is not None}
    row = page.row(code) if page.is_list else page.rows()[0]
    if row is None:
        raise Http404
    return row


def _name_of(page: SettingsPage, row: dict[str, Any]) -> str:
    if "name" in row:
        return str(row["name"])
    if page.titles:
        return page.titles.get(str(row[page.known_by]), str(row[page.known_by]))
    key = page.section.key(page.known_by)
    choices = dict(getattr(getattr(key, "model_field", None), "choices", None) or ())
    return str(choices.get(row[page.known_by], row[page.known_by]))


def _heading(page: SettingsPage, row: dict[str, Any], *, is_new: bool) -> str:
    if is_new:
        return f"{page.title}: add one"
    return _name_of(page, row) if page.is_list else page.title


def pages_of(roles: set[str]) -> list[SettingsPage]:
    """The pages that somebody with these roles may set."""
    return [page for page in PAGES if roles & set(page.roles)]


def _addresses(page: SettingsPage) -> list[URLPattern]:
    start = f"desk/town/{page.name.replace('_', '-')}/"
    if not page.is_list:
        return [path(start, _form_page(page), name=page.view_name)]
    addresses = [path(start, _listed(page), name=page.view_name)]
    if page.can_add:
        addresses.append(
            path(f"{start}add/", _form_page(page, is_new=True), name=f"{page.view_name}-add")
        )
    if page.can_change:
        addresses.append(
            path(f"{start}<slug:code>/", _form_page(page), name=f"{page.view_name}-one")
        )
    return addresses


urlpatterns = [address for page in PAGES for address in _addresses(page)]
