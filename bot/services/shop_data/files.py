"""The files of shop data, in the order in which they are taken in: what others mention comes first."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.shop_data.customers import CustomerRow, write_customers
from bot.services.shop_data.fields import Row
from bot.services.shop_data.orders import OrderRow, write_orders
from bot.services.shop_data.plans import (
    CaseEventRow,
    PlanContractRow,
    write_claim_events,
    write_plan_contracts,
    write_return_events,
)
from bot.services.shop_data.products import ProductRow, RecallRow, write_products, write_recalls
from bot.services.shop_data.rewards import RewardEntryRow, write_reward_entries
from bot.shop.errors import InvalidInput


@dataclass(frozen=True)
class DataFile:
    """A file: the model of its lines, and how rows are written."""

    name: str
    model: type[Row]
    write: Callable[[AsyncSession, Sequence[Any]], Awaitable[None]]


DATA_FILES = (
    DataFile("customers.jsonl", CustomerRow, write_customers),
    DataFile("products.jsonl", ProductRow, write_products),
    DataFile("orders.jsonl", OrderRow, write_orders),
    DataFile("plan_contracts.jsonl", PlanContractRow, write_plan_contracts),
    DataFile("reward_entries.jsonl", RewardEntryRow, write_reward_entries),
    DataFile("return_events.jsonl", CaseEventRow, write_return_events),
    DataFile("claim_events.jsonl", CaseEventRow, write_claim_events),
    DataFile("recalls.jsonl", RecallRow, write_recalls),
)
NAMES = frozenset(file.name for file in DATA_FILES)


def data_files(folder: Path) -> list[DataFile]:
    """The files of shop data in a folder. Raises InvalidInput when there are none, or others beside them."""
    if not folder.is_dir():
        raise InvalidInput(f"{folder} is not a folder")
    present = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    if strange := sorted(present - NAMES):
        raise InvalidInput(f"{folder} holds what is no shop data: {', '.join(strange)}; {_known()}")
    if not present:
        raise InvalidInput(f"{folder} holds no shop data; {_known()}")
    return [file for file in DATA_FILES if file.name in present]


def _known() -> str:
    return f"the files are {', '.join(file.name for file in DATA_FILES)}"
