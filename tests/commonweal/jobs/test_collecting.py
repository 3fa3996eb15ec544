"""What stays for as long as a process serves is kept out of Python's search for what is done with:
looked through again and again it held all pages for a fifth of a second."""

from __future__ import annotations

import gc
from types import SimpleNamespace

import pytest

from commonweal.jobs import collecting, serving


@pytest.fixture
def _as_before():
    callbacks = list(gc.callbacks)
    yield
    gc.callbacks[:] = callbacks
    gc.unfreeze()


class Part:
    """Something that only a search for circles of things can find to be done with."""

    gone = 0

    def __init__(self) -> None:
        self.circle = self

    def __del__(self) -> None:
        Part.gone += 1


@pytest.mark.usefixtures("_as_before")
def test_what_is_there_before_the_first_visitor_is_left_out(monkeypatch):
    ready = []
    server = SimpleNamespace(
        task_dispatcher=SimpleNamespace(active_count=0), run=lambda: None, close=lambda: None
    )
    monkeypatch.setattr(serving, "make_server", lambda *_, **__: server)
    monkeypatch.setattr(serving.signal, "signal", lambda *_: None)
    monkeypatch.setattr(serving.counting, "begin", lambda *_: None)
    serving.serve("127.0.0.1", 0, jobs=False, ready=lambda: ready.append(gc.get_freeze_count()))
    # More than a hundred thousand: Django and the product.
    assert ready[0] > 100_000
    assert len(gc.get_objects()) < ready[0] / 10


@pytest.mark.usefixtures("_as_before")
def test_what_is_done_with_is_found_all_the_same(monkeypatch):
    monkeypatch.setattr(Part, "gone", 0)
    collecting.set_aside()
    for count in range(1, 2 * collecting.SET_ASIDE_MOST):
        Part()
        gc.collect()
        assert Part.gone == count


@pytest.mark.usefixtures("_as_before")
def test_only_the_first_searches_set_aside_what_they_leave():
    collecting.set_aside()
    kept_alive, counts = [], []
    for _ in range(collecting.SET_ASIDE_MOST + 3):
        kept_alive.append([[]])
        gc.collect()
        counts.append(gc.get_freeze_count())
    first, later = counts[: collecting.SET_ASIDE_MOST], counts[collecting.SET_ASIDE_MOST - 1 :]
    assert first == sorted(set(first))
    assert len(set(later)) == 1


def test_while_very_much_is_made_it_is_looked_for_seldom():
    usual, during = gc.get_threshold(), []

    @collecting.seldom()
    def makes_much():
        during.append(gc.get_threshold())
        raise RuntimeError

    gc.set_threshold(700, 10, 10)
    try:
        with pytest.raises(RuntimeError):
            makes_much()
        assert (during, gc.get_threshold()) == ([collecting.SELDOM], (700, 10, 10))
    finally:
        gc.set_threshold(*usual)
