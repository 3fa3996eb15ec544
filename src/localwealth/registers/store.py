"""The local store of registers: built once from their files, refreshed by file, opened at once.

A store is a folder. ``entries.parquet`` has one row an organisation: ``entry`` (its number here),
``id`` and ``ids`` (all its org-ids), ``name``, ``kind``, ``status``, ``begun``, ``ended``,
``postcode``, ``country``, ``sic``, ``size``, ``sized`` (to which day the accounts go that say the
size). ``names.parquet`` has one row a name: ``entry``, ``name``, ``kind`` (0 current, 1 former,
2 other), ``until``. ``owners.parquet`` says who decides over whom
(:mod:`localwealth.registers.owners`). ``index/`` is what the matcher reads
(:mod:`localwealth.matching.index`). ``store.json`` says of what it was made. Rows of several files
about one org-id, and org-ids that a file says are the same body, become one entry; so do a charity
and a company of one and the same whole name that no other has. What an earlier
file said stays when a later one leaves it out: a dissolved company keeps its name.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from localwealth.errors import UnreadableFile
from localwealth.matching import index as indexing
from localwealth.matching.index import Index
from localwealth.registers import formats, owners
from localwealth.sources import sheets

VERSION = 3
OWNERSHIP = "beneficial ownership (BODS)"
OWNERS = pa.schema([
    ("id", pa.string()), ("parent", pa.string()), ("parent_name", pa.string()),
    ("parent_country", pa.string()), ("employees", pa.bool_()),
])  # fmt: skip
# Files from so many bytes on are read in parts, where they can be.
LARGE = 1 << 26
Say = Callable[[str], None]
_ROW = """id varchar, name varchar, name_kind tinyint, until date, kind varchar, status varchar,
    begun date, ended date, postcode varchar, country varchar, sic varchar, size varchar,
    sized date, same_as varchar, source smallint"""


def quiet(_: str) -> None:
    """Says nothing of how far it has come."""


@dataclass(frozen=True)
class Store:
    """An open store."""

    folder: Path

    @classmethod
    def open(cls, folder: Path) -> Store:
        """Open a store, or say why it can't be."""
        try:
            made = json.loads((folder / "store.json").read_text("utf-8"))
        except (OSError, ValueError):
            raise UnreadableFile(f"{folder.name!r} is no store of registers.") from None
        if made.get("version") in (1, 2):
            _bring_up(folder, made)
        elif made.get("version") != VERSION:
            raise UnreadableFile(f"The store {folder.name!r} is of another version: build it anew.")
        return cls(folder)

    @property
    def made_of(self) -> dict[str, Any]:
        """Its sources with their checksums, and its counts."""
        made: dict[str, Any] = json.loads((self.folder / "store.json").read_text("utf-8"))
        return made

    def index(self) -> Index:
        return Index.load(self.folder / "index")

    def owners(self) -> pa.Table:
        """Who decides over whom; empty where no such file was loaded."""
        place = self.folder / "owners.parquet"
        return pq.read_table(place) if place.exists() else OWNERS.empty_table()

    def query(self, sql: str, *values: object) -> pa.Table:
        """Ask the tables ``entries`` and ``names`` in SQL."""
        with duckdb.connect() as base:
            for table in ("entries", "names"):
                place = str(self.folder / f"{table}.parquet").replace("'", "''")
                base.execute(f"create view {table} as from read_parquet('{place}')")
            return base.execute(sql, list(values)).to_arrow_table()


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
        told = [path for path in every if owners.is_owners(path)]
        rest = [path for path in every if not owners.is_owners(path)]
        sources = _tables(draft, folder, rest, generated, say)
        sources += _owners(draft, folder, told, say)
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


def _bring_up(folder: Path, made: dict[str, Any]) -> None:
    """A store of version 1 does not know of which year its sizes are, one of version 2 not when
    names were borne; all else is the same."""
    place = folder / "entries.parquet"
    entries = pq.read_table(place)
    if "sized" not in entries.column_names:
        draft = folder / ".entries.parquet"
        entries = entries.append_column("sized", pa.nulls(len(entries), pa.date32()))
        pq.write_table(entries, draft, compression="zstd")
        draft.replace(place)
    Index.bring_up(folder / "index", _names(folder))
    draft = folder / ".store.json"
    draft.write_text(json.dumps({**made, "version": VERSION}, indent=1), "utf-8")
    draft.replace(folder / "store.json")


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


