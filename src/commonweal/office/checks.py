"""What Django is asked to look at before a command begins."""

from __future__ import annotations

# Marks the checks whose answer can differ from one installation to the next. Every other one looks
# at the program, which is the same everywhere: the suite and `./commonweal check` ask them all.
OF_AN_INSTALLATION = "commonweal"
