"""What tests of all rooms share: the cast, a town and one row of everything (`cast`, by room).

What only one room needs stands in the `conftest` of its folder.
"""

from __future__ import annotations

from .cast.balance import close_books, period
from .cast.clocks import _nobody_set_the_clock, clock_set, clock_stands
from .cast.desk import (
    advice,
    asks_for_help,
    fund,
    grace,
    imran,
    joan,
    kinds,
    leah,
    mei,
    noor,
    owen,
    robert,
    sam,
    service,
    wanda,
)
from .cast.economy import shocked
from .cast.exposure import grouped
from .cast.figures import figures
from .cast.guards import (
    _addresses_are_the_suites,
    _as_every_test_needs_it,
    _files_in_a_folder_of_its_own,
    _folder_for_folders,
    _pages_are_over,
)
from .cast.meanwhile import meanwhile
from .cast.people import asha, ben, carys, daniel, helen, idris, maya, nadia, new_person, priya, tom
from .cast.planted import every_address, planted, secret
from .cast.pledges import claimed, made_earlier, pledged, told
from .cast.programme import action, cited, metric, pillar, wished
from .cast.registers import of_others
from .cast.rounds import drafted, on_paper, rounds, sealed, voted
from .cast.scenarios import asked, structure
from .cast.signing_in import proves, sign_in
from .cast.spend import anchor, spent, taken, yusuf
from .cast.town import (
    area,
    bakery,
    college,
    council,
    decision,
    homes,
    measure,
    new_partner,
    theme,
    tier,
    today,
    town,
    version,
)
from .cast.voice import answered, asked_of_all, consulted
from .cast.walking import walker

__all__ = [
    "_addresses_are_the_suites",
    "_as_every_test_needs_it",
    "_files_in_a_folder_of_its_own",
    "_folder_for_folders",
    "_nobody_set_the_clock",
    "_pages_are_over",
    "action",
    "advice",
    "anchor",
    "answered",
    "area",
    "asha",
    "asked",
    "asked_of_all",
    "asks_for_help",
    "bakery",
    "ben",
    "carys",
    "cited",
    "claimed",
    "clock_set",
    "clock_stands",
    "close_books",
    "college",
    "consulted",
    "council",
    "daniel",
    "decision",
    "drafted",
    "every_address",
    "figures",
    "fund",
    "grace",
    "grouped",
    "helen",
    "homes",
    "idris",
    "imran",
    "joan",
    "kinds",
    "leah",
    "made_earlier",
    "maya",
    "meanwhile",
    "measure",
    "mei",
    "metric",
    "nadia",
    "new_partner",
    "new_person",
    "noor",
    "of_others",
    "on_paper",
    "owen",
    "period",
    "pillar",
    "planted",
    "pledged",
    "priya",
    "proves",
    "robert",
    "rounds",
    "sam",
    "sealed",
    "secret",
    "service",
    "shocked",
    "sign_in",
    "spent",
    "structure",
    "taken",
    "theme",
    "tier",
    "today",
    "told",
    "tom",
    "town",
    "version",
    "voted",
    "walker",
    "wanda",
    "wished",
    "yusuf",
]
