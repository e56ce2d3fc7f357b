"""What answers on products are made of: sentences, buttons, cards, and what to remember."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.services import conversations
from bot.services.catalogue import Catalogue, current_catalogue
from bot.services.owned_products import Owned, owned_products
from bot.services.policies import Sentence, shop_day
from bot.services.policy_steps import MOST_CHOICES, Choice
from bot.services.product_subject import ProductRequest, Subject
from bot.services.runtime import Runtime
from bot.shop.answers.base import Term
from bot.shop.assortment import price_in
from bot.shop.content import Content, in_force
from bot.shop.content.base import COUNTRIES, Language
from bot.shop.product_answers import ProductAnswers, Said
from bot.shop.products import Product
from bot.shop.wording import Writer, capitalized, words_of

INFO, RECOMMENDATION = "ask_product_info", "ask_recommendation"


@dataclass(frozen=True)
class ProductCard:
    """A link to a product's page."""

    title: str
    subtitle: str
    url: str
    image: str | None


@dataclass(frozen=True)
class ProductReply:
    """What to say, what to offer next, and what to remember."""

    sentences: tuple[Sentence, ...]
    choices: tuple[Choice, ...] = ()
    card: ProductCard | None = None
    sku: str | None = None
    aspect: str | None = None


class Desk:
    """Everything an answer on products is made from, for one customer at one moment."""

    def __init__(
        self,
        runtime: Runtime,
        catalogue: Catalogue,
        owned: Owned,
        request: ProductRequest,
        country: str | None,
    ) -> None:
        """See `open_desk`."""
        self.content: Content = runtime.content
        self.catalogue = catalogue
        self.owned = owned
        self.request = request
        self.today = shop_day(runtime)
        self.language: Language = request.language
        self.writer = Writer(self.content, self.language)
        self.answers = ProductAnswers(self.content, catalogue.assortment)
        self.currencies = self._currencies(country)

    def sentence(self, said: Said) -> Sentence:
        """In the customer's language."""
        return Sentence(said.response, words_of(self.content, said.values, self.language))

    def card(self, product: Product) -> ProductCard | None:
        """The product's page, if it has one."""
        if product.url is None:
            return None
        price = price_in(product, self.currencies)
        subtitle = self.writer.write(price or Term("no_price"))
        title = self.writer.write(self.answers.title(product))
        return ProductCard(title, subtitle, product.url, product.image_url)

    def product_choices(self, products: Iterable[Product], aspect: str | None = None) -> tuple[Choice, ...]:
        """At most four products by their names."""
        more = {"product_aspect": aspect} if aspect else {}
        found = list(products)[:MOST_CHOICES]
        return tuple(
            Choice(self.writer.write(self.answers.title(one)), INFO, {"sku": one.sku, **more})
            for one in found
        )

    def category_choices(self, categories: Sequence[str] = ()) -> tuple[Choice, ...]:
        """Kinds of goods to look at."""
        return tuple(
            Choice(
                capitalized(self.content.catalogue.category(name).name.in_language(self.language)),
                RECOMMENDATION,
                {"category": name},
            )
            for name in categories or self.content.shop.suggested_categories
        )

    def which_one(self, subject: Subject, aspect: str | None) -> ProductReply:
        """Ask which of several products is meant."""
        roots = [family[0] for name in subject.several if (family := self.catalogue.assortment.family(name))]
        response = "utter_products_did_you_mean" if subject.guessed else "utter_products_which"
        if len(roots) > MOST_CHOICES:
            response = "utter_products_which_of_many"
        return ProductReply(
            (self.sentence(Said(response)),), self.product_choices(roots, aspect), aspect=aspect
        )

    def _currencies(self, country: str | None) -> tuple[str, ...]:
        """By a currency that is named, the country, the newest order; else the shop's own."""
        named = self._named_currency()
        wanted = [named, self._of_country(country), *self.owned.currencies, self._home()]
        return tuple(dict.fromkeys(currency for currency in wanted if currency))

    def _named_currency(self) -> str | None:
        words = self.request.text.casefold().replace("?", " ").split()
        currencies = self.content.vocabulary[self.language].currencies
        return next((code for code, names in currencies.items() if set(names) & set(words)), None)

    def _home(self) -> str | None:
        return self._of_country(self.content.shop.home_country)

    def _of_country(self, country: str | None) -> str | None:
        if country not in COUNTRIES:
            return None
        zone = in_force(self.content.shipping, self.today).zone_of(country)
        return zone.currency if zone else None


async def open_desk(runtime: Runtime, dialogue_id: str, request: ProductRequest) -> Desk:
    """Gather what is known of the products and of this customer."""
    case = await conversations.case_of(runtime, dialogue_id)
    catalogue = await current_catalogue(runtime)
    owned = await owned_products(runtime, dialogue_id)
    return Desk(runtime, catalogue, owned, request, request.country or case.country)
