"""Recalls that a question concerns: they are said before anything else."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from bot.services.catalogue import Catalogue, current_catalogue
from bot.services.owned_products import Owned, owned_products
from bot.services.product_match import Mention
from bot.services.runtime import Runtime
from bot.shop.assortment import Assortment, is_grave
from bot.shop.content.base import Language
from bot.shop.products import Recall

# Of products that may be meant, so many are looked at; a recall for safety is then said all the same.
MOST_MEANT = 4


@dataclass(frozen=True)
class RecallNotice:
    """A recall in the customer's words. `sku` is the product it is about."""

    recall_id: str
    sku: str
    product: str
    text: str
    remedy: str


async def recalls_for(
    runtime: Runtime,
    dialogue_id: str,
    language: Language,
    *,
    text: str = "",
    skus: Collection[str] = (),
    order_number: str | None = None,
) -> list[RecallNotice]:
    """Recalls of what a text names, of `skus`, and of the lines of an order if the conversation may read it.

    A question that names a kind of product, one of which is recalled for safety, concerns that one too.
    """
    catalogue = await current_catalogue(runtime)
    if not catalogue.assortment.recalls:
        return []
    owned = await owned_products(runtime, dialogue_id) if order_number or text else Owned()
    mentions = catalogue.matcher.mentions(text, language, owned=owned.skus) if text else ()
    order = owned.order(order_number)
    found = [
        *_of_skus(catalogue.assortment, [*skus, *(line.sku for line in order.lines)] if order else skus),
        *_of_mentions(catalogue.assortment, mentions),
    ]
    notices = {recall.id: _notice(catalogue, sku, recall, language) for sku, recall in found}
    return list(notices.values())


def _of_mentions(assortment: Assortment, mentions: Iterable[Mention]) -> Iterator[tuple[str, Recall]]:
    for mention in mentions:
        if mention.sure and (mention.family or len(mention.families) <= MOST_MEANT):
            skus = [mention.variant] if mention.variant else _members(assortment, mention.families)
            for sku, recall in _of_skus(assortment, skus):
                if mention.family or is_grave(recall):
                    yield sku, recall


def _of_skus(assortment: Assortment, skus: Iterable[str]) -> Iterator[tuple[str, Recall]]:
    for sku in skus:
        if recall := assortment.recall_of(sku):
            yield sku, recall


def _members(assortment: Assortment, families: Iterable[str]) -> list[str]:
    return [one.sku for family in families for one in assortment.family(family)]


def _notice(catalogue: Catalogue, sku: str, recall: Recall, language: Language) -> RecallNotice:
    product = catalogue.assortment.product(sku)
    return RecallNotice(
        recall_id=recall.id,
        sku=sku,
        product=product.name_in(language) if product else sku,
        text=recall.text.in_language(language),
        remedy=recall.remedy.in_language(language),
    )
