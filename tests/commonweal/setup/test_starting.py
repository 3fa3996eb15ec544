"""How a command of ours begins and ends: without work that nobody needs."""

from __future__ import annotations

import json

# Said last of all, after the command: how often all was gone through, and what stays to the end.
ASKED = """
import atexit, gc, json, sys
atexit.register(lambda: print(json.dumps(
    [gc.isenabled(), gc.get_stats()[2]["collections"], len(gc.get_objects())]
)))
from commonweal import cli
sys.argv = ["commonweal", *sys.argv[1:]]
cli.main()
"""


def test_a_command_never_goes_through_all_that_was_made_for_what_could_go(run_anew, stevenage):
    done = run_anew(stevenage, "ledger", "head", program=("-c", ASKED))
    assert done.returncode == 0, done.stderr
    head, says = done.stdout.splitlines()
    assert head == "0 " + 64 * "0"
    collects, rounds_through_all, left_to_go_through = json.loads(says)
    assert collects
    assert rounds_through_all == 0
    # Python goes through these twice before it ends.
    assert left_to_go_through < 1000
