import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import String

from bot.services.shop_data.customers import CustomerAddressRow, CustomerRow
from bot.services.shop_data.fields import Part
from bot.services.shop_data.files import DATA_FILES
from bot.services.shop_data.orders import OrderLineRow, OrderRow, ShipmentRow
from bot.services.shop_data.plans import CaseEventRow, PlanContractRow
from bot.services.shop_data.products import ProductRow, RecallRow
from bot.services.shop_data.reading import RowReader
from bot.services.shop_data.rewards import RewardEntryRow
from bot.settings import ROOT
from bot.store.base import Base
from bot.store.contact import Address, Customer
from bot.store.orders import Order, OrderLine, Shipment
from bot.store.plans import ClaimEvent, PlanContract, ReturnEvent
from bot.store.products import Product, Recall
from bot.store.rewards import LedgerEntry
from tests.store.shop_rows import (
    ADDRESS,
    Row,
    contract_row,
    customer_row,
    euros,
    event_row,
    order_row,
    product_row,
    recall_row,
    reward_row,
)

GOOD: dict[str, Callable[..., Row]] = {
    "customers.jsonl": customer_row,
    "products.jsonl": product_row,
    "orders.jsonl": order_row,
    "plan_contracts.jsonl": contract_row,
    "reward_entries.jsonl": reward_row,
    "return_events.jsonl": event_row,
    "claim_events.jsonl": event_row,
    "recalls.jsonl": recall_row,
}
LINE = order_row()["lines"][0]
SHIPMENT = order_row()["shipments"][0]


def refusals(tmp_path: Path, file: str, *lines: bytes) -> list[str]:
    path = tmp_path / file
    path.write_bytes(b"\n".join(lines))
    model = next(item.model for item in DATA_FILES if item.name == file)
    read = RowReader(file, model, {}).read(path)
    return [str(refusal) for line in read for refusal in line.refusals]


BAD = [
    ("customers", {"email": "nobody"}, "email"),
    ("customers", {"joined_at": "2025-01-02T10:00:00"}, "joined_at"),
    ("customers", {"joined_at": "2025-01-02"}, "joined_at"),
    ("customers", {"joined_at": 1767225600}, "joined_at"),
    ("customers", {"joined_at": "0001-01-01T00:00:00+14:00"}, "joined_at"),
    ("customers", {"time_zone": "Mars/Olympus"}, "time_zone"),
    ("customers", {"language": "finnish"}, "language"),
    ("customers", {"name": " "}, "name"),
    ("customers", {"name": "x" * 201}, "name"),
    ("customers", {"addresses": [ADDRESS | {"country": "Finland"}]}, "addresses.0.country"),
    ("customers", {"addresses": [ADDRESS, ADDRESS]}, "addresses"),
    ("customers", {"addresses": [ADDRESS | {"line1": ""}]}, "addresses.0.line1"),
    ("products", {"stock": "3"}, "stock"),
    ("products", {"stock": 2**31}, "stock"),
    ("products", {"prices": {"euro": "1.00"}}, "prices.euro"),
    ("products", {"prices": {"EUR": "-1.00"}}, "prices.EUR"),
    ("products", {"prices": {"EUR": "1.999"}}, "prices.EUR"),
    ("products", {"prices": {"EUR": "NaN"}}, "prices.EUR"),
    ("products", {"prices": {"EUR": euros("1.00")}}, "prices.EUR"),
    ("products", {"name": {"sv": "Mixer"}}, "name"),
    ("products", {"name": {"en": 3}}, "name"),
    ("products", {"name": ""}, "name"),
    ("products", {"url": "javascript:alert(1)"}, "url"),
    ("products", {"specs": {"power": None}}, "specs.power"),
    ("products", {"specs": {"power": float("nan")}}, "specs.power"),
    ("products", {"final_sale": "yes"}, "final_sale"),
    ("orders", {"status": "lost"}, "status"),
    ("orders", {"number": "--"}, "number"),
    ("orders", {"lines": []}, "lines"),
    ("orders", {"lines": [LINE, LINE]}, "lines"),
    ("orders", {"lines": [LINE | {"quantity": 0}]}, "lines.0.quantity"),
    ("orders", {"lines": [LINE | {"unit_price": "89.90"}]}, "lines.0.unit_price"),
    ("orders", {"shipments": [SHIPMENT | {"line_ids": ["l9"]}]}, "shipments.0.line_ids"),
    ("orders", {"shipments": [SHIPMENT, SHIPMENT]}, "shipments"),
    ("plan_contracts", {"status": "sleeping"}, "status"),
    ("plan_contracts", {"ends_at": "2020-01-01T00:00:00Z"}, "ends_at"),
    ("reward_entries", {"kind": "gift"}, "kind"),
    ("reward_entries", {"points": -1}, "points"),
    ("reward_entries", {"kind": "redeem", "points": 1}, "points"),
    ("reward_entries", {"points": 1.5}, "points"),
    ("reward_entries", {"id": "aftercare:1"}, "id"),
    ("return_events", {"kind": "Received it"}, "kind"),
    ("claim_events", {"at": "yesterday"}, "at"),
    ("recalls", {"skus": []}, "skus"),
]


