"""A product's facts, such as its weight: found by a customer's word, and named in the customer's language."""

from typing import Any

from bot.shop.answers.base import Parameter, Rows, Term, rows
from bot.shop.content import Content
from bot.shop.content.base import LocalText
from bot.shop.products import Product


def spec_of(content: Content, product: Product, wanted: str) -> str | None:
    """The product's own name for a fact, or of the one that stands in for it."""
    parts = set(wanted.split())
    exact = [known for known in product.specs if known.casefold() == wanted]
    near = [known for known in product.specs if parts <= set(known.casefold().split())]
    if exact or near:
        return (exact or near)[0]
    words = content.vocabulary["en"].products.specs.get(wanted)
    return spec_of(content, product, words.instead) if words and words.instead else None


def spec_label(content: Content, spec: str) -> LocalText:
    """A fact's name for customers: the vocabulary's, else the shop's own."""
    known = {code: words.products.specs.get(spec) for code, words in content.vocabulary.items()}
    return LocalText(**{code: words.label if words else spec for code, words in known.items()})


def spec_value(value: Any) -> Parameter:
    """What the fact is."""
    if isinstance(value, bool):
        return Term("yes" if value else "no")
    return str(value)


def spec_rows(content: Content, product: Product) -> Rows:
    """All facts as a list."""
    return rows((spec_label(content, name), spec_value(value)) for name, value in product.specs.items())
