"""Who lives there and may ask."""

from __future__ import annotations

from commonweal.residents import people, reaching
from commonweal.residents.models import Resident
from commonweal.residents.ways import Rule

from .. import words
from .scene import STREETS, Scene


def residents(scene: Scene) -> list[Resident]:
    rows, rules = [], []
    for number in range(scene.size * 3 // 5):
        year = scene.random.randint(1935, 2006)
        area = scene.random.choice(scene.areas)
        phones = (
            f"07700 9{scene.random.randint(0, 99999):05}" if scene.random.random() < 0.93 else ""
        )
        rows.append(
            Resident(
                first_name=scene.random.choice(words.FIRST),
                last_name=scene.random.choice(words.LAST),
                born=f"{year}-{scene.random.randint(1, 12):02}-{scene.random.randint(1, 28):02}"
                if scene.random.random() < 0.8
                else str(year),
                phones=phones,
                area=area,
                email=f"resident{number}@example.org" if scene.random.random() < 0.4 else "",
                address=f"{scene.random.randint(1, 120)} {scene.random.choice(STREETS)}",
                postcode=f"BF{scene.random.randint(1, 4)} {scene.random.randint(1, 9)}"
                f"{scene.random.choice(words.HOME_LETTERS[0])}"
                f"{scene.random.choice(words.HOME_LETTERS[1])}",
            )
        )
        contact = scene.random.choices(
            ["any", "no_ring", "text_only", "email_only"], [92, 3, 3, 2]
        )[0]
        word = (
            scene.random.choice(["Marigold", "Teapot", "Lantern"])
            if scene.random.random() < 0.03
            else ""
        )
        rules.append(Rule(contact, word=word))
    people.index(Resident.objects.bulk_create(rows, batch_size=500), fresh=True)
    reaching.carry(zip(rows, rules, strict=True), source="intake")
    return list(Resident.objects.order_by("pk"))
