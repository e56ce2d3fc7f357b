"""Rows of products.jsonl and recalls.jsonl for the demo shop."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from bot.demo.dates import DemoCalendar

Row = dict[str, Any]
COPIED = ("options", "stock", "specs", "fits", "upgrade_of", "final_sale", "hygiene", "warranty_months")


def product_rows(told: Row, site: str) -> Iterator[Row]:
    """Every product; a variant has what it does not say from the product it is a variant of."""
    by_sku = {product["sku"]: product for product in told["products"]}
    for product in told["products"]:
        parent = product.get("variant_of")
        whole = by_sku[parent] | product if parent else product
        yield _product_row(whole, parent, told["rates"], site)


def recall_rows(told: Row, calendar: DemoCalendar) -> Iterator[Row]:
    """Every recall."""
    return (recall | {"at": calendar.iso(recall["at"])} for recall in told["recalls"])


def _product_row(product: Row, parent: str | None, rates: dict[str, str], site: str) -> Row:
    page = f"{site}/products/{parent or product['sku']}"
    row = {name: product[name] for name in COPIED if name in product}
    row |= {name: product[name] for name in ("sku", "name", "category", "description")}
    row["prices"] = {currency: str(_price(product["price"], rate)) for currency, rate in rates.items()}
    row["url"] = page
    if product.get("manual"):
        row["assembly_url"] = f"{page}#manual"
    if parent:
        row["parent_sku"] = parent
    return row


def _price(euros: float, rate: str) -> Decimal:
    """In another currency, ending as prices do."""
    if rate == "1":
        return Decimal(str(euros)).quantize(Decimal("0.01"))
    price = Decimal(str(euros)) * Decimal(rate)
    if price > 1000:
        return price.quantize(Decimal(10)).quantize(Decimal("0.01"))
    return price.quantize(Decimal(1)) - Decimal("0.10")
