"""Measures finding products by name, in processor time: `python -m bench.products [--products N]`."""

import argparse
import random
import statistics
import time
from collections.abc import Iterator
from decimal import Decimal

from bot.services.product_match import ProductMatcher, make_matcher
from bot.settings import ROOT
from bot.shop.assortment import Assortment
from bot.shop.content.base import LocalText
from bot.shop.products import Product
from bot.store import content

SYLLABLES = ("ka", "ri", "lo", "tu", "me", "sa", "vi", "no", "pe", "hy", "ju", "la", "ko", "ti", "ra", "su")
KINDS = (("blender", "tehosekoitin"), ("floor lamp", "lattiavalaisin"), ("bookcase", "kirjahylly"))
QUESTIONS = (
    "is the {} in stock",
    "how much is the {}?",
    "what goes with my {}",
    "does the {} need batteries",
)
ASKED = 1000
ALLOWED_MS = 20


def main() -> None:
    """Print how long the index takes, and questions with the right name, a misspelt one and none."""
    parser = argparse.ArgumentParser(description="Measure finding products by name.")
    parser.add_argument("--products", type=int, default=10_000)
    chance = random.Random(3)
    products = list(made_up(parser.parse_args().products, chance))
    begun = time.process_time()
    matcher = make_matcher(content.load(ROOT / "content"), Assortment(products, []))
    print(f"{len(products)} products: index made in {time.process_time() - begun:.2f} s, content included")
    names = [product.name.en for product in products]
    measure("own name", matcher, [chance.choice(names) for _ in range(ASKED)], chance)
    measure("misspelt name", matcher, [misspelt(chance.choice(names), chance) for _ in range(ASKED)], chance)
    measure("kind only", matcher, [chance.choice(KINDS)[0] for _ in range(ASKED)], chance)
    measure("no product", matcher, ["trampoline with a net"] * ASKED, chance)


def made_up(count: int, chance: random.Random) -> Iterator[Product]:
    """Products with a brand, a model and a kind, in two languages."""
    for place in range(count):
        brand = "".join(chance.choices(SYLLABLES, k=3)).capitalize()
        english, finnish = chance.choice(KINDS)
        model = f"{chance.choice('XSTR')}{chance.randrange(100, 999)}"
        name = LocalText(en=f"{brand} {model} {english}", fi=f"{brand}-{model}-{finnish}")
        yield Product(
            sku=f"sku-{place}",
            name=name,
            category="small_appliances",
            prices={"EUR": Decimal("19.90")},
            description=name,
            url=None,
            image_url=None,
            parent_sku=None,
            options={},
            stock=5,
            specs={},
            assembly_url=None,
            fits=(),
            upgrade_of=(),
            final_sale=False,
            hygiene=False,
            warranty_months=None,
            released_at=None,
        )


def misspelt(name: str, chance: random.Random) -> str:
    """The name with a letter left out of its first word."""
    at = chance.randrange(1, 5)
    return name[:at] + name[at + 1 :]


def measure(kind: str, matcher: ProductMatcher, names: list[str], chance: random.Random) -> None:
    """One line of figures; the share that was found is what it is, never a limit."""
    times, named = [], 0
    for name in names:
        text = chance.choice(QUESTIONS).format(name)
        begun = time.process_time()
        mentions = matcher.mentions(text, "en")
        times.append((time.process_time() - begun) * 1000)
        named += bool(mentions)
    median, late = statistics.median(times), statistics.quantiles(times, n=100)[98]
    print(
        f"{kind}: median {median:.2f} ms, 99 of 100 under {late:.2f} ms; "
        f"median / {ALLOWED_MS} ms = {median / ALLOWED_MS:.2f}; named something: {named / len(names):.3f}"
    )


if __name__ == "__main__":
    main()
