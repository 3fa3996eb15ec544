"""Bringing the figures up to date: one pass from files to the tables that pages read.

Every step can be stopped and taken up again: what is read, counted or matched is kept, and the
prepared tables are put in place only when they are whole. Pages read one set until the next one
counts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from commonweal.accounts.models import Person
from localwealth.spend import measures, report
from localwealth.spend.multiplier import respent

from . import files, importing, payees, surveying
from .models import Anchor, Contract, Figures, Payee, Prepared, Release, Run
from .tables import fill, home, reconcile

CUT_OFF = timedelta(minutes=15)
# A table of so many rows is read by one thread; others would only wait for it.
ONE_GROUP = 122_880
Say = Callable[[str, int, int], None]


class Stopped(Exception):
    """Somebody has asked the run to stop."""


def quiet(_step: str, _done: int, _total: int) -> None:
    """Tells nobody."""


# --- A run --------------------------------------------------------------------------------------


def ask_for(by: Person | None = None) -> Run:
    """Put a run in the queue, unless one waits already."""
    waiting = Run.objects.filter(state=Run.State.WAITING).first()
    return waiting or Run.objects.create(asked_by=by)


def carry_out(run: Run) -> None:
    """Do a run that waits or was stopped. Nothing happens while another one runs."""
    stale = timezone.now() - CUT_OFF
    Run.objects.filter(state=Run.State.RUNNING, heard_at__lt=stale).update(
        state=Run.State.FAILED, why="It was cut off."
    )
    try:
        with transaction.atomic():
            claimed = (
                Run.objects.filter(pk=run.pk)
                .exclude(state__in=[Run.State.RUNNING, Run.State.DONE])
                .update(state=Run.State.RUNNING, heard_at=timezone.now(), is_to_stop=False, why="")
            )
    except IntegrityError:
        # Another one runs; this one waits for its turn.
        return
    if not claimed:
        return

    def heard(step: str, done: int, total: int) -> None:
        Run.objects.filter(pk=run.pk).update(
            step=step, done=done, total=total, heard_at=timezone.now()
        )
        if Run.objects.filter(pk=run.pk, is_to_stop=True).exists():
            raise Stopped

    try:
        bring_up_to_date(heard)
    except Stopped:
        Run.objects.filter(pk=run.pk).update(state=Run.State.STOPPED)
    except Exception as error:
        Run.objects.filter(pk=run.pk).update(
            state=Run.State.FAILED, why=f"{type(error).__name__}: see the log of the server."
        )
        raise
    else:
        Run.objects.filter(pk=run.pk).update(state=Run.State.DONE, step="")


def stop(run: Run) -> None:
    """Ask a run to stop at its next step."""
    Run.objects.filter(pk=run.pk, state=Run.State.WAITING).update(state=Run.State.STOPPED)
    Run.objects.filter(pk=run.pk, state=Run.State.RUNNING).update(is_to_stop=True)


def bring_up_to_date(say: Say = quiet) -> Prepared | None:
    """Read what waits, count payees, match them, prepare the tables."""
    read_and_match(say)
    return prepare(say)


def read_and_match(say: Say = quiet) -> None:
    """Read what waits, count payees and match them; the tables stay as they are."""
    waiting = list(Release.objects.filter(state=Release.State.WAITING).order_by("pk"))
    for number, release in enumerate(waiting):
        say("Reading files", number, len(waiting))
        importing.read(release)
    say("Counting payees", 0, 1)
    payees.count_all()
    payees.match_waiting(lambda done, total: say("Matching payees", done, total))


def state() -> str:
    """A digest of all that the prepared tables follow from."""
    parts: list[Any] = [files.FORMAT, files.state_of_registers()]
    parts += sorted(map(list, Release.objects.taken().values_list("code", "lines_sha256")))
    newest = Payee.objects.aggregate(newest=Max("pk"))["newest"]
    decided = Payee.objects.exclude(decided=None).order_by("pk").values_list("pk", "decided")
    parts += [newest, *map(list, decided), str(Payee.objects.aggregate(m=Max("matched_with"))["m"])]
    unmatched = Payee.objects.paid().filter(decided=None, matched_with="").count()
    parts += [unmatched, sorted(map(list, Anchor.objects.values_list("partner__code", "ids")))]
    town = home()
    parts += [town.district, town.county, town.region]
    checked = payees.precision()
    parts.append([checked.right, checked.checked] if checked else None)
    told_of_contracts = ("pk", "ends_on", "supplier", "title", "value_gbp")
    parts += map(list, Contract.objects.order_by("pk").values_list(*told_of_contracts))
    parts.append(sorted((supplier, str(share)) for supplier, share in surveying.newest_answers()))
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()


def prepare(say: Say = quiet, *, figures: bool = True) -> Prepared | None:
    """Make the tables of everything that counts now; None when nothing does. Without ``figures``
    they are for who asks the tables next, and calls again before a page is read."""
    version = state()
    if (earlier := _made_earlier(version, figures=figures)) is not None:
        _let_count(earlier)
        return earlier
    if not Release.objects.taken().exists():
        Prepared.objects.update(is_current=False)
        return None
    draft = files.folder("prepared", f".{version}.part")
    draft.unlink(missing_ok=True)
    say("Putting payments together", 0, 1)
    try:
        with duckdb.connect(str(draft)) as base:
            # What does not fit is put on disk beside the draft.
            base.execute("set memory_limit = '3GB'")
            fill(base)
            reconcile(base)
            base.execute("drop view lines")
            [(lines,)] = base.sql("select count(*) from payments").fetchall()
            _leave_threads(base, lines)
            all_figures = _figures(base, say) if figures else []
            base.execute("drop table if exists places")
        place = files.prepared(version)
        draft.rename(place)
    finally:
        draft.unlink(missing_ok=True)
        Path(str(draft) + ".wal").unlink(missing_ok=True)
    store = files.register()
    with transaction.atomic():
        Prepared.objects.filter(version=version).delete()
        prepared = Prepared.objects.create(
            version=version,
            format=files.FORMAT,
            releases=Release.objects.taken().count(),
            lines=lines,
            registers=store.made_of["sources"] if store else [],
        )
        for of_scope in all_figures:
            of_scope.prepared = prepared
        Figures.objects.bulk_create(all_figures, batch_size=50)
        _let_count(prepared)
    return prepared


def _made_earlier(version: str, *, figures: bool) -> Prepared | None:
    """The tables of this version that are there, with their figures where these are asked for."""
    earlier = Prepared.objects.filter(version=version).first()
    if earlier is None or not files.prepared(version).exists():
        return None
    return earlier if earlier.figures.exists() or not figures else None


def _let_count(prepared: Prepared) -> None:
    """Pages read this one from now on. Older ones go, but for the last two, which may be read."""
    with transaction.atomic():
        Prepared.objects.filter(is_current=True).exclude(pk=prepared.pk).update(is_current=False)
        Prepared.objects.filter(pk=prepared.pk).update(is_current=True)
        newest = set(Prepared.objects.order_by("-pk").values_list("version", flat=True)[:3])
        for old in Prepared.objects.exclude(version__in=newest | {prepared.version}):
            files.prepared(old.version).unlink(missing_ok=True)
            old.delete()


# --- The figures --------------------------------------------------------------------------------


def _leave_threads(base: duckdb.DuckDBPyConnection, payments: int) -> None:
    if payments <= ONE_GROUP:
        base.execute("set threads = 1")


def _figures(base: duckdb.DuckDBPyConnection, say: Say) -> list[Figures]:
    scopes = _scopes(base)
    checked = payees.precision()
    sample = (checked.right, checked.checked) if checked else None
    figures = []
    for number, scope in enumerate(scopes):
        say("Working out figures", number, len(scopes))
        figures.append(Figures(**scope, content=_content(base, sample, **scope)))
    return figures


def _scopes(base: duckdb.DuckDBPyConnection) -> list[dict[str, str]]:
    rows = base.execute(
        """select route, coalesce(anchor, ''), coalesce(year, '') from payments
        group by grouping sets ((route), (route, anchor), (route, year), (route, anchor, year))"""
    ).fetchall()
    keys = ("route", "anchor", "year")
    return [dict(zip(keys, row, strict=True)) for row in sorted(set(rows))]


def _content(
    base: duckdb.DuckDBPyConnection,
    sample: tuple[int, int] | None,
    *,
    route: str,
    anchor: str,
    year: str,
) -> Any:
    where = " and ".join(
        f"{column} = '{wanted}'"
        for column, wanted in (("route", route), ("anchor", anchor), ("year", year))
        if wanted
    )
    # A table, not a view: a score of questions follow, and each would look for its payments anew.
    base.execute(
        f"""create or replace temp table lines as
        select {measures.COLUMNS}
        from payments where {where}"""
    )
    content = report.everything(base, sample, respent(base))
    content["flows"] = {place: measures.flows(base, place) for place in ("office", "site")}
    content["unknown_because"] = measures.unknown_because(base)
    content["has_sites"] = bool(
        measures.rows(base, "select 1 from lines where site <> 'unknown' limit 1")
    )
    return json.loads(json.dumps(content, default=plain))


def plain(figure: object) -> object:
    """Money and shares as text, so that none of it is lost in JSON."""
    if isinstance(figure, Decimal):
        return str(figure)
    if isinstance(figure, date):
        return figure.isoformat()
    raise TypeError(type(figure).__name__)
