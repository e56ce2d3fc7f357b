"""Suggesting what is in stock: what fits, goes with or betters a product, or what there is of a kind."""

from collections.abc import Iterable, Sequence

from bot.services.moments import money_in
from bot.services.name_words import forms_of, word_kinds, words_of
from bot.services.policy_steps import MOST_CHOICES
from bot.services.product_questions import points_back
from bot.services.product_replies import Desk, ProductReply, open_desk
from bot.services.product_subject import ProductRequest, asked_about, category_of, subject_of
from bot.services.runtime import Runtime
from bot.shop.assortment import one_of_each_family, price_in
from bot.shop.content.base import Money
from bot.shop.product_answers import Said
from bot.shop.products import Product


async def answer_recommendation(runtime: Runtime, dialogue_id: str, request: ProductRequest) -> ProductReply:
    """For a product what belongs to it, for a kind of goods what there is, else ask what it is for."""
    desk = await open_desk(runtime, dialogue_id, request)
    subject = subject_of(desk.content, desk.catalogue, desk.owned, request)
    if subject.sku:
        asked = asked_about(desk.content, desk.catalogue, request, subject)
        return _for_product(desk, subject.sku, upgrade_first="upgrade" in asked.aspects)
    category = category_of(desk.content, request, desk.today)
    if category:
        return _of_category(desk, category)
    if subject.several and not subject.guessed:
        return desk.which_one(subject, "fitting")
    if desk.owned.skus and points_back(desk.content, request.text, request.language):
        return _for_owned(desk)
    return ProductReply((desk.sentence(Said("utter_products_which_kind")),), desk.category_choices())


def _for_product(desk: Desk, sku: str, *, upgrade_first: bool) -> ProductReply:
    assortment = desk.catalogue.assortment
    product = assortment.product(sku) or assortment.family(sku)[0]
    better = one_of_each_family(assortment, assortment.upgrades(sku))
    fitting = one_of_each_family(assortment, assortment.fitting(sku))
    wholes = one_of_each_family(assortment, _known(desk, product.fits))
    if upgrade_first:
        found = better
        response = "utter_products_upgrades" if better else "utter_products_upgrades_none"
    else:
        found = [*fitting, *(one for one in better if one not in fitting)] or wholes
        response = "utter_products_goes_with" if found else "utter_products_nothing_fits"
    listed = desk.answers.priced(found[:MOST_CHOICES], desk.currencies)
    said = Said(response, {"name": product.name, "list": listed})
    choices = desk.product_choices(found) or desk.category_choices()
    aspect = "upgrade" if upgrade_first else "fitting"
    return ProductReply((desk.sentence(said),), choices, desk.card(product), product.sku, aspect)


def _for_owned(desk: Desk) -> ProductReply:
    """What belongs to the things of the customer's own orders."""
    assortment = desk.catalogue.assortment
    owned = sorted(desk.owned.skus)
    belonging = [one for sku in owned for one in (*assortment.fitting(sku), *assortment.upgrades(sku))]
    families = {assortment.family_of(sku) for sku in owned}
    found = [
        one
        for one in one_of_each_family(assortment, belonging)
        if assortment.family_of(one.sku) not in families
    ][:MOST_CHOICES]
    response = "utter_products_goes_with_owned" if found else "utter_products_nothing_fits_owned"
    said = Said(response, {"list": desk.answers.priced(found, desk.currencies)})
    return ProductReply((desk.sentence(said),), desk.product_choices(found) or desk.category_choices())


def _of_category(desk: Desk, category: str) -> ProductReply:
    assortment = desk.catalogue.assortment
    of_kind = [one for one in assortment.products.values() if one.category == category]
    budget = money_in(desk.request.text, desk.content.vocabulary[desk.language])
    found = _best_first(desk, _affordable(desk, one_of_each_family(assortment, of_kind), budget))
    name = desk.content.catalogue.category(category).name
    listed = desk.answers.priced(found[:MOST_CHOICES], desk.currencies)
    if not found:
        said = Said("utter_products_category_none", {"category": name})
        others = [other for other in desk.content.shop.suggested_categories if other != category]
        return ProductReply((desk.sentence(said),), desk.category_choices(others))
    said = Said("utter_products_category", {"category": name, "list": listed})
    if budget:
        said = Said("utter_products_category_budget", {"category": name, "list": listed, "budget": budget})
    return ProductReply((desk.sentence(said),), desk.product_choices(found))


def _affordable(desk: Desk, products: Iterable[Product], budget: Money | None) -> list[Product]:
    if budget is None:
        return list(products)
    prices = ((one, price_in(one, (budget.currency, *desk.currencies))) for one in products)
    return [one for one, price in prices if price and _within(price, budget)]


def _within(price: Money, budget: Money) -> bool:
    return price.currency == budget.currency and price.amount <= budget.amount


def _best_first(desk: Desk, products: Sequence[Product]) -> list[Product]:
    """Those first that share most words with what the customer wrote."""
    kinds = word_kinds(desk.content)
    words = [word for word in words_of(desk.request.text) if word not in kinds.ordinary]
    asked = {form for word in words for form in forms_of(word, (desk.language,))}

    def shared(product: Product) -> int:
        told = f"{product.name_in(desk.language)} {product.description.in_language(desk.language)}"
        own = {form for word in words_of(told) for form in forms_of(word, (desk.language,))}
        return len(asked & own)

    return sorted(products, key=lambda one: (-shared(one), one.sku))


def _known(desk: Desk, skus: Iterable[str]) -> list[Product]:
    found = (desk.catalogue.assortment.product(sku) for sku in skus)
    return [one for one in found if one]
