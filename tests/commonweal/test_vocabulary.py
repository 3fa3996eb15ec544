"""One vocabulary of headings for all readers of tables, in English and Welsh."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from commonweal.cases.lists import meanings as people
from commonweal.grants import payment_files
from commonweal.partners import signatory_files
from commonweal.pledges.meanings import MEANINGS as OF_PLEDGES
from commonweal.programme.importing.meanings import MEANINGS as OF_ACTIONS
from commonweal.services.directory import tables as services
from commonweal.spend.contract_columns import MEANINGS as OF_CONTRACTS
from localwealth.registers import mapping
from localwealth.sources import columns, places
from localwealth.tables import vocabulary

SRC = Path(__file__).parents[2] / "src"
# Whoever opens a table: the reader whose meanings its columns have, or why it needs none.
OPENED_BY = {
    "localwealth/sources/payments.py": "payments",
    "localwealth/sources/headings.py": "payments",
    "localwealth/sources/places.py": "postcodes",
    "localwealth/registers/mapping.py": "registers",
    "localwealth/registers/loading.py": "registers",
    "commonweal/cases/lists/reading.py": "people",
    "commonweal/grants/payment_files.py": "finance",
    "commonweal/services/directory/tables.py": "services",
    "commonweal/pledges/importing.py": "pledges",
    "commonweal/programme/importing/planning.py": "actions",
    "commonweal/spend/contracts.py": "contracts",
    "commonweal/partners/signatory_files.py": "signatories",
    # Published statistics: codes of areas, and years within the headings.
    "localwealth/sources/statistics/reading.py": "",
    "localwealth/regional/sources.py": "",
    # Files of our own commands, whose columns have one name.
    "localwealth/cli/watching.py": "",
    "localwealth/cli/matching.py": "",
    # Parts of the one reader, and of the frame, which are told what columns mean.
    "localwealth/tables/sheets.py": "",
    "localwealth/tables/unpacking.py": "",
    "commonweal/bringing/reading.py": "",
    "commonweal/bringing/remembering.py": "",
    "commonweal/bringing/frames.py": "",
}
OPENS = {"grids", "place", "understand", "Opened", "read"}
WORDS_OF = {
    "pledges": {meaning.name: meaning.words for meaning in OF_PLEDGES},
    "actions": {meaning.name: meaning.words for meaning in OF_ACTIONS},
    "contracts": {meaning.name: meaning.words for meaning in OF_CONTRACTS},
    "services": services.COLUMNS,
    "finance": {
        name: list(filter(None, text.split(","))) for name, text in payment_files.HEADINGS.items()
    },
    "signatories": {
        name: list(filter(None, text.split(","))) for name, text in signatory_files.ITS_OWN.items()
    },
    "people": {
        name: [word for word, meaning in people._HEADINGS.items() if meaning == name]
        for name in people.SHARES
    },
}
# Words that name a thing in one room, and another in the next.
MEANT_OTHERWISE = {
    "pledges": "name enw signatory llofnodwr member aelod category theme categori thema by erbyn "
    "rag|pledge id|pledge reference|pledge no|pledge number",
    "signatories": "signatory partner name enw",
    "actions": "notes nodiadau start from beginning o|lead organisation|delivery partner|"
    "responsible body|sefydliad arweiniol|action ref|action id|action number",
    "services": "provider type about services location contact id uprn|service id|"
    "organisation data service code",
    "finance": "on day diwrnod grant why pam result outcome canlyniad because|your reference|"
    "payment reference|grant reference|cyfeirnod y taliad|payment status|paid or cancelled",
    "people": "house flat street road town city village county stryd tref dinas pentref sir name "
    "enw details need needs support angen anghenion|address line|home address|house number|"
    "house no|house name|house name number|town city|town or city|llinell cyfeiriad|person id|"
    "client id|case id|case note|case notes|support needed|support required|help needed|"
    "help required|what they need",
}


def sharing() -> Iterator[tuple[str, str, str]]:
    """Each reader with each meaning of its own that is one of the vocabulary's."""
    for reader in vocabulary.READERS.values():
        for own, meanings in reader.shares.items():
            for meaning in meanings:
                yield reader.name, own, meaning