def _tables(
    draft: Path, folder: Path, files: list[Path], generated: pa.Table | None, say: Say
) -> list[dict[str, object]]:
    sources: list[dict[str, object]] = []
    with duckdb.connect() as base:
        base.execute("set preserve_insertion_order = false")
        base.execute(formats.MACROS)
        base.execute(f"create table rows ({_ROW})")
        before = Store.open(folder) if (folder / "store.json").exists() else None
        kept = before.made_of["sources"] if before else []
        sources += kept
        if before:
            _keep(base, before, len(files) + 1)
        # The last file speaks first where several say a body's postcode or its kind.
        unknown: list[str] = []
        for number, path in enumerate(reversed(files), start=1):
            say(f"reading {path.name}")
            if source := _load(base, path, number):
                sources.append(source)
            else:
                unknown.append(path.name)
                say(f"PASSED OVER: {path.name} is of no known register")
        if files and len(unknown) == len(files) and generated is None:
            raise UnreadableFile(
                f"{', '.join(sorted(unknown))}: of no known register, so nothing is changed."
            )
        if generated is not None:
            say(f"taking {len(generated):,} generated companies")
            base.register("generated", generated)
            selects = _take(base, formats.FORMATS[0], generated.column_names, "generated")
            _insert(base, selects, 0)
            sources.append({"format": "generated companies", "rows": len(generated)})
        if before and _has_companies(before) and any(map(_is_companies, sources[len(kept) :])):
            # Companies House's file has live companies only: what is gone from it has ended.
            base.execute(
                f"""update rows set status = 'ended' where source = {len(files) + 1}
                and status = 'active' and id like 'GB-COH-%'
                and id not in (select id from rows where source <= {len(files)} and id is not null
                    and status is not null)"""
            )
        say("putting the same bodies together")
        _merge(base)
        say("writing the tables")
        for table, rows in (
            ("entries", "select rowid::integer as entry, * from entries"),
            ("names", "from names order by entry, kind, name"),
        ):
            place = str(draft / f"{table}.parquet").replace("'", "''")
            base.execute(f"copy ({rows}) to '{place}'")
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
        {"file": path.name, "format": OWNERSHIP, "names": count if at == 0 else 0,
         "sha256": _digest(path)}
        for at, path in enumerate(files)
    ]  # fmt: skip


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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


def _load(base: duckdb.DuckDBPyConnection, path: Path, number: int) -> dict[str, object] | None:
    """Load one file; None if it is of no known register."""
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(1) as beside:
        digest = beside.submit(_digest, path)
        plain = _plain(path, Path(scratch))
        headings = _headings(plain)
        known = formats.recognise(headings)
        if known is None:
            return None
        before = _one(base, "select count(*) from rows")
        place = str(plain).replace("'", "''")
        delimiter = "\\t" if _is_tabbed(plain) else ","
        # The Charity Commission's extract does not quote: what looks so is text.
        quote = "quote='', escape=''" if delimiter == "\\t" else "quote='\"', escape='\"'"
        names = ", ".join(f"'{_quoted(head, chr(39))}': 'VARCHAR'" for head in _distinct(headings))
        text = (
            f"read_csv('{place}', header=false, skip=1, delim='{delimiter}', {quote}, "
            f"columns={{{names}}}, null_padding=true, auto_detect=false, max_line_size=4000000, "
        )
        # Large files are nearly always as they should be and can be read in parts; whatever they
        # are else, they are read as they come.
        ways = ["strict_mode=false, parallel=false)"]
        if plain.stat().st_size >= LARGE:
            ways.insert(0, "strict_mode=true, parallel=true)")
        try:
            for way in ways:
                try:
                    selects = _take(base, known, _distinct(headings), text + way)
                    break
                except duckdb.Error:
                    if way == ways[-1]:
                        raise
            _insert(base, selects, number)
        except duckdb.Error as error:
            raise UnreadableFile(
                f"{path.name} can't be read: {str(error).splitlines()[0]}"
            ) from None
        after = _one(base, "select count(*) from rows")
    return {"file": path.name, "format": known.title, "names": after - before,
            "sha256": digest.result()}  # fmt: skip


