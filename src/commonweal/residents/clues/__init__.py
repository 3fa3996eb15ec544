"""What a handler typed, taken apart into clues: names, birth, numbers, places.

Each clue has readings, from strict to loose; each reading says in words what is looked for, and
by which keys somebody is found by it. Nothing here asks the database.
"""

from .births import DATES, years_of
from .readings import Clue, Reading
from .typed import EMAIL, clues_of

__all__ = ["DATES", "EMAIL", "Clue", "Reading", "clues_of", "years_of"]
