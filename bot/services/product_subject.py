"""Which product a message is about: named in it, pressed, or spoken of last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.services.catalogue import Catalogue
from bot.services.name_words import words_of
from bot.services.owned_products import Owned
from bot.services.product_match import Mention
from bot.services.product_questions import Asked, asked_of, points_back
from bot.services.vocabulary import understand
from bot.shop.content import Content
from bot.shop.content.base import DEFAULT_CATEGORY, Language
from bot.shop.content.vocabulary import PRODUCT_ASPECTS

# In so few words a customer chooses among what was offered.
SHORT = 4


@dataclass(frozen=True)
class ProductRequest:
    """A message about products: what was typed or what a button carries, and what the last one was about.

    `offered` are the products that were just offered as buttons; `continues` is set for a bare answer.
    """

    language: Language
    text: str = ""
    sku: str | None = None
    aspect: str | None = None
    category: str | None = None
    country: str | None = None
    continues: bool = False
    last_sku: str | None = None
    last_aspect: str | None = None
    offered: tuple[str, ...] = ()


@dataclass(frozen=True)
class Subject:
    """What a message is about.

    `sku` is the product, `chosen` whether a variant was meant, `missing` an option's word that it does not
    come in. `several` are families that may be meant; `guessed` when they may be none of them.
    """

    sku: str | None = None
    chosen: bool = False
    missing: str | None = None
    others: tuple[str, ...] = ()
    several: tuple[str, ...] = ()
    guessed: bool = False
    is_named: bool = False
    rest: str = ""


def subject_of(content: Content, catalogue: Catalogue, owned: Owned, request: ProductRequest) -> Subject:
    """The product of a pressed button, else what the text names, else the one spoken of last."""
    assortment = catalogue.assortment
    if request.sku and assortment.product(request.sku):
        return Subject(request.sku, chosen=assortment.family_of(request.sku) != request.sku, is_named=True)
    short = request.continues or len(words_of(request.text)) <= SHORT
    mentions = catalogue.matcher.mentions(
        request.text, request.language, owned=owned.skus, among=request.offered if short else ()
    )
    sure = [mention for mention in mentions if mention.sure]
    if sure:
        return _named(catalogue, request, sure)
    if request.text and request.last_sku and assortment.family(request.last_sku):
        found = _last(content, catalogue, request)
        if found:
            return found
    families = tuple(family for mention in mentions for family in mention.families)
    return Subject(several=families, guessed=True, rest=request.text)


def asked_about(content: Content, catalogue: Catalogue, request: ProductRequest, subject: Subject) -> Asked:
    """Which aspects are asked for; without any, those of the question before if this one goes on with it."""
    if request.aspect in PRODUCT_ASPECTS:
        return Asked((request.aspect,))
    family = catalogue.assortment.family(subject.sku) if subject.sku else ()
    facts = tuple(name for member in family for name in member.specs)
    found = asked_of(content, subject.rest, request.language, facts)
    if found.aspects or request.last_aspect not in PRODUCT_ASPECTS:
        return found
    goes_on = request.continues or not subject.is_named
    return Asked((request.last_aspect,)) if goes_on and request.last_aspect != "specs" else Asked()


def category_of(content: Content, request: ProductRequest, today: date) -> str | None:
    """The kind of goods that is asked for."""
    if request.category in content.catalogue.ids() - {DEFAULT_CATEGORY}:
        return request.category
    return understand(content, request.text, request.language, "sales", today).category


def _named(catalogue: Catalogue, request: ProductRequest, mentions: Sequence[Mention]) -> Subject:
    """The part, when a part and what it may fit are named; else what is named first."""
    main = min(mentions, key=lambda mention: min(mention.taken, default=0))
    for mention in mentions:
        beside = [other for other in mentions if other is not mention]
        if mention.family and any(_fits(catalogue, mention.family, other) for other in beside):
            main = mention
    words = words_of(request.text)
    rest = " ".join(word for place, word in enumerate(words) if place not in main.taken)
    others = tuple(family for one in mentions if one is not main for family in one.families)
    if main.family is None:
        return Subject(several=main.families, others=others, is_named=True, rest=rest)
    return Subject(
        sku=main.variant or main.family,
        chosen=main.variant is not None,
        missing=main.asked,
        others=others,
        is_named=True,
        rest=rest,
    )


def _fits(catalogue: Catalogue, part: str, other: Mention) -> bool:
    return any(catalogue.assortment.fits(part, whole) for whole in other.families)


def _last(content: Content, catalogue: Catalogue, request: ProductRequest) -> Subject | None:
    """The product spoken of last, in another variant if the text says which."""
    last = str(request.last_sku)
    family = catalogue.assortment.family_of(last)
    variant, missing = catalogue.matcher.variant(family, request.text)
    if not (variant or missing or points_back(content, request.text, request.language)):
        return None
    chosen = variant is not None or last != family
    return Subject(variant or (family if missing else last), chosen, missing, rest=request.text)
