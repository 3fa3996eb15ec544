"""Long work at any depth of calls, at the same cost.

Python keeps the frames of calls in pieces of 16 KB, takes a piece from the system when a call no
longer fits into the last one, and gives it back when that call returns. Where a page's own calls
happen to fill a piece just to its end, each call of a long loop takes and gives back another: the
same file then costs two to five times as much. Nothing in Python says how full a piece is, but a
call that needs much gets a piece of its own.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

# Words of eight bytes: more than half of a piece of 64 KB, of which nearly 30 KB are left to calls.
STACK_WORDS = 4500


def on_a_stack_of_its_own(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, whose inner calls find room however deep it is called."""

    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    call.__code__ = call.__code__.replace(co_stacksize=STACK_WORDS)
    return functools.wraps(function)(call)
