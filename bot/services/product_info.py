"""Answering questions about a product: what it is, costs and needs, what fits it, whether there is one."""

from dataclasses import replace

from bot.services.name_words import words_of
from bot.services.policy_steps import MOST_CHOICES, Choice
from bot.services.product_questions import Asked
from bot.services.product_replies import INFO, RECOMMENDATION, Desk, ProductReply, open_desk
from bot.services.product_subject import ProductRequest, Subject, asked_about, category_of, subject_of
from bot.services.runtime import Runtime
from bot.shop.assortment import one_of_each_family
from bot.shop.product_answers import ProductQuestion, Said, aspects_with_answers
from bot.shop.products import Product
from bot.shop.wording import capitalized

SHORT = "short"
# In so few words "it" is the product spoken of last.
SHORT_QUESTION_WORDS = 6
# Answers that say no more than that the catalogue does not know.
UNANSWERED = frozenset(
    f"utter_products_{name}"
    for name in ("price_unknown", "spec_unknown", "specs_none", "assembly_none", "fits_no")
)
# Answers that show what belongs to the product anyway.
SHOWS_MORE = frozenset({"fitting", "upgrade", "needs"})


async def answer_product(runtime: Runtime, dialogue_id: str, request: ProductRequest) -> ProductReply | None:
    """The answer to a question about a product; None for a bare answer that adds nothing to it."""
    desk = await open_desk(runtime, dialogue_id, request)
    subject = subject_of(desk.content, desk.catalogue, desk.owned, request)
    asked = asked_about(desk.content, desk.catalogue, request, subject)
    if subject.sku:
        return _answered(desk, subject, asked)
    if subject.several:
        return desk.which_one(subject, next(iter(asked.aspects), None))
    return None if request.continues else _not_found(desk, asked)


async def answer_if_meant(
    runtime: Runtime, dialogue_id: str, request: ProductRequest, *, likely: bool
) -> ProductReply | None:
    """The answer to a message that was not understood, if it is about a product all the same.

    `likely` says that such a question is among what the message was taken for.
    """
    desk = await open_desk(runtime, dialogue_id, request)
    subject = subject_of(desk.content, desk.catalogue, desk.owned, request)
    if not subject.sku:
        return None
    asked = asked_about(desk.content, desk.catalogue, replace(request, last_aspect=None), subject)
    short = subject.is_named or len(words_of(request.text)) <= SHORT_QUESTION_WORDS
    return _answered(desk, subject, asked) if likely or (asked.aspects and short) else None


def _answered(desk: Desk, subject: Subject, asked: Asked) -> ProductReply:
    sku = str(subject.sku)
    product = desk.catalogue.assortment.product(sku) or desk.catalogue.assortment.family(sku)[0]
    if subject.missing:
        family = desk.catalogue.assortment.family_of(sku)
        said = [desk.answers.variant_unknown(family, subject.missing, desk.currencies)]
    else:
        said = [one for aspect in asked.aspects or (SHORT,) for one in _said(desk, subject, asked, aspect)]
    aspect = asked.aspects[0] if asked.aspects else None
    choices = _next_steps(desk, product, asked)
    if UNANSWERED & {one.response for one in said}:
        choices = (_ask_staff(desk), *choices)[:MOST_CHOICES]
    return ProductReply(
        sentences=tuple(desk.sentence(one) for one in said),
        choices=choices,
        card=desk.card(product),
        sku=sku,
        aspect=aspect,
    )


def _said(desk: Desk, subject: Subject, asked: Asked, aspect: str) -> list[Said]:
    question = ProductQuestion(
        sku=str(subject.sku),
        aspect=aspect,
        today=desk.today,
        currencies=desk.currencies,
        chosen=subject.chosen,
        spec=asked.spec,
        others=subject.others,
    )
    return desk.answers.answer(question)


def _next_steps(desk: Desk, product: Product, asked: Asked) -> tuple[Choice, ...]:
    """What else there is to ask of it; something else of its kind when it is sold out."""
    labels = desk.content.vocabulary[desk.language].products.aspects
    following = [
        Choice(labels[aspect].label, INFO, {"sku": product.sku, "product_aspect": aspect})
        for aspect in aspects_with_answers(desk.catalogue.assortment, product)
        if aspect not in asked.aspects and aspect != "warranty"
    ]
    if "warranty" in asked.aspects:
        title = capitalized(desk.content.vocabulary[desk.language].topics["warranty"])
        following.insert(0, Choice(title, "ask_warranty_policy", _known_category(desk, product)))
    if all(one.stock < 1 for one in desk.catalogue.assortment.family(product.sku)):
        following = [*desk.category_choices(list(_known_category(desk, product).values())), *following][:4]
    return tuple(following[:MOST_CHOICES])


def _ask_staff(desk: Desk) -> Choice:
    """Staff may know what the catalogue does not."""
    title = desk.content.vocabulary[desk.language].steps["leave_message"]
    return Choice(title, "leave_message", {"topic": "products"})


def _known_category(desk: Desk, product: Product) -> dict[str, str]:
    known = product.category in desk.content.catalogue.ids()
    return {"category": product.category} if known else {}


def _not_found(desk: Desk, asked: Asked) -> ProductReply:
    """Nothing by that name: say so, and show what there is of that kind."""
    request = desk.request
    category = category_of(desk.content, request, desk.today)
    if category:
        of_kind = [one for one in desk.catalogue.assortment.products.values() if one.category == category]
        found = one_of_each_family(desk.catalogue.assortment, of_kind)
        name = desk.content.catalogue.category(category).name
        said = Said("utter_products_not_found_in_category", {"category": name})
        choices = desk.product_choices(found, next(iter(asked.aspects), None))
        if choices:
            return ProductReply((desk.sentence(said),), choices)
    named = request.text and not request.last_sku
    said = Said("utter_products_not_found" if named else "utter_products_name_it")
    last = desk.catalogue.assortment.product(request.last_sku or "")
    choices = desk.product_choices([last]) if last else ()
    return ProductReply((desk.sentence(said),), (*choices, *desk.category_choices())[:MOST_CHOICES])


def shows_belongings(reply: ProductReply) -> bool:
    """Whether the answer was about what fits the product, so that nothing more is offered beside it."""
    return reply.aspect in SHOWS_MORE or any(choice.intent == RECOMMENDATION for choice in reply.choices)
