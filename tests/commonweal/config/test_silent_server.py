"""A database server that hangs in the middle of a page: the page ends within seconds."""

from __future__ import annotations

import socket
import struct
import threading

import psycopg
import pytest
from django.db import connection

from commonweal.jobs import database, impatient
from commonweal.jobs.database import Trouble, trouble_of
from commonweal.jobs.patience import PAGE


def _message(kind, body):
    return kind + struct.pack("!i", len(body) + 4) + body


@pytest.fixture
def hanging():
    """Speaks as PostgreSQL does until somebody has signed in, and then says nothing more."""
    listener = socket.create_server(("127.0.0.1", 0))
    lines = []

    def serve():
        line, _ = listener.accept()
        lines.append(line)
        line.recv(65536)
        ready = _message(b"R", struct.pack("!i", 0))
        for name, value in (("server_version", "15.0"), ("client_encoding", "UTF8")):
            ready += _message(b"S", f"{name}\0{value}\0".encode())
        line.sendall(ready + _message(b"Z", b"I"))

    thread = threading.Thread(target=serve)
    thread.start()
    yield listener.getsockname()[1]
    thread.join()
    listener.close()
    for line in lines:
        line.close()


def test_a_page_does_not_wait_for_a_server_that_says_nothing(hanging, monkeypatch):
    monkeypatch.setattr(impatient, "FIRST_ANSWER_MOST_S", 0.3)
    made = psycopg.connect(
        f"host=127.0.0.1 port={hanging} user=x dbname=x sslmode=disable gssencmode=disable",
        autocommit=True,
    )
    # As the signal does with each connection that Django makes.
    made.__class__ = impatient.Impatient
    database.begin_page()
    try:
        with pytest.raises(psycopg.OperationalError, match="said nothing in time") as silent:
            made.execute("SELECT 1")
        assert made.closed
    finally:
        database.PAGE.is_page = False
    from django.db import OperationalError

    wrapped = OperationalError(str(silent.value))
    assert trouble_of(wrapped) is Trouble.AWAY


@pytest.mark.django_db
def test_every_connection_to_postgresql_is_such_a_one():
    from django.db import connection

    connection.ensure_connection()
    if connection.vendor == "postgresql":
        assert isinstance(connection.connection, impatient.Impatient)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)


def test_pages_on_postgresql_go_by_indexes_and_call_no_helpers(db, postgresql):
    """Of a few thousand rows among a hundred thousand; jobs, which nobody waits for, may."""
    shown = {}
    for is_page in (True, False):
        fresh = connection.copy()
        PAGE.is_page = is_page
        try:
            with fresh.cursor() as cursor:
                for name in ("max_parallel_workers_per_gather", "random_page_cost", "jit"):
                    cursor.execute(f"SHOW {name}")
                    shown[is_page, name] = cursor.fetchone()[0]
        finally:
            PAGE.is_page = False
            fresh.close()
    assert shown[True, "max_parallel_workers_per_gather"] == "0"
    assert shown[True, "random_page_cost"] == "1.1"
    assert shown[False, "max_parallel_workers_per_gather"] != "0"
    assert shown[True, "jit"] == shown[False, "jit"] == "off"
