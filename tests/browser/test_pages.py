"""What everyone must be able to use: phones, keyboards, screen readers, other languages, accounts."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page, expect

from tests.browser.conftest import OpenShop
from tests.browser.shop import Shop
from tests.system.running import System

PHONE = {"width": 390, "height": 844}
PATHS = ("/", "/policies/shipping?lang=en", "/policies/returns?lang=fi", "/demo/sign-in", "/demo/mailbox")
NORWAY = "how much is shipping to Norway?"
AMOUNT = re.compile(r"\d+\.\d\d")


def violations(page: Page | Frame) -> list[str]:
    """What axe finds serious or worse."""
    found = Axe().run(page).response["violations"]
    return [
        f"{item['id']}: {node['html']}"
        for item in found
        if item["impact"] in ("serious", "critical")
        for node in item["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_chat_has_no_serious_barrier(open_shop: OpenShop, scheme: str) -> None:
    shop = open_shop(color_scheme=scheme)
    shop.open_chat()
    shop.ask(NORWAY, AMOUNT)
    expect(shop.chat.locator(".typing")).to_have_count(0)
    frame = shop.page.frames[1]
    # Colours are measured when they have arrived.
    frame.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")
    assert violations(frame) == []
    assert violations(shop.page) == []


@pytest.mark.parametrize("path", PATHS)
def test_page_has_no_serious_barrier(open_shop: OpenShop, path: str) -> None:
    shop = open_shop(path)
    expect(shop.page.get_by_role("heading", level=1)).to_be_visible()
    assert violations(shop.page) == []


@pytest.mark.parametrize("path", PATHS)
def test_page_fits_a_phone(open_shop: OpenShop, path: str) -> None:
    shop = open_shop(path, viewport=PHONE, has_touch=True, is_mobile=True)
    expect(shop.page.get_by_role("heading", level=1)).to_be_visible()
    assert shop.overflow() <= 0


def test_chat_fills_a_phone_and_fits_it(open_shop: OpenShop) -> None:
    shop = open_shop(viewport=PHONE, has_touch=True, is_mobile=True)
    shop.open_chat()
    box = shop.page.locator("iframe").bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, PHONE["width"])
    shop.ask(NORWAY, AMOUNT)
    shop.write("w" * 300)
    expect(shop.answers).to_have_count(3)
    assert shop.chat_overflow() <= 0
    assert shop.overflow() <= 0
    shop.chat.get_by_role("button", name="Close chat").click()
    expect(shop.page.locator("iframe")).not_to_be_visible()


def test_keyboard_alone_is_enough(shop: Shop) -> None:
    keyboard, page = shop.page.keyboard, shop.page
    opener = page.get_by_role("button", name="Open chat")
    expect(opener).to_be_visible()
    for _ in range(120):
        keyboard.press("Tab")
        if opener.evaluate("button => button.getRootNode().activeElement === button"):
            break
    keyboard.press("Enter")
    expect(shop.field).to_be_focused()
    keyboard.type(NORWAY)
    keyboard.press("Enter")
    shop.answered(AMOUNT)
    expect(shop.field).to_be_focused()
    button = shop.chat.locator(".choices").last.get_by_role("button").last
    for _ in range(20):
        keyboard.press("Shift+Tab")
        if button.evaluate("button => document.activeElement === button"):
            break
    keyboard.press("Enter")
    expect(shop.own).to_have_count(2)
    expect(shop.answers).to_have_count(3)
    keyboard.press("Escape")
    expect(page.locator("iframe")).not_to_be_visible()
    expect(opener).to_be_focused()


def test_finnish_page_has_a_finnish_chat(open_shop: OpenShop) -> None:
    shop = open_shop("/policies/shipping?lang=fi")
    expect(shop.page.get_by_role("heading", level=1)).to_have_text("Toimitusehdot")
    shop.open_chat("Avaa chat")
    expect(shop.field).to_have_attribute("placeholder", "Kirjoita viesti")
    expect(shop.answers.first).to_contain_text("automaattinen")
    shop.press("Toimitus", re.compile("Suomi|maa|toimit", re.IGNORECASE))


def test_signed_in_customer_is_known_and_signing_out_clears_the_chat(system: System, shop: Shop) -> None:
    page = shop.page
    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("button", name="aino.laaksonen@posti.example").click()
    expect(page.get_by_role("heading", name="Your orders")).to_be_visible()
    expect(page.locator("main")).to_contain_text("10482")
    shop.open_chat()
    shop.ask(NORWAY, AMOUNT)
    known = [row for row in system.rows("conversations") if row["customer_id"] == "c-1001"]
    assert [row["identity_level"] for row in known] == [2]
    page.get_by_role("button", name=re.compile("Sign out")).click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    shop.open_chat()
    expect(shop.own).to_have_count(0)
    expect(shop.answers).to_have_count(1)
    stored = page.frames[1].evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert NORWAY not in json.dumps(stored)


def test_visitor_who_signs_in_keeps_the_conversation(shop: Shop) -> None:
    shop.open_chat()
    shop.ask(NORWAY, AMOUNT)
    shop.visit("/demo/sign-in")
    shop.page.get_by_role("button", name="jonas.lindqvist@brev.example").click()
    expect(shop.page.get_by_role("heading", name="Your orders")).to_be_visible()
    shop.open_chat()
    expect(shop.own).to_have_text([NORWAY])


def test_every_page_of_the_shop_opens_from_the_first_one(shop: Shop) -> None:
    page = shop.page
    for name in ("Shipping", "Returns", "Warranty", "Sales"):
        page.get_by_role("navigation").get_by_role("link", name=name).first.click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.go_back()
    page.locator(".product a").first.click()
    expect(page.locator("main .price")).to_be_visible()
