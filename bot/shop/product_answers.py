"""What the catalogue says of a product: for each aspect the sentences and their values."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.shop.answers.base import Length, Names, Parameter, Rows, Term, names, rows
from bot.shop.assortment import Assortment, one_of_each_family, price_in
from bot.shop.content import Content, in_force
from bot.shop.content.base import DEFAULT_CATEGORY, LANGUAGES, LocalText
from bot.shop.product_specs import spec_label, spec_of, spec_rows, spec_value
from bot.shop.products import Product

FEW = 5
MOST_NAMED = 6


@dataclass(frozen=True)
class Said:
    """A response and the values for it."""

    response: str
    values: Mapping[str, Parameter] = field(default_factory=dict)


@dataclass(frozen=True)
class ProductQuestion:
    """What is asked of a product. `others` is what it is to fit, `chosen` whether a variant was meant."""

    sku: str
    aspect: str
    today: date
    currencies: tuple[str, ...]
    chosen: bool = False
    spec: str | None = None
    others: tuple[str, ...] = ()


class ProductAnswers:
    """Answers questions on the products of one assortment."""

    def __init__(self, content: Content, assortment: Assortment) -> None:
        """What is said comes from these two."""
        self.content = content
        self.assortment = assortment

    def answer(self, question: ProductQuestion) -> list[Said]:
        """What is said to the question; the product must be there."""
        product = self._product(question)
        ways: Mapping[str, Callable[[Product, ProductQuestion], list[Said]]] = {
            "price": self._price,
            "stock": self._stock,
            "variants": self._variants,
            "description": self._description,
            "specs": self._specs,
            "assembly": self._assembly,
            "fitting": self._fitting,
            "upgrade": self._upgrade,
            "needs": self._needs,
            "warranty": self._warranty,
        }
        return ways.get(question.aspect, self._in_short)(product, question)

    def title(self, product: Product) -> LocalText:
        """Its name, with what tells it from its other variants."""
        same = [one for one in self.assortment.family(product.sku) if one.name == product.name]
        if len(same) < 2 or not product.options:
            return product.name
        told = ", ".join(map(str, product.options.values()))
        return LocalText(**{code: f"{product.name.in_language(code)} ({told})" for code in LANGUAGES})

    def variant_unknown(self, family: str, asked: str, currencies: Sequence[str]) -> Said:
        """There is none in that colour or size; these there are."""
        product = self.assortment.family(family)[0]
        listed = self._variant_rows(family, currencies)
        return Said("utter_products_variant_unknown", {"name": product.name, "asked": asked, "list": listed})

    def priced(self, products: Iterable[Product], currencies: Sequence[str]) -> Rows:
        """A list of products with their prices."""
        found = [(self.title(one), price_in(one, currencies)) for one in products]
        return rows((name, price) if price else (name, Term("no_price")) for name, price in found)

    def _product(self, question: ProductQuestion) -> Product:
        found = self.assortment.product(question.sku) or self.assortment.family(question.sku)[0]
        return found if question.chosen else self.assortment.family(found.sku)[0]

    def _name(self, product: Product, question: ProductQuestion) -> LocalText:
        return self.title(product) if question.chosen else product.name

    def _in_short(self, product: Product, question: ProductQuestion) -> list[Said]:
        values: dict[str, Parameter] = {
            "name": self._name(product, question),
            "description": product.description,
        }
        price = price_in(product, question.currencies)
        if price is None:
            return [Said("utter_products_card_no_price", values)]
        return [Said("utter_products_card", {**values, "price": price})]

    def _price(self, product: Product, question: ProductQuestion) -> list[Said]:
        price = price_in(product, question.currencies)
        members = self.assortment.family(product.sku)
        different = {price_in(member, question.currencies) for member in members}
        if not question.chosen and len(different) > 1:
            listed = rows((self._told(one), self._price_cell(one, question.currencies)) for one in members)
            return [Said("utter_products_price_variants", {"name": product.name, "list": listed})]
        if price is None:
            return [Said("utter_products_price_unknown", {"name": self._name(product, question)})]
        return [Said("utter_products_price", {"name": self._name(product, question), "price": price})]

    def _stock(self, product: Product, question: ProductQuestion) -> list[Said]:
        members = self.assortment.family(product.sku)
        if not question.chosen and len(members) > 1:
            listed = rows((self._told(one), self._stock_cell(one)) for one in members)
            return [Said("utter_products_stock_variants", {"name": product.name, "list": listed})]
        name = self._name(product, question)
        others = [self._told(one) for one in members if one.stock > 0 and one.sku != product.sku]
        if product.stock < 1 and others:
            return [Said("utter_products_sold_out_others", {"name": name, "others": names(others)})]
        if product.stock < 1:
            return [Said("utter_products_sold_out", {"name": name})]
        if product.stock <= FEW:
            return [Said("utter_products_few_left", {"name": name, "count": str(product.stock)})]
        return [Said("utter_products_in_stock", {"name": name})]

    def _variants(self, product: Product, question: ProductQuestion) -> list[Said]:
        if len(self.assortment.family(product.sku)) < 2:
            return [Said("utter_products_one_variant", {"name": product.name})]
        listed = self._variant_rows(product.sku, question.currencies)
        return [Said("utter_products_variants", {"name": product.name, "list": listed})]

    def _variant_rows(self, sku: str, currencies: Sequence[str]) -> Rows:
        members = self.assortment.family(sku)
        return rows(
            (self._told(one), self._price_cell(one, currencies), self._stock_cell(one)) for one in members
        )

    def _description(self, product: Product, question: ProductQuestion) -> list[Said]:
        name = self._name(product, question)
        return [Said("utter_products_description", {"name": name, "description": product.description})]

    def _specs(self, product: Product, question: ProductQuestion) -> list[Said]:
        name = self._name(product, question)
        if not product.specs:
            return [Said("utter_products_specs_none", {"name": name})]
        if question.spec is None:
            return [Said("utter_products_specs", {"name": name, "list": spec_rows(self.content, product)})]
        known = spec_of(self.content, product, question.spec)
        label = spec_label(self.content, question.spec)
        if known is None:
            unknown: dict[str, Parameter] = {
                "name": name,
                "spec": label,
                "list": spec_rows(self.content, product),
            }
            return [Said("utter_products_spec_unknown", unknown)]
        values = {
            "name": name,
            "spec": spec_label(self.content, known),
            "value": spec_value(product.specs[known]),
        }
        return [Said("utter_products_spec", values)]

    def _assembly(self, product: Product, question: ProductQuestion) -> list[Said]:
        name = self._name(product, question)
        if product.assembly_url is None:
            return [Said("utter_products_assembly_none", {"name": name})]
        values: dict[str, Parameter] = {"name": name, "link": product.assembly_url}
        told = spec_of(self.content, product, "assembly")
        if told is None:
            return [Said("utter_products_assembly", values)]
        return [Said("utter_products_assembly_takes", {**values, "effort": spec_value(product.specs[told])})]

    def _fitting(self, product: Product, question: ProductQuestion) -> list[Said]:
        if question.others:
            return [self._fits_these(product, question.others)]
        found = one_of_each_family(self.assortment, self.assortment.fitting(product.sku))
        told: list[Said] = []
        if product.fits:
            told.append(Said("utter_products_fits", {"name": product.name, "others": self._wholes(product)}))
        if found:
            listed = self.priced(found[:MOST_NAMED], question.currencies)
            told.append(Said("utter_products_fitting", {"name": product.name, "list": listed}))
        return told or [Said("utter_products_fitting_none", {"name": product.name})]

    def _fits_these(self, product: Product, others: Sequence[str]) -> Said:
        known = [other for other in others if self.assortment.family(other)]
        fitting = [other for other in known if self.assortment.fits(product.sku, other)]
        backwards = [other for other in known if self.assortment.fits(other, product.sku)]
        if not fitting and backwards:
            return Said("utter_products_fits_yes", {"name": self._names(backwards), "other": product.name})
        response = "utter_products_fits_yes" if fitting else "utter_products_fits_no"
        return Said(response, {"name": product.name, "other": self._names(fitting or known)})

    def _upgrade(self, product: Product, question: ProductQuestion) -> list[Said]:
        found = one_of_each_family(self.assortment, self.assortment.upgrades(product.sku))
        if not found:
            return [Said("utter_products_upgrades_none", {"name": product.name})]
        listed = self.priced(found[:MOST_NAMED], question.currencies)
        return [Said("utter_products_upgrades", {"name": product.name, "list": listed})]

    def _needs(self, product: Product, question: ProductQuestion) -> list[Said]:
        told = [Said("utter_products_needs", {"name": product.name, "description": product.description})]
        if product.specs:
            told += [
                Said("utter_products_specs", {"name": product.name, "list": spec_rows(self.content, product)})
            ]
        if one_of_each_family(self.assortment, self.assortment.fitting(product.sku)):
            told += self._fitting(product, question)
        return told

    def _warranty(self, product: Product, question: ProductQuestion) -> list[Said]:
        policy = in_force(self.content.warranty, question.today)
        general = policy.months.get(product.category, policy.months[DEFAULT_CATEGORY])
        months = general if product.warranty_months is None else product.warranty_months
        values: dict[str, Parameter] = {"name": product.name, "length": Length(months, "month")}
        return [Said("utter_products_warranty" if months else "utter_products_warranty_none", values)]

    def _wholes(self, product: Product) -> Names:
        return self._names([sku for sku in product.fits if self.assortment.product(sku)][:MOST_NAMED])

    def _names(self, skus: Iterable[str]) -> Names:
        return names(self.assortment.family(sku)[0].name for sku in skus)

    def _told(self, product: Product) -> Parameter:
        """What tells a variant from the others."""
        return ", ".join(map(str, product.options.values())) or product.name

    def _price_cell(self, product: Product, currencies: Sequence[str]) -> Parameter:
        return price_in(product, currencies) or Term("no_price")

    def _stock_cell(self, product: Product) -> Parameter:
        if product.stock < 1:
            return Term("sold_out")
        return Term("few_left", str(product.stock)) if product.stock <= FEW else Term("in_stock")


def aspects_with_answers(assortment: Assortment, product: Product) -> Iterator[str]:
    """What else there is to say of a product, the most asked first."""
    yield "stock"
    if len(assortment.family(product.sku)) > 1:
        yield "variants"
    if one_of_each_family(assortment, assortment.fitting(product.sku)):
        yield "fitting"
    if product.assembly_url:
        yield "assembly"
    if product.specs:
        yield "specs"
    if one_of_each_family(assortment, assortment.upgrades(product.sku)):
        yield "upgrade"
    yield "warranty"
    yield "price"
