"""The page on which columns are told, the same for all that is brought in by files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from commonweal.accounts.access import SignedInRequest
from commonweal.office.errors import Refused

from .forms import ColumnsForm, Fixed, TableForm
from .meanings import Choice, Meaning
from .models import HeldFile
from .reading import Understood
from .remembering import remember

Read = Callable[[Choice | None], Understood]


def columns_page(
    request: SignedInRequest,
    held: HeldFile,
    *,
    read: Read,
    meanings: Sequence[Meaning],
    fixed: Fixed,
    onward: str,
    back: tuple[str, str],
) -> HttpResponse:
    """Tell what the columns of a held file mean; remembered for its sender, then onward.

    ``read`` reads it as somebody told, or as it is understood by itself.

    Raises
    ------
    Refused
        The file is gone, or can't be read.
    """
    choice = Choice.of(held.choice)
    understood = read(choice)
    table_form = TableForm(understood=understood)
    if request.method == "POST":
        table_form = TableForm(request.POST, understood=understood)
        understood, is_moved = _moved(request, read, table_form, understood)
        if not is_moved and table_form.is_valid() and "again" not in request.POST:
            form = ColumnsForm(
                request.POST, understood=understood, meanings=meanings, fixed=fixed, told={}
            )
            if form.is_valid():
                _keep(held, understood, form.choice(), request)
                return redirect(onward)
            return _page(request, held, understood, table_form, form, back)
    form = ColumnsForm(
        understood=understood,
        meanings=meanings,
        fixed=fixed,
        told=_sent_fixed(request, fixed) or (choice.fixed if choice else {}),
    )
    return _page(request, held, understood, table_form, form, back)


def _moved(
    request: SignedInRequest,
    read: Read,
    form: TableForm,
    understood: Understood,
) -> tuple[Understood, bool]:
    """The table where it is said to stand now, and whether it stands elsewhere than the page
    showed: then its columns are others, and must be looked at."""
    if not form.is_valid():
        return understood, False
    sheet = form.cleaned_data.get("sheet") or understood.sheet
    heading = form.cleaned_data["heading"]
    is_moved = request.POST.get("shown") != f"{heading} {sheet}"
    columns = () if is_moved else _sent_columns(request)
    try:
        moved = read(Choice(sheet, heading, columns))
    except Refused as refused:
        form.add_error("heading", str(refused))
        return understood, False
    if is_moved:
        messages.info(request, "These are the columns of the line that you chose.")
    return moved, is_moved


def _sent_columns(request: SignedInRequest) -> tuple[str, ...]:
    count = sum(name.startswith("column-") for name in request.POST)
    return tuple(request.POST.get(f"column-{number}", "") for number in range(count))


def _sent_fixed(request: SignedInRequest, fixed: Fixed) -> dict[str, str]:
    return {name: request.POST.get(f"fixed-{name}", "") for name in fixed if request.POST}


def _keep(held: HeldFile, understood: Understood, choice: Choice, request: SignedInRequest) -> None:
    held.choice = choice.kept()
    held.save(update_fields=["choice"])
    remember(held, understood, choice, by=request.user)


def _page(
    request: SignedInRequest,
    held: HeldFile,
    understood: Understood,
    table_form: TableForm,
    form: ColumnsForm,
    back: tuple[str, str],
) -> HttpResponse:
    context: dict[str, Any] = {
        "held": held,
        "understood": understood,
        "table_form": table_form,
        "form": form,
        "back": back,
        "needed": [meaning.label for meaning in form.meanings if meaning.is_needed],
    }
    return render(request, "bringing/columns.html", context)
