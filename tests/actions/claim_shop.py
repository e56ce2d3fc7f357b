"""Orders with something that can break, and what is claimed for it."""

from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.services.imports import import_folder
from bot.services.runtime import Runtime
from bot.store.claims import Claim
from tests.actions.dialogue import Answer, Dialogue
from tests.actions.shop import line, paid, parcel, sign_in
from tests.store.conftest import Heard
from tests.store.shop_rows import ADDRESS, contract_row, customer_row, order_row, product_row, write_folder

BROKE = "start_service_plan_claim"
Row = dict[str, Any]

ESPRESSO = product_row(sku="espresso", name={"en": "Kuura espresso machine", "fi": "Kuura-espressokeitin"})
SHELF = product_row(sku="shelf", name={"en": "Kaarna bookcase"}, category="furniture", stock=2)
LAMP = product_row(sku="lamp", name={"en": "Hohde lamp"}, category="lighting")
TURKU = ADDRESS | {"city": "Turku", "postcode": "20100"}


def bought(number: str, sku: str, placed: str, **changes: Any) -> Row:
    """An order of one thing that came two days after it was placed."""
    came = parcel(shipped_at=f"{placed}T10:00:00Z", delivered_at=f"{placed}T12:00:00Z")
    return (
        order_row(
            number=number,
            placed_at=f"{placed}T09:00:00Z",
            payments=paid("189.00"),
            shipping_fee=None,
            lines=[line("l1", sku, "189.00")],
            shipments=[came],
        )
        | changes
    )


def plan(number: str, kind: str, since: str, until: str, **changes: Any) -> Row:
    """A contract for the first line of an order."""
    dates = {"starts_at": f"{since}T09:00:00Z", "ends_at": f"{until}T09:00:00Z"}
    return contract_row(id=f"P-{number}", plan_id=kind, order_number=number, **dates) | changes


# Long enough ago that neither return, liability nor warranty answers for anything but what the plan adds.
OLD = bought("10217", "espresso", "2023-11-01")
OLD_PLAN = plan("10217", "care_plus", "2023-11-01", "2026-11-01")
BOOKCASE = bought("10391", "shelf", "2026-02-01", ship_to=TURKU)
HOME_PLAN = plan("10391", "home_service", "2026-02-01", "2031-02-01")
NEW = bought("10482", "lamp", "2026-04-28")


async def fill(runtime: Runtime, folder: Path, orders: list[Row], contracts: list[Row]) -> None:
    """Import customers, products, these orders and contracts."""
    files = {
        "customers.jsonl": [customer_row(), customer_row(id="c-2", email="other@posti.example")],
        "products.jsonl": [ESPRESSO, SHELF, LAMP, product_row()],
        "orders.jsonl": orders,
        "plan_contracts.jsonl": contracts,
    }
    heard = Heard()
    await import_folder(runtime, write_folder(folder / "shop", files), heard)
    assert heard.refusals == []


async def at_claim_summary(dialogue: Dialogue, runtime: Runtime, folder: Path) -> Answer:
    """Lead a signed-in customer to the summary of a replacement in advance."""
    await fill(runtime, folder, [OLD], [OLD_PLAN])
    await sign_in(runtime, dialogue.dialogue_id)
    await dialogue.say("I dropped my espresso machine yesterday and it no longer turns on", BROKE)
    await dialogue.press('/inform{"claim_option": "advance_replacement"}')
    return await dialogue.press("/affirm")


async def claims(runtime: Runtime) -> list[Claim]:
    """All claims there are."""
    async with runtime.database.reading() as session:
        return list(await session.scalars(select(Claim).order_by(Claim.number)))