def _one(base: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = base.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _quoted(text: str, sign: str) -> str:
    return text.replace(sign, sign * 2)


def _distinct(headings: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    out = []
    for at, head in enumerate(headings):
        name = head or f"column{at + 1}"
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return out


def _take(
    base: duckdb.DuckDBPyConnection, known: formats.Format, headings: list[str], source: str
) -> list[str]:
    """Read a file into the table ``raw``, and say what its format selects from it. Only columns
    that the format speaks of are read."""
    selects = [known.rows, *known.also]
    have = {head.strip(): head for head in headings}
    wanted = [
        head
        for head in have
        if any(re.search(rf"(?<![\w.]){re.escape(head)}(?![\w.])", sql) for sql in selects)
    ]
    columns = [f'"{_quoted(have[head], chr(34))}" as "{_quoted(head, chr(34))}"' for head in wanted]
    base.execute(f"create or replace temp table raw as select {', '.join(columns)} from {source}")
    return selects


def _insert(base: duckdb.DuckDBPyConnection, selects: list[str], number: int) -> None:
    """Send what was read through its format."""
    for number_of, sql in enumerate(selects):
        while True:
            try:
                made = base.execute(f"select * from ({sql}) limit 0").description or []
                break
            except duckdb.BinderException as error:
                # A column that this edition of the file does not have is empty.
                missing = re.search(r'Referenced column "([^"]+)" not found', str(error))
                if not missing:
                    raise
                if number_of:
                    made = []
                    break
                base.execute(f'alter table raw add column "{missing[1]}" varchar')
        if not made:
            continue
        has = {column[0] for column in made}
        values = ", ".join(_value(column, column in has) for column in formats.COLUMNS)
        base.execute(f"insert into rows select {values}, {number} from ({sql})")
    base.execute("drop table raw")


def _value(column: str, there: bool) -> str:
    if column == "name_kind":
        return (
            "case name_kind when 'former' then 1 when 'other' then 2 else 0 end" if there else "0"
        )
    if not there:
        return "null"
    return f"said({column})" if column in {"name", "postcode", "country"} else column


def _headings(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        line = next(csv.reader(file, delimiter="\t" if _is_tabbed(path) else ","), [])
    return [cell.strip() for cell in line]


def _is_tabbed(path: Path) -> bool:
    with path.open(encoding="utf-8-sig") as file:
        first = file.readline()
    return first.count("\t") > first.count(",")


def _plain(path: Path, scratch: Path) -> Path:
    """The file as UTF-8 text on disk: unpacked, decoded, a workbook's first sheet."""
    with path.open("rb") as file:
        head = file.read(4)
    if head == b"PK\x03\x04" and path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive:
            inside = [one for one in archive.namelist() if one.lower().endswith((".csv", ".txt"))]
            if len(inside) != 1:
                raise UnreadableFile(f"{path.name} should hold one table; it holds {len(inside)}.")
            return _plain(Path(archive.extract(inside[0], scratch)), scratch)
    if head[:2] == b"\x1f\x8b":
        import gzip

        out = scratch / path.name.removesuffix(".gz")
        with gzip.open(path) as packed, out.open("wb") as file:
            shutil.copyfileobj(packed, file)
        return _plain(out, scratch)
    if head in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        lines = sheets.grids(path.read_bytes(), path.name)[0].lines
        out = scratch / "sheet.csv"
        with out.open("w", encoding="utf-8", newline="") as text:
            csv.writer(text).writerows(lines)
        return out
    if not _is_utf8(path):
        out = scratch / "decoded.csv"
        out.write_text(sheets.decode(path.read_bytes()), "utf-8")
        return out
    return path


def _is_utf8(path: Path) -> bool:
    import codecs

    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 18):
                # Nothing to look at where all is plain and no letter was cut in two.
                if not block.isascii() or decoder.getstate()[0]:
                    decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _merge(base: duckdb.DuckDBPyConnection) -> None:
    links = base.execute(
        """select distinct id, same_as from rows
        where id is not null and same_as is not null and same_as <> id"""
    ).fetchall()
    base.execute("delete from rows where id is null or trim(coalesce(name, '')) = ''")
    _set_roots(base, links)
    if alike := _alike(base):
        _set_roots(base, links + alike)
    # Nearly all bodies of a full register stand in one row alone, which needs no comparing.
    base.execute(
        """create table several as
        select id from rows group by id having count(*) > 1 union select own from root"""
    )
    base.execute(
        """create table merged as select coalesce(root, id) as body, rows.* from rows
        semi join several using (id) left join root on own = id"""
    )
    base.execute(
        """create table ids as
        select root as body, list(own order by own) as ids from root group by root"""
    )
    base.execute("set preserve_insertion_order = true")
    # Their rows are in the order of their ids: an entry's number is its row's. Where one source
    # says two things the first by letters is taken, so that the same files make the same store.
    base.execute(
        """create table entries as
        with grouped as (
            select body as id, arg_min(name, row(name_kind, source, name)) as name,
                arg_min(kind, row(source, kind)) filter (kind is not null) as kind,
                arg_min(status, row(source, status)) filter (status is not null) as status,
                min(begun) as begun,
                arg_min(ended, row(source, ended)) filter (status is not null) as ended,
                arg_min(postcode, row(source, postcode))
                    filter (postcode is not null and postcode <> '') as postcode,
                arg_min(country, row(source, country)) filter (country is not null) as country,
                arg_min(sic, row(source, sic)) filter (sic is not null) as sic,
                arg_min(size, row(source, size)) filter (size is not null) as size,
                -- Of the source that the size is of.
                arg_min_null(sized, row(source, size, sized)) filter (size is not null) as sized
            from merged group by body
            union all
            select id, name, kind, status, begun,
                case when status is not null then ended end, nullif(postcode, ''), country, sic,
                size, case when size is not null then sized end
            from rows anti join several using (id))
        select id, coalesce(ids, [id]) as ids, * exclude (id, ids, body)
        from grouped left join ids on ids.body = grouped.id order by id"""
    )
    base.execute(
        """create table names as
        with numbers as (select rowid::integer as entry, id from entries)
        select entry, arg_min(m.name, row(source, m.name)) as name, min(name_kind)::tinyint as kind,
            max(until) as until
        from merged m join numbers on numbers.id = m.body group by entry, upper(trim(m.name))
        union all
        select entry, name, name_kind, until
        from rows anti join several using (id) join numbers using (id)"""
    )


def _set_roots(base: duckdb.DuckDBPyConnection, links: list[tuple[str, str]]) -> None:
    """The table ``root``: of each linked org-id the one that stands for its body."""
    roots = _roots(links)
    base.register(
        "roots",
        pa.table({
            "own": pa.array(list(roots), pa.string()),
            "root": pa.array(list(roots.values()), pa.string()),
        }),
    )  # fmt: skip
    base.execute("create or replace table root as select own, root from roots")


def _alike(base: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Charities and the companies that they are, by name.

    A charity that is a company has the very same name in both registers, and says so in neither
    file that everybody has. Names that several bodies share prove nothing, nor do short ones that
    end in Limited: those that do without it are hardly anybody's but a charity's.
    """
    base.execute(
        r"""create or replace temp macro letters(name) as regexp_replace(
            regexp_replace(upper(name), '^THE |\(THE\)\s*$', ''), '[^A-Z0-9]', '', 'g')"""
    )
    found: list[tuple[str, str]] = base.execute(
        r"""with charities as (
            select distinct coalesce(root, id) as body from rows left join root on own = id
            where starts_with(id, 'GB-CHC')
            union select root from root where starts_with(own, 'GB-CHC')),
        charity as (
            select letters(name) as said, min(body) as body
            from rows left join root on own = id join charities on body = coalesce(root, id)
            where name_kind = 0 group by said having count(distinct body) = 1 and length(said) > 3),
        company as (
            select letters(name) as said, min(coalesce(root, id)) as body,
                bool_or(regexp_matches(upper(name),
                    '\b(LIMITED|LTD|LLP|PLC|CIC|C\.I\.C|CYF|CYFYNGEDIG)\b\W*$')) as has_form
            from rows left join root on own = id
            where name_kind = 0 and starts_with(id, 'GB-COH')
                and (select count(*) from charity) > 0
                and letters(name) in (select said from charity)
            group by said having count(distinct coalesce(root, id)) = 1)
        select charity.body, company.body from charity join company using (said)
        where (length(said) > 7 or not has_form) and not starts_with(charity.body, 'GB-COH')
            and company.body not in (select body from charities)"""
    ).fetchall()
    return found


def _roots(links: list[tuple[str, str]]) -> dict[str, str]:
    """For each linked org-id the one that stands for its body: a company's before a charity's."""
    parent: dict[str, str] = {}

    def top(one: str) -> str:
        parent.setdefault(one, one)
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    order = {"GB-COH": 0, "GB-MPR": 1, "GB-CHC": 2}
    for one, other in links:
        high, low = sorted((top(one), top(other)), key=lambda own: (order.get(own[:6], 3), own))
        parent[low] = high
    return {one: top(one) for one in parent}


def _names(folder: Path) -> pa.Table:
    """A store's names in the order in which they are indexed."""
    with duckdb.connect() as base:
        place = str(folder / "names.parquet").replace("'", "''")
        return base.execute(
            f"""select entry, name, kind, until from read_parquet('{place}')
            order by entry, kind, name"""
        ).to_arrow_table()


def _index(draft: Path, say: Say) -> None:
    say("building the index")
    table = _names(draft)
    with duckdb.connect() as base:
        place = str(draft / "entries.parquet").replace("'", "''")
        entries = base.execute(
            f"""select entry, postcode, begun, ended, ids from read_parquet('{place}')
            order by entry"""
        ).to_arrow_table()
    made = indexing.build(
        _whole(table["name"]), table["entry"].to_numpy(), table["kind"].to_numpy(),
        indexing.days(table["until"], indexing.NEVER),
    )  # fmt: skip
    made.save(draft / "index")
    indexing.save_entries(draft / "index", entries)
    indexing.save_names(draft / "index", _whole(table["name"]))


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.cast(pa.large_string()).combine_chunks()


def _counts(draft: Path) -> dict[str, int]:
    with duckdb.connect() as base:
        out = {}
        for table in ("entries", "names"):
            place = str(draft / f"{table}.parquet").replace("'", "''")
            out[table] = _one(base, f"select count(*) from read_parquet('{place}')")
    return out