def written(word: str) -> list[str]:
    """A heading as people write it."""
    return [
        *(word, word.upper(), word.title(), word.capitalize(), f"  {word.replace(' ', '   ')} "),
        *(word.replace(" ", "_"), f"{word}:", f"{word.capitalize()} / Zzz", f"Zzz\n{word}"),
    ]


@pytest.mark.parametrize(("reader", "own", "meaning"), sorted(sharing()))
def test_what_all_readers_know_each_knows(reader: str, own: str, meaning: str) -> None:
    understands = vocabulary.READERS[reader].understands
    words = [*vocabulary.ENGLISH[meaning], *vocabulary.WELSH[meaning]]
    unknown = [
        heading for word in words for heading in written(word) if not understands(heading, own)
    ]
    assert unknown == []


@pytest.mark.parametrize(("reader", "own", "meaning"), sorted(sharing()))
def test_what_a_reader_knows_for_a_shared_meaning_the_others_know_too(
    reader: str, own: str, meaning: str
) -> None:
    passed_by = set[str]()
    for part in MEANT_OTHERWISE.get(reader, "").split("|"):
        passed_by |= {part, *part.split()}
    shared = vocabulary.words_of(*vocabulary.READERS[reader].shares[own])
    words = set(map(vocabulary.folded, WORDS_OF.get(reader, {}).get(own, ())))
    assert sorted(words - shared - set(map(vocabulary.folded, passed_by))) == []


def test_each_meaning_has_words_in_both_languages_and_no_word_two_meanings() -> None:
    assert all(vocabulary.ENGLISH.values())
    assert all(vocabulary.WELSH.values())
    every = [word for words in vocabulary.WORDS.values() for word in words]
    assert sorted(word for word in set(every) if every.count(word) > 1) == []


@pytest.mark.parametrize("meanings", [OF_PLEDGES, OF_ACTIONS, OF_CONTRACTS, services.MEANINGS])
def test_no_reader_knows_a_word_for_two_things(meanings) -> None:
    every = [word for meaning in meanings for word in meaning.known_as]
    twice = {word for word in every if every.count(word) > 1}
    # A table whose only name is that of an organisation names its services so.
    assert twice <= {"organisation name"}


def test_whoever_opens_a_table_takes_its_meanings_from_there() -> None:
    openers = {
        str(path.relative_to(SRC))
        for path in SRC.rglob("*.py")
        if "migrations" not in path.parts and _opens(path)
    }
    assert openers == OPENED_BY.keys()
    assert {reader for reader in OPENED_BY.values() if reader} == vocabulary.READERS.keys()


def _opens(path: Path) -> bool:
    text = path.read_text()
    if not any(word in text for word in ("grids", "sheets", "understand", "placing", "Opened")):
        return False
    return any(
        isinstance(node, ast.Call) and _is_opening(node.func) for node in ast.walk(ast.parse(text))
    )


def _is_opening(called: ast.expr) -> bool:
    if isinstance(called, ast.Name):
        return called.id in OPENS - {"read"}
    if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
        return f"{called.value.id}.{called.attr}" in {"sheets.read", "grids.grids"}
    return False


def test_words_without_accents_and_joined_words_are_the_same() -> None:
    assert people.meaning_of("RHIF FFON") == people.meaning_of("Rhif ffôn") == "phone"
    assert columns.fit("SupplierName", "supplier")
    assert columns.fit("Talwyd ar", "date")
    header = ["Enw", "COD POST", "Rhif Ffôn", "Service Name", "Gwefan"]
    _, named = services.read_table(",".join(header).encode() + b"\na,b,c,d,e\n", "x.csv")
    assert named == {
        "name": "Service Name",
        "postcode": "COD POST",
        "phone": "Rhif Ffôn",
        "url": "Gwefan",
    }
    assert mapping.guess(["Rhif Cwmni", "Enw'r Cwmni", "Cod Post"]).columns == {
        "number": "Rhif Cwmni",
        "name": "Enw'r Cwmni",
        "postcode": "Cod Post",
    }
    assert places._column(("Cod Post",), "postcode") == "c0"
