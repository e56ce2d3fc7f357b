"""The chat on the demo shop: asking, coming back, losing the network, two tabs."""

import re

from playwright.sync_api import Route, expect

from bot.shop.content import Content, in_force
from tests.browser.conftest import OpenShop
from tests.browser.shop import Shop
from tests.system.running import System

NORWAY = "how much is shipping to Norway?"


def cost(content: Content, country: str) -> str:
    """What the ordinary parcel costs."""
    zone = in_force(content.shipping, content.shipping[-1].effective_from).zone_of(country)
    assert zone is not None
    return f"{zone.methods_for(None)[0].cost:.2f}"


def test_customer_asks_presses_a_button_and_reads_the_policy(shop: Shop, shop_content: Content) -> None:
    shop.open_chat()
    expect(shop.answers.first).to_contain_text("automated")
    shop.ask(NORWAY, cost(shop_content, "NO"))
    expect(shop.log.get_by_role("button").last).to_be_visible()
    asked = shop.own.count()
    shop.chat.locator(".choices").last.get_by_role("button").first.click()
    expect(shop.own).to_have_count(asked + 1)
    expect(shop.answers).to_have_count(3)
    with shop.page.expect_popup() as popup:
        shop.log.get_by_role("link", name=re.compile("Shipping policy")).last.click()
    expect(popup.value.get_by_role("heading", level=1)).to_have_text("Shipping policy")
    expect(popup.value.locator("main")).to_contain_text(cost(shop_content, "NO"))


def test_reload_keeps_everything(shop: Shop, shop_content: Content) -> None:
    shop.open_chat()
    shop.ask(NORWAY, cost(shop_content, "NO"))
    shop.ask("thanks", "welcome")
    before = shop.said()
    shop.page.reload()
    shop.open_chat()
    expect(shop.messages).to_have_count(len(before))
    assert shop.said() == before
    shop.ask("and to Sweden?", cost(shop_content, "SE"))


def test_other_pages_of_the_shop_show_the_same_conversation(shop: Shop, shop_content: Content) -> None:
    shop.open_chat()
    shop.ask(NORWAY, cost(shop_content, "NO"))
    before = shop.said()
    shop.visit("/policies/returns?lang=en")
    shop.open_chat()
    expect(shop.messages).to_have_count(len(before))
    assert shop.said() == before


def test_second_tab_shows_the_same_at_once(shop: Shop, open_shop: OpenShop, shop_content: Content) -> None:
    shop.open_chat()
    shop.ask(NORWAY, cost(shop_content, "NO"))
    second = open_shop(context=shop.page.context)
    second.open_chat()
    second.ask("and to Sweden?", cost(shop_content, "SE"))
    shop.answered(cost(shop_content, "SE"))
    shop.ask("how much is shipping to Finland?", cost(shop_content, "FI"))
    second.answered(cost(shop_content, "FI"))
    assert shop.said() == second.said()


def test_message_written_offline_is_sent_once_when_the_network_is_back(
    shop: Shop, shop_content: Content
) -> None:
    shop.open_chat()
    shop.ask("hello", "help")
    shop.page.context.set_offline(offline=True)
    shop.write(NORWAY)
    expect(shop.log).to_contain_text("Not sent yet")
    shop.page.context.set_offline(offline=False)
    shop.answered(cost(shop_content, "NO"))
    expect(shop.log).not_to_contain_text("Not sent yet")
    shop.page.reload()
    shop.open_chat()
    expect(shop.own).to_have_text(["hello", NORWAY])
    expect(shop.answers).to_have_count(3)


def test_message_written_offline_survives_a_reload(shop: Shop, shop_content: Content) -> None:
    shop.open_chat()
    shop.ask("hello", "help")
    shop.page.route("**/api/chat/messages", lambda route: route.abort())
    shop.write(NORWAY)
    expect(shop.log).to_contain_text("Not sent yet")
    shop.page.unroute("**/api/chat/messages")
    shop.page.reload()
    shop.open_chat()
    shop.answered(cost(shop_content, "NO"))
    expect(shop.own).to_have_text(["hello", NORWAY])


def test_acknowledgement_lost_on_the_way_doubles_nothing(shop: Shop, shop_content: Content) -> None:
    shop.open_chat()
    lost: list[int] = []

    def lose(route: Route) -> None:
        response = route.fetch()
        lost.append(response.status)
        if len(lost) == 1:
            route.abort()
        else:
            route.fulfill(response=response)

    shop.page.route("**/api/chat/messages", lose)
    shop.ask(NORWAY, cost(shop_content, "NO"))
    expect(shop.own).to_have_text([NORWAY])
    expect(shop.log).not_to_contain_text("Not sent yet")
    shop.page.unroute_all(behavior="wait")
    shop.page.reload()
    shop.open_chat()
    expect(shop.answers).to_have_count(2)
    expect(shop.own).to_have_text([NORWAY])
    assert lost[0] == 202


def test_conversation_goes_on_after_the_server_was_started_again(
    system: System, shop: Shop, shop_content: Content
) -> None:
    shop.open_chat()
    shop.ask(NORWAY, cost(shop_content, "NO"))
    system.kill("gateway")
    shop.write("and to Sweden?")
    shop.answered(cost(shop_content, "SE"))
    expect(shop.own).to_have_text([NORWAY, "and to Sweden?"])
    expect(shop.answers).to_have_count(3)


def test_answer_to_a_closed_chat_is_counted_on_the_button(shop: Shop, shop_content: Content) -> None:
    shop.open_chat()
    shop.write(NORWAY)
    shop.page.get_by_role("button", name="Close chat").first.click()
    opener = shop.page.get_by_role("button", name=re.compile("Open chat.*Unread messages: 1"))
    opener.click()
    shop.answered(cost(shop_content, "NO"))
    expect(shop.page.get_by_role("button", name=re.compile("Unread"))).to_have_count(0)


def test_markup_is_shown_as_it_was_typed(shop: Shop) -> None:
    typed = "<img src=x onerror='document.title=1'><script>alert(1)</script> **bold** [a](javascript:b)"
    shop.open_chat()
    title = shop.page.title()
    shop.write(typed)
    expect(shop.own).to_have_text([typed])
    expect(shop.answers).to_have_count(2)
    assert shop.log.locator("img, script, strong, a[href^=javascript]").count() == 0
    assert shop.page.title() == title
