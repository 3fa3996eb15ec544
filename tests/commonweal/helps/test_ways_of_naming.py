"""However somebody is named in words that go out, it is caught; ordinary sentences pass.

The rule is over ways of writing, not over a list of sentences: each way is tried with names of
every shape, in sentences of every kind.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from commonweal.asks.models import Ask
from commonweal.residents import naming, people

pytestmark = pytest.mark.django_db
ASK = {"title": "Hot meals", "quantity": "20", "unit": "meals", "words": ""}

Way = Callable[[str, str], str]
NAMES = (
    ("Yusuf", "Webb"),
    ("Anne-Marie", "McDonald"),
    ("Maeve", "O'Neill"),
    ("José", "García-López"),
    ("Ana", "de Souza"),
    ("Zoë", "Hall"),
    ("Olga", "Ivanova"),
    ("Niamh", "Mac Giolla-Phádraig"),
)
BY_INITIAL: tuple[Way, ...] = (
    lambda first, last: f"{first[0]}. {last}",
    lambda first, last: f"{first[0]} {last}",
    lambda first, last: f"{first[0]}.{last}",
    lambda first, last: f"{first[0]}-{last.replace(' ', '-')}",
    lambda first, last: f"{first[0]}_{last.replace(' ', '_')}",
    lambda first, last: f"{last}, {first[0]}.",
    lambda first, last: f"{last.title()}-{first[0]}.",
    lambda first, last: f"{first[0].lower()}. {last.lower()}",
)
IN_FULL: tuple[Way, ...] = (
    lambda first, last: f"{first} {last}",
    lambda first, last: f"{last}, {first}",
    lambda first, last: f"{first}-{last}",
    lambda first, last: f"{first}_{last}",
    lambda first, last: f"{first}.{last}".lower(),
    lambda first, last: f"{first}/{last}",
    lambda first, last: f"{first}&{last}",
    lambda first, last: f"{first} and {last}",
    lambda first, last: f"{first} & Mary {last}",
    lambda first, last: f"{first} and Mary {last}",
    lambda first, last: f"{first}, Mary and Tom {last}",
    lambda first, last: f"{first} + Mary {last}",
    lambda first, last: f"{first} Quentin {last.title()}",
    lambda first, last: f"{first} Q. {last}",
    lambda first, last: f"#{squeezed(first)}{squeezed(last.title())}",
    lambda first, last: f"#{squeezed(first)}{squeezed(last)}".lower(),
    lambda first, last: f"#{squeezed(first)}_{squeezed(last)}",
    lambda first, last: f"{squeezed(first)}{squeezed(last.title())}",
    lambda first, last: f"@{squeezed(first)}{squeezed(last)}".lower(),
    lambda first, last: " ".join(squeezed(first + last)),
    lambda first, last: "-".join(squeezed(first)) + " " + "-".join(squeezed(last)),
    lambda first, last: f"{first} {last}".upper(),
    lambda first, last: f"{first} {last}".replace("o", "0").replace("e", "3"),
)
SENTENCES = (
    "A bed for {}, please",
    "{} needs meals",
    "Hot meals, 5 days a week, for {}",
    "meals ({})",
    "Meals for:\n{}\nThank you.",
    "We look for helpers. {} can't walk",
)


def squeezed(name: str) -> str:
    return "".join(sign for sign in name if sign.isalpha())


@pytest.mark.parametrize("name", NAMES, ids=" ".join)
def test_each_way_to_write_a_name_is_caught(db: None, name: tuple[str, str]) -> None:
    first, last = name
    people.add(values={"first_name": first, "last_name": last}, by=None)
    texts = [
        sentence.format(way(first, last)) for way in BY_INITIAL + IN_FULL for sentence in SENTENCES
    ]
    passed = [
        text for text in texts if "name" not in {caught.kind for caught in naming.caught_in(text)}
    ]
    assert passed == []


@pytest.mark.parametrize("way", range(len(BY_INITIAL + IN_FULL)))
def test_each_way_is_tried_with_the_plainest_name(db, way):
    people.add(values={"first_name": "Yusuf", "last_name": "Webb"}, by=None)
    text = f"A bed for {(BY_INITIAL + IN_FULL)[way]('Yusuf', 'Webb')}, please"
    assert naming.caught_in(text), text


# --- Telephones, e-mail, addresses ------------------------------------------------------------

LOOKS = (
    ("phone", "077OO 9OO321"),
    ("phone", "O77OO 9OO32l"),
    ("phone", "0770O-9003Z1"),
    ("phone", "+44 77OO 9OO 321"),
    ("phone", "07700 9OO-32I"),
    ("phone", "oh double seven double oh nine double oh three two one"),
    ("phone", "zero seven seven zero zero 900 three two one"),
    ("email", "name(at)example.org"),
    ("email", "name [at] example [dot] org"),
    ("email", "name AT example.org"),
    ("email", "name @ example.org"),
    ("email", "name at example dot org"),
    ("email", "first.last at example.org"),
    ("email", "name{at}example{dot}org"),
    ("email", "name <at> example.org"),
    ("email", "name_at_example.org"),
    ("email", "n.ame(at)mail.example.co.uk"),
    ("house", "No.34 Abbey Street"),
    ("house", "no. 34 Abbey Street"),
    ("house", "#34 Abbey Street"),
    ("house", "34Abbey Street"),
    ("house", "34a Abbey Street"),
    ("house", "34 a Abbey Street"),
    ("house", "Flat 2,34 Abbey Street"),
    ("house", "Abbey Street 34"),
    ("house", "Abbey Street, 34"),
    ("house", "Abbey Street No. 34"),
    ("house", "Abbey St (34)"),
    ("house", "Abbey Street number 34"),
    ("postcode", "#BF1_2AG"),
    ("nhs", "943 476 59l9"),
)


@pytest.mark.parametrize(("kind", "words"), LOOKS)
@pytest.mark.parametrize("sentence", ["Go to {}", "{}.", "Meals ({}), at noon"])
def test_what_looks_like_a_way_to_somebody_is_caught(town, kind, words, sentence):
    """Nobody is known here: it is caught by its look alone."""
    caught = naming.caught_in(sentence.format(words))
    assert kind in {one.kind for one in caught}, caught


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("house", "34 in abbey street"),
        ("house", "thirty-four Abbey Street"),
        ("house", "abbey street 34 from noon"),
        ("house", "34abbey st"),
        ("email", "yusuf at example.org"),
        ("phone", "77OO 9OO 321"),
    ],
)
def test_what_is_known_is_caught_where_its_look_says_little(town, kind, words):
    assert kind not in {one.kind for one in naming.caught_in(f"Go to {words} for it")}
    people.add(
        values={
            "first_name": "Yusuf",
            "last_name": "Webb",
            "address": "34 Abbey Street",
            "phones": "07700 900321",
            "email": "yusuf@example.org",
        },
        by=None,
    )
    assert kind in {one.kind for one in naming.caught_in(f"Go to {words} for it")}


# --- Ordinary sentences -----------------------------------------------------------------------

# Last names that are words, so that nothing passes only because nobody is known.
PLAIN_PEOPLE = (
    ("Grace", "Hall"),
    ("May", "Ward"),
    ("Will", "Day"),
    ("Rob", "Ray"),
    ("Hope", "Young"),
    ("Jack", "Street"),
    ("Mark", "Meals"),
    ("Art", "Shirts"),
    ("Pat", "Block"),
)
ORDINARY = (
    "Hall B is open; ward C and block D are not.",
    "Vitamin D, plan B, grade A and hepatitis C",
    "X-ray and D-Day exhibitions; T-shirts for all",
    "Young people may help on a day in May.",
    "Street A has no light; I will ray... e.g. hall, i.e. ward",
    "Look at example.org or at www.example.org",
    "Meet at St. Mary's at 3.15pm, or at 10.30 at the hall",
    "More AT www.example.org",
    "A talk at St. Anne's hall",
    "On Abbey Street 12 December 2026, 10 to 2",
    "Abbey Street 2026: a street party",
    "On Abbey Street 30 helpers are needed",
    "2 a week walk, 3 a day meals",
    "Two High Street shops and three Mill Lane families",
    "5kg bags, 2pm close, 30th March",
    "12,340 meals; 1.5 hours; £34 Abbey",
    "One, two, three: we count on four helpers",
    "I 10 20 30 O 40 l",
    "GPs, MPs and TVs; WhatsApp, YouTube and iPhones",
    "Hot meals & drinks, tea and toast, and/or soup",
    "Mary at home Dot sewing",
    "#FoodBank #HotMeals @ noon",
    "SOS: 1000 l of oil, 500 l of soup",
    "A hall, a ward and a street day",
    "We offer 20 beds in 3 wards.",
    "Retry fund 717254",
)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_sentences_pass(town, text):
    for first, last in PLAIN_PEOPLE:
        people.add(values={"first_name": first, "last_name": last}, by=None)
    assert naming.caught_in(text) == []


@pytest.mark.parametrize(
    "words",
    [
        "Webb Y.",
        "#YusufWebb",
        "Yusuf-Webb",
        "Yusuf & Mary Webb",
        "077OO 9OO321",
        "name(at)example.org",
        "name [at] example [dot] org",
        "name AT example.org",
        "No.34 Abbey Street",
        "Abbey Street 34",
    ],
)
def test_an_ask_that_names_somebody_so_is_not_made(town, grace, sign_in, words):
    people.add(values={"first_name": "Yusuf", "last_name": "Webb"}, by=None)
    page = sign_in(grace).post("/desk/help/asks/", ASK | {"words": f"Go to {words}"})
    assert "It names somebody" in page.content.decode()
    assert not Ask.objects.exists()
