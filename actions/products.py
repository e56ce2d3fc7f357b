"""Questions about products, and suggestions."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from rasa_sdk.events import SlotSet

from actions import history
from actions.base import ShopAction
from actions.history import Event
from actions.order_access import CURRENT, SKU
from actions.policy_answers import COUNTRY, TOPIC, go_on_beside_products
from actions.recalls import say_recalls
from actions.turn import Button, Card, Turn, payload
from bot.services.fitting_offers import fitting_offer
from bot.services.owned_products import main_product
from bot.services.policies import Sentence
from bot.services.policy_steps import Choice
from bot.services.product_info import answer_if_meant, answer_product, shows_belongings
from bot.services.product_replies import ProductCard, ProductReply
from bot.services.product_subject import ProductRequest
from bot.services.recommendations import answer_recommendation

# With `SKU` the slots that keep what the last question on a product was about.
ASPECT = "product_aspect"
PRODUCTS = "products"


class ProductInfo(ShopAction):
    """Answers what a product is, does, needs and costs, whether there is one, and what fits it."""

    def name(self) -> str:
        """In the domain."""
        return "action_ask_product_info"

    async def answer(self, turn: Turn) -> list[Event]:
        """The recall first, then the answer, then at most one thing that fits what the customer has."""
        if (went_on := await go_on_beside_products(turn)) is not None:
            return went_on
        return await _inform(turn, await _request(turn)) or []


class Recommendation(ShopAction):
    """Suggests what fits, goes with or betters a product, or what there is of a kind."""

    def name(self) -> str:
        """In the domain."""
        return "action_ask_recommendation"

    async def answer(self, turn: Turn) -> list[Event]:
        """Only what is in stock; that nothing fits is said too."""
        if (went_on := await go_on_beside_products(turn)) is not None:
            return went_on
        reply = await answer_recommendation(turn.runtime, turn.dialogue_id, await _request(turn))
        await say_recalls(turn, [reply.sku] if reply.sku else [])
        _say(turn, reply)
        return _remember(reply)


async def go_on(turn: Turn) -> list[Event] | None:
    """Go on with the last question on a product after a bare answer; None if it adds nothing to it."""
    if turn.slot(TOPIC) != PRODUCTS:
        return None
    return await _inform(turn, product_request(turn))


async def understood_after_all(turn: Turn, *, likely: bool) -> list[Event] | None:
    """The answer to a message that was not understood but is about a product; None if it is about none."""
    if turn.form or turn.is_button:
        return None
    request = await _request(turn)
    reply = await answer_if_meant(turn.runtime, turn.dialogue_id, request, likely=likely)
    if reply is None:
        return None
    await say_recalls(turn, [reply.sku] if reply.sku else [])
    _say(turn, reply)
    return _remember(reply)


async def _request(turn: Turn) -> ProductRequest:
    """After talk of an order "it" is what was bought."""
    request, number = product_request(turn), turn.slot(CURRENT)
    if request.last_sku or number is None:
        return request
    return replace(request, last_sku=await main_product(turn.runtime, turn.dialogue_id, number))


def product_request(turn: Turn) -> ProductRequest:
    """What a message says about products."""
    return ProductRequest(
        language=turn.language,
        text="" if turn.is_button else turn.text,
        sku=turn.entity("sku"),
        aspect=turn.entity("product_aspect"),
        category=turn.entity("category"),
        country=turn.entity(COUNTRY) or turn.slot(COUNTRY),
        continues=turn.intent == "inform",
        last_sku=turn.slot(SKU),
        last_aspect=turn.slot(ASPECT),
        offered=tuple(_offered(turn)),
    )


async def _inform(turn: Turn, request: ProductRequest) -> list[Event] | None:
    reply = await answer_product(turn.runtime, turn.dialogue_id, request)
    if reply is None:
        return None
    recalled = await say_recalls(turn, [reply.sku] if reply.sku else [])
    offer = None
    if reply.sku and not recalled and not turn.form and not shows_belongings(reply):
        asked = history.intents(turn.events())
        offer = await fitting_offer(turn.runtime, turn.dialogue_id, request, reply.sku, asked)
    _say(turn, reply)
    if offer:
        _say(turn, offer)
    return _remember(reply)


def _say(turn: Turn, reply: ProductReply) -> None:
    *before, last = reply.sentences
    for sentence in before:
        turn.say(sentence.response, **_values(sentence))
    turn.say(last.response, buttons=_buttons(reply.choices), cards=_cards(reply.card), **_values(last))


def _values(sentence: Sentence) -> dict[str, Any]:
    return dict(sentence.values)


def _buttons(choices: tuple[Choice, ...]) -> list[Button]:
    return [{"title": one.title, "payload": payload(one.intent, **one.entities)} for one in choices]


def _cards(card: ProductCard | None) -> list[Card]:
    if card is None:
        return []
    shown = {"title": card.title, "subtitle": card.subtitle, "url": card.url}
    return [{**shown, "image": card.image} if card.image else shown]


def _remember(reply: ProductReply) -> list[Event]:
    """The product and what was asked of it; the next bare answer goes on with products."""
    kept = {SKU: reply.sku, ASPECT: reply.aspect, TOPIC: PRODUCTS}
    return [SlotSet(name, value) for name, value in kept.items()]


def _offered(turn: Turn) -> Iterator[str]:
    """The products on the buttons of the last answer."""
    said = [message.get("data") or {} for message in history.last_answer(turn.events())]
    for button in (button for data in said for button in data.get("buttons") or []):
        _, brace, entities = str(button.get("payload") or "").partition("{")
        sku = json.loads(brace + entities).get("sku") if brace else None
        if isinstance(sku, str):
            yield sku
