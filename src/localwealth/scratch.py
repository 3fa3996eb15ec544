"""A database in memory for one question: the process keeps the engine, and hands out connections.

Opening an engine takes 12 ms of a processor, several times what most questions take.
"""

from __future__ import annotations

import os
import threading

import duckdb

# By process: an engine's threads don't come along where a process forks.
_engines: dict[int, duckdb.DuckDBPyConnection] = {}
_turn = threading.Lock()


def connect() -> duckdb.DuckDBPyConnection:
    """A connection, which the caller closes.

    What is registered with it, and its temporary views and tables, are its own and go with it. All
    else would be everybody's, and stay: who makes lasting tables or sets something opens an engine.
    """
    with _turn:
        if os.getpid() not in _engines:
            # What files say is not kept in memory after the question.
            _engines[os.getpid()] = duckdb.connect(config={"enable_external_file_cache": False})
        return _engines[os.getpid()].cursor()