@pytest.mark.parametrize(("file", "change", "field"), BAD)
def test_a_bad_field_is_named(tmp_path: Path, file: str, change: Row, field: str) -> None:
    name = f"{file}.jsonl"
    good, bad = GOOD[name](), GOOD[name](**change)
    found = refusals(tmp_path, name, json.dumps(good).encode(), json.dumps(bad).encode())
    assert len(found) == 1
    assert found[0].startswith(f"{name}:2: {field}: ")


@pytest.mark.parametrize("file", GOOD)
def test_a_missing_field_is_named(tmp_path: Path, file: str) -> None:
    model = next(item.model for item in DATA_FILES if item.name == file)
    required = [name for name, field in model.model_fields.items() if field.is_required()]
    for name in required:
        row = {key: value for key, value in GOOD[file]().items() if key != name}
        assert refusals(tmp_path, file, json.dumps(row).encode()) == [f"{file}:1: {name}: is missing"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"id": ', "line: invalid JSON"),
        (b"[1, 2]", "line: Input should be an object"),
        (b'{"id": "\xff"}', "line: invalid JSON"),
        (b'{"id": "a\\u0000b"}', "line: holds the character NUL"),
        (b'{"id": "\\ud800"}', "line: invalid JSON"),
    ],
)
def test_a_line_that_is_no_row_is_told(tmp_path: Path, line: bytes, reason: str) -> None:
    found = refusals(tmp_path, "recalls.jsonl", line, json.dumps(recall_row()).encode())
    assert len(found) == 1
    assert found[0].startswith(f"recalls.jsonl:1: {reason}")


def test_a_byte_order_mark_empty_lines_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    row = json.dumps(recall_row()).encode()
    assert refusals(tmp_path, "recalls.jsonl", b"\xef\xbb\xbf" + row + b"\r", b"", b"  \r", row) == []


def test_of_a_row_with_many_faults_a_few_are_told(tmp_path: Path) -> None:
    assert len(refusals(tmp_path, "orders.jsonl", b"{}")) == 5


def test_a_refusal_does_not_repeat_what_the_customer_wrote(tmp_path: Path) -> None:
    row = customer_row(email="aino at posti", phone="+358 50 123 4567" * 5)
    found = refusals(tmp_path, "customers.jsonl", json.dumps(row).encode())
    assert len(found) == 2
    assert not any("aino" in text or "358" in text for text in found)


@pytest.mark.parametrize(("given", "kept"), [("19.90", "19.90"), (19.9, "19.90"), (5, "5.00"), ("0", "0.00")])
def test_amounts_are_exact(given: Any, kept: str) -> None:
    row = ProductRow.model_validate_json(json.dumps(product_row(prices={"EUR": given})))
    assert row.prices == {"EUR": Decimal(kept)}
    assert row.record()["prices"] == {"EUR": kept}


def test_texts_are_one_string_or_one_for_each_language() -> None:
    plain = ProductRow.model_validate_json(json.dumps(product_row(name="Blender")))
    both = ProductRow.model_validate_json(json.dumps(product_row(name={"fi": "Sekoitin", "sv": "Mixer"})))
    assert plain.name == {"en": "Blender"}
    assert both.name == {"fi": "Sekoitin"}


def test_other_words_for_the_same_contract_status_are_understood() -> None:
    row = PlanContractRow.model_validate_json(json.dumps(contract_row(status="ended")))
    assert row.record()["status"] == "expired"


MODELS: list[tuple[type[Part], type[Base]]] = [
    (CustomerRow, Customer),
    (CustomerAddressRow, Address),
    (ProductRow, Product),
    (RecallRow, Recall),
    (OrderRow, Order),
    (OrderLineRow, OrderLine),
    (ShipmentRow, Shipment),
    (PlanContractRow, PlanContract),
    (RewardEntryRow, LedgerEntry),
    (CaseEventRow, ReturnEvent),
    (CaseEventRow, ClaimEvent),
]


def limits(model: type[Part]) -> Iterator[tuple[str, int]]:
    schema = model.model_json_schema()["properties"]
    for name, field in schema.items():
        for option in field.get("anyOf", [field]):
            if "maxLength" in option:
                yield name, option["maxLength"]


@pytest.mark.parametrize(("model", "table"), MODELS)
def test_what_passes_the_checks_fits_into_its_column(model: type[Part], table: type[Base]) -> None:
    columns = table.__table__.columns
    for name, length in limits(model):
        column = columns.get(name)
        if column is not None and isinstance(column.type, String) and column.type.length:
            assert length <= column.type.length, name


@pytest.mark.parametrize("file", DATA_FILES, ids=lambda file: file.name)
def test_every_field_is_documented(file: Any) -> None:
    page = (ROOT / "docs" / "shop-data.md").read_text(encoding="utf-8")
    section = page.split(f"### {file.name}", 1)[1].split("\n### ", 1)[0]
    for name in file.model.model_fields:
        assert f"`{name}`" in section, f"{file.name}: {name}"
