"""One thing that fits what a customer has, offered once in a conversation beside an answer about it.

`fitting_offer` decides and keeps that it was offered; the row of the conversation makes sure of "once".
"""

from collections.abc import Collection, Iterator

from bot.services.catalogue import Catalogue, current_catalogue
from bot.services.conversations import conversation_of
from bot.services.owned_products import read_owned
from bot.services.product_replies import Desk, ProductReply
from bot.services.product_subject import ProductRequest
from bot.services.runtime import Runtime
from bot.services.troubles import troubles_of
from bot.shop.assortment import price_in
from bot.shop.offer_rules import TROUBLED_INTENTS, OfferSituation, Trouble, choose_offer
from bot.shop.product_answers import Said
from bot.store.products import FittingOffer


async def fitting_offer(
    runtime: Runtime, dialogue_id: str, request: ProductRequest, sku: str, intents: Collection[str]
) -> ProductReply | None:
    """What to offer beside an answer about the product `sku`, or None.

    `intents` is what the customer has asked for in this conversation so far.
    """
    catalogue = await current_catalogue(runtime)
    async with runtime.database.transaction() as session:
        conversation = await conversation_of(session, dialogue_id)
        owned = await read_owned(runtime, session, dialogue_id)
        troubles = await troubles_of(runtime, session, conversation, owned)
        troubles |= set(_plain_troubles(catalogue, sku, intents))
        situation = OfferSituation(sku, owned.skus, frozenset(troubles))
        desk = Desk(runtime, catalogue, owned, request, request.country or conversation.country)
        offered = choose_offer(situation, catalogue.assortment, desk.currencies)
        price = price_in(offered, desk.currencies) if offered else None
        if offered is None or price is None:
            return None
        kept = FittingOffer(
            conversation_id=conversation.id, sku=sku, offered_sku=offered.sku, at=runtime.clock()
        )
        session.add(kept)
    return _reply(desk, sku, Said("utter_products_fitting_offer", {"price": price}), offered.sku)


def _reply(desk: Desk, sku: str, said: Said, offered_sku: str) -> ProductReply:
    offered = desk.catalogue.assortment.products[offered_sku]
    values = {**said.values, "offer": offered.name, "name": desk.catalogue.assortment.family(sku)[0].name}
    sentence = desk.sentence(Said(said.response, values))
    return ProductReply((sentence,), desk.product_choices([offered]), sku=offered_sku)


def _plain_troubles(catalogue: Catalogue, sku: str, intents: Collection[str]) -> Iterator[Trouble]:
    if catalogue.assortment.is_recalled(sku):
        yield Trouble.PRODUCT_RECALLED
    if TROUBLED_INTENTS & set(intents):
        yield Trouble.TROUBLED_REQUEST
