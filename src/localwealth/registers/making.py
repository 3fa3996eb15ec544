"""Making a store of registers from their files, and refreshing one.

A draft is written beside the store and takes its place when it is whole: whoever reads the store
meanwhile reads the old one (:mod:`localwealth.registers.store` says what stands in it).
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from localwealth.errors import UnreadableFile
from localwealth.registers import formats, loading, merging, owners
from localwealth.registers.building import build as build_index
from localwealth.registers.entries import NEVER, days, save_entries
from localwealth.registers.index import save_names
from localwealth.registers.store import VERSION, Say, Store, names_of, quiet
from localwealth.words import many

OWNERSHIP = "beneficial ownership (BODS)"


def build(
    folder: Path, files: Iterable[Path], generated: pa.Table | None = None, say: Say = quiet
) -> Store:
    """Build a store, or refresh one: what it holds is kept, and later files speak first.

    Parameters
    ----------
    folder
        Where it is, or shall be. It is replaced only when the new one is whole.
    files
        Registers' files; what each is, its headings say.
    generated
        A table of companies in the columns of Companies House's file.
    say
        Told of each step.

    Raises
    ------
    UnreadableFile
        A file is damaged, none is of a known register, or the folder holds something that is no
        store; nothing is changed.

    A file of no known register among others is passed over and named.
    """
    if folder.exists() and not (folder / "store.json").exists() and not _is_empty(folder):
        # It would be replaced, with all that is in it.
        raise UnreadableFile(f"{folder.name!r} is there already and is no store: name another.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        every = list(files)
        owner_files = [path for path in every if owners.is_owners(path)]
        register_files = [path for path in every if not owners.is_owners(path)]
        sources = _tables(draft, folder, register_files, generated, say)
        sources += _owners(draft, folder, owner_files, say)
        _index(draft, say)
        counts = _counts(draft)
        (draft / "store.json").write_text(
            json.dumps({"version": VERSION, "sources": sources, **counts}, indent=1), "utf-8"
        )
        old = folder.with_name(f".{folder.name}-old")
        shutil.rmtree(old, ignore_errors=True)
        if folder.exists():
            folder.rename(old)
        draft.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Store.open(folder)


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


def _tables(
    draft: Path, folder: Path, files: list[Path], generated: pa.Table | None, say: Say
) -> list[dict[str, object]]:
    """Write the tables of entries and names, of files and of what the store held before."""
    with duckdb.connect() as base:
        loading.begin(base)
        before = Store.open(folder) if (folder / "store.json").exists() else None
        sources_before: list[dict[str, object]] = before.made_of["sources"] if before else []
        if before:
            _keep(base, before, len(files) + 1)
        sources = _load(base, files, nothing_else=generated is None, say=say)
        if generated is not None:
            say(f"taking {many(len(generated), 'generated company,generated companies')}")
            base.register("generated", generated)
            selects = loading.take(base, formats.FORMATS[0], generated.column_names, "generated")
            loading.insert(base, selects, 0)
            sources.append({"format": "generated companies", "rows": len(generated)})
        if before and _has_companies(before) and any(map(_is_companies, sources)):
            _end_companies(base, len(files))
        say("putting the same bodies together")
        merging.merge(base)
        say("writing the tables")
        for table, rows in _WRITTEN.items():
            place = str(draft / f"{table}.parquet").replace("'", "''")
            base.execute(f"copy ({rows}) to '{place}'")
    return sources_before + sources


# What each table of a store holds, in the order in which it is written.
_WRITTEN = {
    "entries": """select rowid::integer as entry, * replace (coalesce(ids, [id]) as ids)
        from entries""",
    "names": "from names order by entry, kind, name",
}


def _load(
    base: duckdb.DuckDBPyConnection, files: list[Path], *, nothing_else: bool, say: Say
) -> list[dict[str, object]]:
    """Load registers' files; one of no known register is passed over and named, but refused where
    all are, and ``nothing_else`` is taken."""
    sources: list[dict[str, object]] = []
    unknown: list[str] = []
    # The last file speaks first where several say a body's postcode or its kind.
    for number, path in enumerate(reversed(files), start=1):
        say(f"reading {path.name}")
        if source := loading.load(base, path, number):
            sources.append(source)
        else:
            unknown.append(path.name)
            say(f"PASSED OVER: {path.name} is of no known register")
    if files and len(unknown) == len(files) and nothing_else:
        raise UnreadableFile(
            f"{', '.join(sorted(unknown))}: of no known register, so nothing is changed."
        )
    return sources


def _end_companies(base: duckdb.DuckDBPyConnection, rank: int) -> None:
    """Companies House's file has live companies only: what is gone from it has ended. Files have
    the ranks up to ``rank``, what the store held before the next."""
    base.execute(
        f"""update rows set status = 'ended' where source = {rank + 1}
        and status = 'active' and id like 'GB-COH-%'
        and id not in (select id from rows where source <= {rank} and id is not null
            and status is not null)"""
    )


def _owners(draft: Path, folder: Path, files: list[Path], say: Say) -> list[dict[str, object]]:
    """Write who decides over whom: of these files, else of the store before."""
    place = draft / "owners.parquet"
    if not files:
        if (folder / "owners.parquet").exists():
            shutil.copy(folder / "owners.parquet", place)
        return []
    say("reading who owns whom")
    with duckdb.connect() as base:
        try:
            count = owners.load(base, files)
        except duckdb.Error as error:
            raise UnreadableFile(
                f"{files[0].name} can't be read: {str(error).splitlines()[0]}"
            ) from None
        base.execute(f"copy owners to '{str(place).replace(chr(39), chr(39) * 2)}'")
    return [
        {
            "file": path.name,
            "format": OWNERSHIP,
            "names": count if at == 0 else 0,
            "sha256": loading.digest(path),
        }
        for at, path in enumerate(files)
    ]


def _is_companies(source: dict[str, object]) -> bool:
    return source["format"] == formats.FORMATS[0].title


def _has_companies(store: Store) -> bool:
    return any(map(_is_companies, store.made_of["sources"]))


def _keep(base: duckdb.DuckDBPyConnection, store: Store, rank: int) -> None:
    base.register("was_entries", store.query("from entries"))
    base.register("was_names", store.query("from names"))
    base.execute(
        f"""insert into rows
        select e.id, n.name, n.kind, n.until, e.kind, e.status, e.begun, e.ended, e.postcode,
            e.country, e.sic, e.size, e.sized, null, {rank}
        from was_entries e join was_names n using (entry)"""
    )
    base.execute(
        f"""insert into rows select e.id, e.name, 2, null, null, null, null, null, null, null, null,
            null, null, other, {rank}
        from (select id, name, unnest(ids) as other from was_entries) e where other <> e.id"""
    )


def _index(draft: Path, say: Say) -> None:
    say("building the index")
    table = names_of(draft)
    folder = draft / "index"
    folder.mkdir()
    names = _whole(table["name"])
    # numpy and Arrow compute without the interpreter, so that both go side by side.
    with ThreadPoolExecutor(1) as beside:
        entries = beside.submit(_index_entries, draft, folder)
        build_index(
            names,
            table["entry"].to_numpy(),
            table["kind"].to_numpy(),
            days(table["until"], NEVER),
        ).save(folder)
        entries.result()
    save_names(folder, names)


def _index_entries(draft: Path, folder: Path) -> None:
    entries = pq.read_table(draft / "entries.parquet", columns=["id", "postcode", "begun", "ended"])
    save_entries(folder, entries, Store(draft).other_ids())


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.cast(pa.large_string()).combine_chunks()


def _counts(draft: Path) -> dict[str, int]:
    with duckdb.connect() as base:
        out = {}
        for table in ("entries", "names"):
            place = str(draft / f"{table}.parquet").replace("'", "''")
            out[table] = loading.counted(base, f"select count(*) from read_parquet('{place}')")
    return out
