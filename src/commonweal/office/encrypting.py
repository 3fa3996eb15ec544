"""For migrations: a column of plain words becomes an encrypted one, with what stands in it."""

from __future__ import annotations

from typing import Any

from cryptography.fernet import InvalidToken
from django.db.migrations.operations import RunPython

from .fields import _box

STEP = 1000


def encrypt_columns(*columns: tuple[str, str]) -> RunPython:
    """The operation that follows an AlterField to EncryptedTextField: (table, column) of each.

    What is encrypted already is left alone, so that it can be run again. Undoing writes the words
    back in plain, for the AlterField before it.
    """

    def forwards(apps: Any, editor: Any) -> None:
        for table, column in columns:
            _rewrite(editor, table, column, _encrypted)

    def backwards(apps: Any, editor: Any) -> None:
        for table, column in columns:
            _rewrite(editor, table, column, _plain)

    return RunPython(forwards, backwards)


def _encrypted(text: str) -> str:
    return text if _is_token(text) else _box().encrypt(text.encode()).decode()


def _plain(text: str) -> str:
    return _box().decrypt(text.encode()).decode() if _is_token(text) else text


def _is_token(text: str) -> bool:
    try:
        _box().decrypt(text.encode())
    except InvalidToken:
        return False
    return True


def _rewrite(editor: Any, table: str, column: str, change: Any) -> None:
    """Row by row, past the model, whose field would decrypt what is plain."""
    quoted = editor.connection.ops.quote_name
    table, column, last = quoted(table), quoted(column), 0
    with editor.connection.cursor() as cursor:
        while True:
            cursor.execute(
                f"SELECT id, {column} FROM {table} WHERE id > %s AND {column} <> '' "
                f"ORDER BY id LIMIT {STEP}",
                [last],
            )
            rows = cursor.fetchall()
            if not rows:
                return
            cursor.executemany(
                f"UPDATE {table} SET {column} = %s WHERE id = %s",
                [(change(text), pk) for pk, text in rows],
            )
            last = rows[-1][0]
