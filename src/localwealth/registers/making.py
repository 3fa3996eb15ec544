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
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from localwealth import scratch
from localwealth.errors import UnreadableFile
from localwealth.registers import closing, formats, loading, mapping, merging, owners
from localwealth.registers.building import build as build_index
from localwealth.registers.entries import NEVER, days, save_entries
from localwealth.registers.index import save_names
from localwealth.registers.loading import NOTHING_SAID, Said
from localwealth.registers.mapping import RegisterMapping
from localwealth.registers.store import VERSION, Say, Store, names_of, quiet
from localwealth.words import many

OWNERSHIP = "beneficial ownership (BODS)"


def build(
    folder: Path,
    files: Iterable[Path],
    generated: pa.Table | None = None,
    say: Say = quiet,
    said: Said = NOTHING_SAID,
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
        Told of each step, of rows that are left out, and of what should be looked at.
    said
        What whoever brings the files in has said of them.

    Raises
    ------
    UnreadableFile
        A file is damaged or cut off, none is of a known register, or the folder holds something
        that is no store; nothing is changed.

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
        layouts = _layouts(folder, said)
        said = replace(said, layouts=tuple(layouts))
        sources = _tables(draft, folder, register_files, generated, say, said)
        sources += _owners(draft, folder, owner_files, say)
        _index(draft, say)
        contents = {"version": VERSION, "sources": sources, **_counts(draft)}
        if layouts:
            contents["layouts"] = list(map(asdict, layouts))
        (draft / "store.json").write_text(json.dumps(contents, indent=1), "utf-8")
        old = folder.with_name(f".{folder.name}-old")
        shutil.rmtree(old, ignore_errors=True)
        if folder.exists():
            folder.rename(old)
        draft.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Store.open(folder)


def _layouts(folder: Path, said: Said) -> list[RegisterMapping]:
    """What was ever said of the columns of files for this store, the newest first."""
    kept: list[dict[str, Any]] = []
    if (folder / "store.json").exists():
        kept = Store.open(folder).made_of.get("layouts", [])
    newest = [said.layout] if said.layout.columns else []
    earlier = [RegisterMapping(**columns) for columns in kept]
    return newest + [layout for layout in earlier if layout.keys() != said.layout.keys()]


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


def _take_generated(base: duckdb.DuckDBPyConnection, generated: pa.Table) -> dict[str, object]:
    base.register("generated", generated)
    selects = loading.take(base, formats.FORMATS[0], generated.column_names, "generated")
    loading.insert(base, selects, 0)
    return {"format": "generated companies", "rows": len(generated)}


def _tables(
    draft: Path, folder: Path, files: list[Path], generated: pa.Table | None, say: Say, said: Said
) -> list[dict[str, object]]:
    """Write the tables of entries and names, of files and of what the store held before."""
    with duckdb.connect() as base:
        loading.begin(base)
        before = Store.open(folder) if (folder / "store.json").exists() else None
        sources_before: list[dict[str, object]] = before.made_of["sources"] if before else []
        if before:
            _keep(base, before, len(files) + 1)
        sources = _load(base, files, nothing_else=generated is None, say=say, said=said)
        for source in sources:
            if question := closing.fewer(source, sources_before):
                say(question)
        if generated is not None:
            say(f"taking {many(len(generated), 'generated company,generated companies')}")
            sources.append(_take_generated(base, generated))
        if any(map(closing.is_companies, sources_before)) and any(
            map(closing.is_companies, sources)
        ):
            closing.end(base, len(files), sources, said, say)
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
    base: duckdb.DuckDBPyConnection,
    files: list[Path],
    *,
    nothing_else: bool,
    say: Say,
    said: Said,
) -> list[dict[str, object]]:
    """Load registers' files; one of no known register is passed over and named, but refused where
    all are, and ``nothing_else`` is taken."""
    sources: list[dict[str, object]] = []
    unknown: list[str] = []
    # The last file speaks first where several say a body's postcode or its kind.
    for number, path in enumerate(reversed(files), start=1):
        say(f"reading {path.name}")
        loaded = loading.load(base, path, number, said)
        sources += loaded
        for source in loaded:
            if left_out := source.get("left_out"):
                say(
                    f"{path.name}: {many(int(str(left_out)), 'row')} left out: no number by which "
                    "a body could be known."
                )
        if not loaded:
            unknown.append(mapping.proposal(path))
            say(f"PASSED OVER: {unknown[-1]}")
    if files and len(unknown) == len(files) and nothing_else:
        raise UnreadableFile(f"{' '.join(sorted(unknown))} Nothing is changed.")
    return sources


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
    with scratch.connect() as base:
        out = {}
        for table in ("entries", "names"):
            place = str(draft / f"{table}.parquet").replace("'", "''")
            out[table] = loading.counted(base, f"select count(*) from read_parquet('{place}')")
    return out
