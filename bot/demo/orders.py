"""Rows of orders.jsonl and plan_contracts.jsonl for the demo shop."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.demo.dates import DemoCalendar

Row = dict[str, Any]
DAYS_OF_MONTH = Decimal("30.4375")


class OrderBook:
    """Makes whole orders of what is told of them, with the products' prices and the customers' addresses."""

    def __init__(
        self, customers: Mapping[str, Row], products: Mapping[str, Row], calendar: DemoCalendar
    ) -> None:
        """Customers and products are rows of their own files."""
        self.customers = customers
        self.products = products
        self.calendar = calendar

    def order_rows(self, told: Row) -> Iterator[Row]:
        """Every order."""
        return (self._order(order) for order in told["orders"])

    def contract_rows(self, told: Row) -> Iterator[Row]:
        """Every plan that was bought."""
        orders = {order["number"]: order for order in told["orders"]}
        return (self._contract(contract, orders[contract["order"]]) for contract in told["contracts"])

    def _order(self, order: Row) -> Row:
        buyer = order.get("guest") or self.customers[order["customer"]]
        currency = order.get("currency", "EUR")
        lines = [
            _line(order["number"], place, self.products[sku], quantity, currency)
            for place, (sku, quantity) in enumerate(order["lines"], start=1)
        ]
        row = {
            "number": order["number"],
            "email": buyer["email"],
            "placed_at": self.calendar.iso(order["placed"]),
            "status": order["status"],
            "ship_to": order.get("to") or buyer["addresses"][0],
            "payments": [_payment(order, lines, currency)],
            "shipping_fee": _money(order.get("fee", 0), currency),
            "lines": lines,
            "shipments": [
                self._shipment(order, place, shipment)
                for place, shipment in enumerate(order["shipments"], start=1)
            ],
        }
        if "customer" in order:
            row["customer_id"] = order["customer"]
        if discount := order.get("discount"):
            row["discounts"] = [{"code": discount["code"], "amount": _money(discount["amount"], currency)}]
        return row

    def _shipment(self, order: Row, place: int, shipment: Row) -> Row:
        number = order["number"]
        lines = shipment.get("lines") or range(1, len(order["lines"]) + 1)
        initials = "".join(word[0] for word in shipment["carrier"].split()).upper()
        return {
            "id": f"{number}-S{place}",
            "carrier": shipment["carrier"],
            "tracking": f"{initials}{number}{place:04d}FI",
            "shipped_at": self.calendar.iso(shipment.get("shipped")),
            "expected_at": self.calendar.iso(shipment.get("expected")),
            "delivered_at": self.calendar.iso(shipment.get("delivered")),
            "line_ids": [_line_id(number, line) for line in lines],
        }

    def _contract(self, contract: Row, order: Row) -> Row:
        starts = self.calendar.moment(contract["starts"])
        return {
            "id": contract["id"],
            "plan_id": contract["plan"],
            "customer_id": order["customer"],
            "email": self.customers[order["customer"]]["email"],
            "order_number": order["number"],
            "line_id": _line_id(order["number"], contract["line"]),
            "starts_at": starts.isoformat(),
            "ends_at": _months_later(starts, contract["months"]).isoformat(),
            "status": contract["status"],
        }


def _line_id(number: str, place: int) -> str:
    return f"{number}-{place}"


def _line(number: str, place: int, product: Row, quantity: int, currency: str) -> Row:
    return {
        "id": _line_id(number, place),
        "sku": product["sku"],
        "quantity": quantity,
        "unit_price": _money(product["prices"][currency], currency),
    }


def _payment(order: Row, lines: list[Row], currency: str) -> Row:
    total = sum(Decimal(line["unit_price"]["amount"]) * line["quantity"] for line in lines)
    total += Decimal(str(order.get("fee", 0))) - Decimal(str(order.get("discount", {}).get("amount", 0)))
    method, _, last4 = order["paid"].partition(" ")
    payment = {"id": f"{order['number']}-P1", "method": method, "amount": _money(total, currency)}
    return payment | ({"last4": last4} if last4 else {})


def _money(amount: Decimal | float | str, currency: str) -> Row:
    return {"amount": str(Decimal(str(amount)).quantize(Decimal("0.01"))), "currency": currency}


def _months_later(start: datetime, months: int) -> datetime:
    return start + timedelta(days=int(months * DAYS_OF_MONTH))
