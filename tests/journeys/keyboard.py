"""Hands on a keyboard: who works without a mouse, and how many keys and screens it takes them.

The letters of an answer are typed by anybody. Counted is what steers: Tab, Enter, Space, arrows,
and both keys of Alt with a letter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

# What has the focus, as somebody sees it: its name in the form, what it is, what it says.
FOCUSED = """() => {
    const at = document.activeElement;
    return [at.name ?? "", at.type || at.tagName.toLowerCase(), at.value ?? "",
            (at.textContent ?? "").trim().replace(/\\s+/g, " "), at.getAttribute("href") ?? "",
            at.checked ?? false];
}"""
# Whether what has the focus can be seen, at its left half's middle: nothing lies over it.
IN_SIGHT = """() => {
    const at = document.activeElement, box = at.getBoundingClientRect();
    const top = document.elementFromPoint(
        box.left + Math.min(box.width / 2, 20), box.top + box.height / 2);
    return top !== null && (at.contains(top) || top.contains(at) || top.control === at
        || top.closest("label")?.control === at);
}"""
ACTS = ("a", "summary", "submit", "button")
MOST_STEPS = 60
ALT = {"key": "Alt", "code": "AltLeft", "windowsVirtualKeyCode": 18}


class Focused(NamedTuple):
    name: str
    kind: str
    code: str
    text: str
    href: str
    is_checked: bool


class Keyboard:
    """A page, and ten fingers. It asks the page only for what one sees: where the focus is."""

    def __init__(self, page: Any) -> None:
        self.page, self.keys, self.screens, self.pressed = page, 0, 0, []
        self.devtools = page.context.new_cdp_session(page)
        page.on("domcontentloaded", self._note_screen)

    def _note_screen(self, _: Any) -> None:
        self.screens += 1

    def begin(self) -> None:
        self.keys, self.screens, self.pressed = 0, 0, []

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.keys += 1
            self.pressed.append(key)
            self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        """Words into the field that has the caret, or the list that is to be at them: whoever types
        sees it first."""
        self.page.locator(":is(textarea, input, select):focus").wait_for()
        self.page.keyboard.type(words)

    def alt(self, letter: str, *, leads_on: bool = True) -> None:
        """An access key. The browser takes it from what the key would write without Alt, which
        the driver leaves out: so it is sent as the browser itself gets it."""
        self.keys += 2
        self.pressed.append(f"Alt+{letter}")
        capital = letter.upper()
        key = {"key": letter, "code": f"Key{capital}", "windowsVirtualKeyCode": ord(capital)}
        strokes = [
            {"type": "rawKeyDown", "modifiers": 1, **ALT},
            {"type": "rawKeyDown", "modifiers": 1, "unmodifiedText": letter, **key},
            {"type": "char", "modifiers": 1, "text": letter, "unmodifiedText": letter, **key},
            {"type": "keyUp", "modifiers": 1, **key},
            {"type": "keyUp", **ALT},
        ]
        if leads_on:
            with self.page.expect_event("load"):
                self._strike(strokes)
        else:
            self._strike(strokes)

    def _strike(self, strokes: list[dict[str, Any]]) -> None:
        for stroke in strokes:
            self.devtools.send("Input.dispatchKeyEvent", stroke)

    def follow(self, key: str = "Enter") -> None:
        """A key that opens another page."""
        with self.page.expect_event("load"):
            self.press(key)

    @property
    def at(self) -> Focused:
        return Focused(*self.page.evaluate(FOCUSED))

    @property
    def is_in_sight(self) -> bool:
        """Whether it can be seen, at the latest when a busy browser has scrolled to it."""
        from playwright.sync_api import TimeoutError as WaitedInVain

        try:
            self.page.wait_for_function(IN_SIGHT, timeout=3000)
        except WaitedInVain:
            return False
        return True

    def into_main(self) -> None:
        """The first Tab of a page shows “Skip to main content”."""
        if self.at.kind == "body":
            self.press("Tab")
            assert self.at.text == "Skip to main content"
            self.press("Enter")

    def walk(self, *, name: str = "", code: str | None = None, text: str = "") -> Focused:
        """On to a question, one of its answers, or a link, as the page says: Enter goes to the
        next question, Tab to the next thing; arrows choose among round buttons."""
        for _ in range(MOST_STEPS):
            at = self.at
            is_there = at.name == name if name else text in at.text and at.kind in ACTS
            if is_there and code in (None, at.code):
                return at
            self.press(self._step(at, name))
        raise AssertionError(f"{name or text} is not to be found by keyboard: at {self.at}")

    def _step(self, at: Focused, name: str) -> str:
        if name and at.name == name:
            return "ArrowDown" if at.kind == "radio" else "Tab"
        is_question = at.name and at.kind not in ("textarea", "submit", "hidden")
        is_call = "/intake/" in self.page.url
        return "Enter" if is_call and is_question and name else "Tab"

    def tick(self, name: str, *codes: str) -> None:
        for code in codes:
            self.walk(name=name, code=code)
            self.press("Space")

    def choose(self, name: str, code: str) -> None:
        at = self.walk(name=name)
        if at.code == code and not at.is_checked:
            self.press("Space")
        while self.at.code != code:
            self.press("ArrowDown")

    def answer(self, name: str, words: str) -> None:
        self.walk(name=name)
        self.type(words)


MAGNIFIED = 320


class Hands(Keyboard):
    """A keyboard that looks at each screen it comes to: nothing is wider than it, and what has the
    focus is not covered. ``look`` is asked about each screen too; without a script axe can't."""

    def __init__(self, page: Any, look: Callable[[Any], None] | None = None) -> None:
        super().__init__(page)
        self.look = look

    def go(self, path: str) -> None:
        self.page.goto(path)
        self.arrive()

    def arrive(self) -> None:
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= MAGNIFIED, f"{self.page.url} is {wide} px wide"
        # Enter would press it before anything was read.
        assert not self.page.locator("main button[autofocus]").count(), self.page.url
        if self.look is not None:
            self.look(self.page)
        self.into_main()

    def take(self, words: str) -> None:
        """A link or a button by its words; without a script no timer runs, and it is asked at
        once."""
        self.walk(text=words)
        assert self.page.evaluate(IN_SIGHT), f"{words} is covered on {self.page.url}"
        self.follow()
        self.arrive()

    def send(self, expected: str) -> None:
        """Enter, in the field in which somebody is."""
        self.follow()
        self.arrive()
        assert expected in self.text, (self.page.url, self.text[:300])

    @property
    def text(self) -> str:
        return " ".join(self.page.locator("main").inner_text().split())
