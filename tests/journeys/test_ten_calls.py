"""Ten calls in a row, by keyboard alone, each to its end: keys that steer and screens are counted.

Who takes them was told nothing: they press what the page says (Enter for the next question, Alt
and a letter), and otherwise Tab and arrows. The five pages of before took 150 keys and six
screens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from .keyboard import Keyboard

pytestmark = pytest.mark.browser
MOST_KEYS = 75
# Three a call, of ten calls. Whoever rings about a case that a colleague has is found first, and
# says two facts.
MOST_SCREENS, MOST_SCREENS_OF_ONE = 30, 5
SHE_RINGS = "07700 900461"


class Handler(Keyboard):
    """Somebody who takes calls."""

    def ask_first(self, need: str, *signs: str, agrees: str = "on", contact: str = "any") -> None:
        self.tick("needs", need)
        if signs:
            self.tick("signs", *signs)
        self.choose("consent", agrees)
        self.choose("contact", contact)

    def ask_who(
        self, first: str, last: str, born: str = "", phone: str = "", postcode: str = ""
    ) -> None:
        self.answer("first_name", first)
        self.answer("last_name", last)
        for box, part in enumerate(born.split()):
            self.answer(f"born_{box}", part)
        if phone:
            self.answer("phone", phone)
        if postcode:
            self.answer("postcode", postcode)

    def see_known(self) -> None:
        self.page.locator("#known:not([hidden])").wait_for()

    def send(self) -> None:
        self.alt("e")
        expect(self.page.get_by_text("It is in the queue as")).to_be_visible()


@pytest.fixture
def leah(visit: Any) -> Handler:
    return Handler(visit("call-handler"))


@pytest.fixture
def colleagues_case(visit: Any) -> str:
    owen = Handler(visit("second-handler"))
    owen.alt("n")
    owen.type("Her boiler is out.")
    owen.ask_first("energy")
    owen.ask_who("Ottilie", "Fenwhistle", "4 7 1951", "01632 960714", "BF2 3CD")
    owen.send()
    return owen.page.url


def begin(leah: Handler, words: str) -> None:
    """The next call, from wherever one is; what somebody says is typed at once."""
    leah.begin()
    leah.alt("n")
    leah.type(words)


def new_person(leah: Handler) -> None:
    begin(leah, "She has eaten nothing since Thursday.")
    leah.ask_first("food", "no-food")
    leah.ask_who("Marigold", "Quillfeather", "3 9 1965", SHE_RINGS, "BF1 2AG")
    leah.alt("n")
    expect(leah.page.get_by_text("It is in the queue as")).to_be_visible()


def known_person_rings_back(leah: Handler) -> None:
    """The page for this call is there already: what is typed goes into its first question."""
    leah.begin()
    leah.type("Now the meter is empty too.")
    words = leah.page.get_by_label("What happened, in their own words")
    assert words.input_value() == "Now the meter is empty too."
    leah.ask_first("energy")
    leah.ask_who("Marigold", "Quillfeather", "3 9 1965", SHE_RINGS)
    leah.see_known()
    # Nothing is chosen for anybody: who goes on without choosing is asked to.
    leah.alt("e")
    expect(leah.page.get_by_text("Choose them, or “Somebody new”.").first).to_be_visible()
    leah.alt("k", leads_on=False)
    leah.walk(name="resident")
    leah.press("Space")
    leah.send()


def somebody_new_with_the_same_telephone(leah: Handler) -> None:
    begin(leah, "Her daughter, on her mother's telephone.")
    leah.ask_first("money")
    leah.ask_who("Marigold", "Quillfeather", "3 9 1965", SHE_RINGS, "BF1 2AG")
    leah.see_known()
    leah.choose("resident", "")
    leah.send()


def colleagues_caller(leah: Handler) -> None:
    leah.begin()
    leah.alt("h")
    leah.alt("s", leads_on=False)
    leah.type("Ottilie Fenwhistle")
    leah.follow()
    leah.into_main()
    leah.walk(text="H-")
    leah.follow()
    leah.into_main()
    for box, part in enumerate(("4", "7", "1951")):
        leah.answer(f"born_{box}", part)
    leah.answer("postcode", "bf23cd")
    leah.follow()
    expect(leah.page.get_by_text("The case is open to you for this call.")).to_be_visible()
    leah.alt("w", leads_on=False)
    leah.choose("direction", "in")
    leah.choose("outcome", "spoke")
    leah.answer("words", "The engineer has not come.")
    leah.alt("c")
    expect(leah.page.get_by_text("The engineer has not come.")).to_be_visible()


def for_a_neighbour(leah: Handler) -> None:
    begin(leah, "He rings for the lady next door, who has no heating.")
    leah.ask_first("energy", "no-heat", agrees="unasked", contact="not_asked")
    leah.ask_who("Edith", "Nextdoor", phone="01632 960415", postcode="BF3 4EF")
    leah.walk(text="asked by somebody else")
    leah.press("Enter")
    leah.choose("for_whom", "other")
    leah.answer("caller_name", "Bob Fellows")
    leah.answer("caller_relation", "her neighbour")
    leah.answer("caller_contact", "07700 900111")
    leah.send()
    expect(leah.page.get_by_text("Asked for by Bob Fellows")).to_be_visible()


def not_safe_at_home(leah: Handler) -> None:
    begin(leah, "She whispers. He is in the house.")
    leah.ask_first("safety", "danger", agrees="unasked", contact="none")
    leah.answer("first_name", "Ann")
    leah.alt("e")
    expect(leah.page.get_by_role("heading", name="What you wrote")).to_be_visible()


def only_by_text(leah: Handler) -> None:
    begin(leah, "A text only, please: she can't talk at work.")
    leah.ask_first("debt", contact="text_only")
    leah.ask_who("Tamsin", "Textor", phone="07700 901461")
    leah.send()
    expect(leah.page.get_by_text("do not ring").first).to_be_visible()


def household_of_five(leah: Handler) -> None:
    begin(leah, "Five at home; her insulin ends tomorrow.")
    leah.ask_first("medicine", "no-medicine", "ill")
    leah.ask_who("Farida", "Fivefold", "1 2 1980", "07700 902461", "BF1 2AG")
    for name, words in (("adults", "2"), ("children", "3"), ("ages", "2, 5 and 9")):
        leah.answer(name, words)
    leah.send()
    expect(leah.page.get_by_text("aged 2, 5 and 9")).to_be_visible()


def hangs_up_in_the_middle(leah: Handler) -> None:
    begin(leah, "Something about his rent, and")
    leah.tick("needs", "housing")
    leah.page.get_by_text("Kept at").wait_for()
    leah.alt("h")
    # He rings back: the newest call that was cut off.
    leah.alt("g")
    words = leah.page.get_by_label("What happened, in their own words")
    assert words.input_value() == "Something about his rent, and"
    leah.into_main()
    leah.choose("consent", "on")
    leah.choose("contact", "any")
    leah.ask_who("Hal", "Cutoff", phone="07700 903461")
    leah.send()


def ring_me_at_three(leah: Handler) -> None:
    begin(leah, "He works until three tomorrow.")
    leah.ask_first("work")
    leah.ask_who("Theo", "Threes", phone="07700 904461")
    leah.send()
    leah.alt("p")
    leah.into_main()
    leah.choose("purpose", "first")
    tomorrow = timezone.localdate() + timedelta(days=1)
    for box, part in enumerate((tomorrow.day, tomorrow.month, tomorrow.year)):
        leah.answer(f"due_on_{box}", str(part))
    leah.answer("due_time", "15:00")
    leah.follow()
    expect(leah.page.get_by_text("15:00").first).to_be_visible()


CALLS: tuple[Callable[[Handler], None], ...] = (
    new_person,
    known_person_rings_back,
    somebody_new_with_the_same_telephone,
    colleagues_caller,
    for_a_neighbour,
    not_safe_at_home,
    only_by_text,
    household_of_five,
    hangs_up_in_the_middle,
    ring_me_at_three,
)


def taken(leah: Handler) -> Iterator[tuple[str, int, int]]:
    for take in CALLS:
        take(leah)
        yield take.__name__, leah.keys, leah.screens


def test_ten_calls_in_a_row_by_keyboard_alone(leah: Handler, colleagues_case: str) -> None:
    seen = 0
    for name, keys, screens in taken(leah):
        assert keys <= MOST_KEYS, f"{name}: {keys} keys"
        assert screens <= MOST_SCREENS_OF_ONE, f"{name}: {screens} screens"
        seen += screens
    assert seen <= MOST_SCREENS


def test_a_choice_keeps_the_focus_while_the_list_is_drawn_anew(visit: Any) -> None:
    leah, owen = Handler(visit("call-handler")), visit("second-handler")
    leah.alt("n")
    leah.type("She needs a bed.")
    leah.ask_first("housing")
    leah.ask_who("Wilhelmina", "Drawnanew", phone="07700 905461")
    leah.alt("n")
    leah.ask_who("Wilhelmina", "Drawnanew", phone="07700 905461")
    leah.see_known()
    leah.alt("k", leads_on=False)
    leah.press("Tab")
    assert leah.at.name == "resident"
    owen.goto(leah.page.url)
    owen.get_by_label("Postcode", exact=True).fill("BF1 2AG")
    expect(leah.page.get_by_label("Postcode", exact=True)).to_have_value("BF1 2AG")
    assert leah.at.name == "resident"


# 1280 by 1024 pixels at 400 per cent, and a telephone.
@pytest.mark.parametrize("size", [(320, 256), (390, 844)])
def test_nothing_lies_over_what_has_the_focus(visit: Any, size: tuple[int, int]) -> None:
    leah = Handler(visit("call-handler", width=size[0]))
    leah.page.set_viewport_size({"width": size[0], "height": size[1]})
    leah.alt("n")
    leah.page.wait_for_function("document.activeElement !== document.body")
    for key in ("Tab", "Shift+Tab"):
        for _ in range(50):
            leah.press(key)
            assert leah.is_in_sight, f"{key} goes to what is hidden: {leah.at}"
