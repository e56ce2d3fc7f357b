"""The demo shop's pages and the chat in them, as a person uses them."""

import re

from playwright.sync_api import ConsoleMessage, FrameLocator, Locator, Page, expect

# What a browser writes when the network or the server is away; the chat says so in its own words.
NETWORK = re.compile(r"Failed to load resource: net::|WebSocket connection to|ERR_INTERNET_DISCONNECTED")
WRITE = "Write a message"


class Shop:
    """One tab."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self._complaints: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._complaints.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not NETWORK.search(message.text):
            self._complaints.append(message.text)

    def complaints(self) -> list[str]:
        """Everything that went wrong in the browser, but for a lost network."""
        return self._complaints

    def visit(self, path: str) -> None:
        self.page.goto(self.url + path)

    def open_chat(self, label: str = "Open chat") -> None:
        self.page.get_by_role("button", name=re.compile(f"^{label}")).click()
        expect(self.messages.first).to_be_visible()

    @property
    def chat(self) -> FrameLocator:
        return self.page.frame_locator("iframe")

    @property
    def log(self) -> Locator:
        return self.chat.get_by_role("log")

    @property
    def messages(self) -> Locator:
        """What was said, by whomever, in order."""
        return self.log.locator(".bubble")

    @property
    def own(self) -> Locator:
        """What the customer said."""
        return self.log.locator(".own .bubble")

    @property
    def answers(self) -> Locator:
        """What the customer was told."""
        return self.log.locator(".message:not(.own) .bubble")

    @property
    def field(self) -> Locator:
        return self.chat.locator("#compose")

    def write(self, text: str) -> None:
        """Send a message and do not wait."""
        self.field.fill(text)
        self.field.press("Enter")

    def ask(self, text: str, answer: str | re.Pattern[str]) -> None:
        """Send a message and wait for this in the newest answer."""
        self.write(text)
        self.answered(answer)

    def press(self, title: str, answer: str | re.Pattern[str]) -> None:
        """Press the newest button of that title and wait for this in the newest answer."""
        self.chat.get_by_role("button", name=title, exact=True).last.click()
        self.answered(answer)

    def answered(self, answer: str | re.Pattern[str]) -> None:
        expect(self.answers.last).to_contain_text(answer)

    def said(self) -> list[str]:
        """The whole conversation."""
        return self.messages.all_inner_texts()

    def overflow(self) -> int:
        """By how many pixels the page can be moved sideways."""
        width: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return width

    def chat_overflow(self) -> int:
        """The same for the chat's own page."""
        width: int = self.chat.locator("html").evaluate("page => page.scrollWidth - page.clientWidth")
        return width
