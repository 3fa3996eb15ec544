"""From a seed to a day of work and the faults that meet it.

What a seed meant before kills were aimed it means still: those come from a chance of their own.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from . import acts, money
from .acts import Act
from .breaks import Fault
from .mailbox import MOODS

DAY = 86_400
# What a fault meets more often than its share: there is more in it to tear apart.
LARGE = (
    "import pledges",
    "import people",
    "import payments",
    "draft",
    "close",
    "pay",
    "read back",
    "remind",
    "backup",
    "approve",
    "evidence",
)
# About how many moments an act has; others have 50. One that is named later than the last comes
# when all is written and nobody was told.
MOMENTS = {
    "pay": 60,
    "read back": 110,
    "approve": 34,
    "import pledges": 22,
    "import people": 105,
    "import payments": 130,
    "draft": 115,
    "close": 20,
    "remind": 120,
    "backup": 7,
    "assess": 26,
    "validate": 26,
    "sign": 20,
    "close day": 20,
    "open": 14,
    "upgrade": 150,
}
# Acts that write what must be there whole or not at all, by what they write. Kills are aimed at
# each of these alike, however many acts of it a day has.
WHOLE = (
    ("propose", "accept", "claim", "evidence", "review"),
    ("import pledges", "import people", "import payments"),
    ("apply", "assess", "approve", "pay", "read back", "close day"),
    ("open", "draft", "sign", "validate", "close"),
    ("remind",),
)
AIMED = 3


@dataclass(frozen=True)
class Plan:
    seed: int
    acts: list[Act]
    faults: list[Fault]
    restores: bool


def plan(seed: int, *, postgresql: bool = False, clock: bool = True) -> Plan:
    chance = random.Random(seed)
    chosen = _work(chance)
    faults = _faults(chance, chosen, postgresql, clock)
    restores = chance.random() < 0.25
    return Plan(seed, chosen, faults + _aimed(seed, chosen), restores)


def _work(chance: random.Random) -> list[Act]:
    """About sixty acts: chains whose acts keep their order, shuffled into each other."""
    chains: list[list[Act]] = [list(acts.PLEDGES) for _ in range(chance.randint(3, 5))]
    chains += [[acts.PLEDGES[2], acts.PLEDGES[3]] for _ in range(2)]
    chains += [[*money.GRANT, *money.GRANT, *money.PAY] for _ in range(chance.randint(1, 2))]
    chains += [list(acts.BOOKS) * chance.randint(1, 2)]
    chains += [[acts.IMPORT] * 2, [acts.PEOPLE], [acts.REMIND] * 2, [acts.BACKUP]]
    if chance.random() < 0.3:
        chains.append([acts.PAYMENTS])
    if chance.random() < 0.3:
        chains.append([acts.UPGRADE])
    order = [number for number, chain in enumerate(chains) for _ in chain]
    chance.shuffle(order)
    iterators = [iter(chain) for chain in chains]
    return [next(iterators[number]) for number in order]


def _faults(chance: random.Random, chosen: list[Act], postgresql: bool, clock: bool) -> list[Fault]:
    weights = [5 if act.name in LARGE else 1 for act in chosen]
    mails = [number for number, act in enumerate(chosen) if act.name == "remind"]
    faults = []
    for _ in range(chance.randint(3, 4)):
        act = chance.choices(range(len(chosen)), weights)[0]
        most = MOMENTS.get(chosen[act].name, 50)
        moment = chance.randint(1, most + most // 8)
        kind = chance.choices(("kill", "stray-kill", "disk", "mail", "clock"), (62, 8, 12, 9, 9))[0]
        if kind == "disk" and postgresql:
            kind = "database"
        if kind == "clock" and not clock:
            kind = "kill"
        match kind:
            case "stray-kill":
                faults.append(Fault(kind, act, 0, str(chance.randint(5, 900))))
            case "disk":
                faults.append(Fault(kind, act, moment // 2 + 1, str(chance.randint(0, 12))))
            case "mail":
                faults.append(Fault(kind, chance.choice(mails), 0, chance.choice(MOODS)))
            case "clock":
                jump = chance.choice([-400, -3, -1, 1, 2, 40, 400]) * DAY
                faults.append(Fault(kind, act, 0, str(jump)))
            case _:
                faults.append(Fault(kind, act, moment))
    return faults


def _aimed(seed: int, chosen: list[Act]) -> list[Fault]:
    """Kills between the first stroke of an act and its last."""
    chance = random.Random(f"aimed {seed}")
    faults = []
    for names in chance.sample(WHOLE, AIMED):
        name = chance.choice([name for name in names if any(act.name == name for act in chosen)])
        act = chance.choice([number for number, act in enumerate(chosen) if act.name == name])
        faults.append(Fault("aimed-kill", act, 0, f"{chance.random():.3f}"))
    return faults
