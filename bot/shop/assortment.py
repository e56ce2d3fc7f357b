"""All products and recalls together: what belongs to what."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property

from bot.shop.content.base import Money
from bot.shop.products import Product, Recall, Severity


class Assortment:
    """The shop's products at one moment. A family is a product with its variants."""

    def __init__(self, products: Iterable[Product], recalls: Sequence[Recall]) -> None:
        self.products: Mapping[str, Product] = {product.sku: product for product in products}
        self.recalls = tuple(recalls)

    def product(self, sku: str) -> Product | None:
        """The product of that sku."""
        return self.products.get(sku)

    def family_of(self, sku: str) -> str:
        """The sku of the product that this one is a variant of, or its own."""
        product = self.products.get(sku)
        return product.parent_sku if product and product.parent_sku else sku

    def family(self, sku: str) -> tuple[Product, ...]:
        """The product with its variants, itself first."""
        return self._families.get(self.family_of(sku), ())

    def fitting(self, sku: str) -> list[Product]:
        """Spare parts and accessories that fit it or its family."""
        return self._pointing_at(self._fitting, sku)

    def upgrades(self, sku: str) -> list[Product]:
        """What is a better one of it."""
        return self._pointing_at(self._upgrades, sku)

    def fits(self, part: str, whole: str) -> bool:
        """Whether the part is said to fit the whole; what holds for a product holds for its variants."""
        families = {self.family_of(sku) for member in self.family(part) for sku in member.fits}
        return self.family_of(whole) in families

    def recall_of(self, sku: str) -> Recall | None:
        """The gravest recall of a product, of those the newest; a recalled variant recalls no other."""
        family = self.family_of(sku)
        concerned = [recall for recall in self.recalls if {sku, family} & set(recall.skus)]
        return max(concerned, key=lambda recall: (_gravity(recall), recall.at), default=None)

    def is_recalled(self, sku: str) -> bool:
        """Whether there is any recall of it."""
        return any({sku, self.family_of(sku)} & set(recall.skus) for recall in self.recalls)

    def _pointing_at(self, index: Mapping[str, list[Product]], sku: str) -> list[Product]:
        found = {product.sku: product for product in index.get(self.family_of(sku), [])}
        return list(found.values())

    @cached_property
    def _families(self) -> dict[str, tuple[Product, ...]]:
        members: dict[str, list[Product]] = defaultdict(list)
        for sku, product in self.products.items():
            members[self.family_of(sku)].append(product)
        return {
            family: tuple(sorted(each, key=lambda product: (product.sku != family, product.sku)))
            for family, each in members.items()
        }

    @cached_property
    def _fitting(self) -> dict[str, list[Product]]:
        return self._reversed("fits")

    @cached_property
    def _upgrades(self) -> dict[str, list[Product]]:
        return self._reversed("upgrade_of")

    def _reversed(self, field: str) -> dict[str, list[Product]]:
        """By family: the products that name one of it in that field."""
        index: dict[str, list[Product]] = defaultdict(list)
        for product in self.products.values():
            for sku in getattr(product, field):
                index[self.family_of(sku)].append(product)
        return index


def is_grave(recall: Recall) -> bool:
    """Whether it is for safety, as one of a kind we do not know is taken to be."""
    return recall.severity not in (Severity.QUALITY, Severity.NOTICE)


def price_in(product: Product, currencies: Sequence[str]) -> Money | None:
    """The price in the first of the currencies it is sold in, else in any."""
    known = [currency for currency in (*currencies, *product.prices) if currency in product.prices]
    if not known:
        return None
    return Money(amount=Decimal(product.prices[known[0]]), currency=known[0])


def one_of_each_family(assortment: Assortment, products: Iterable[Product]) -> list[Product]:
    """Of every family the first that is in stock; families that are sold out or recalled are left out."""
    kept: dict[str, Product] = {}
    for product in products:
        family = assortment.family_of(product.sku)
        if family in kept:
            continue
        members = [product, *assortment.family(product.sku)]
        sound = (one for one in members if one.stock > 0 and not assortment.is_recalled(one.sku))
        if found := next(sound, None):
            kept[family] = found
    return list(kept.values())


def _gravity(recall: Recall) -> int:
    if is_grave(recall):
        return 2
    return 1 if recall.severity == Severity.QUALITY else 0
