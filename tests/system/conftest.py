"""The real system, started once for all tests here and in tests/browser, and customers that chat with it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from bot.shop.content import Content, in_force
from bot.shop.content.returns import ReturnsPolicy
from bot.shop.content.sales import SalesPolicy
from bot.shop.content.shipping import ShippingMethod, ShippingPolicy
from bot.shop.content.warranty import WarrantyPolicy
from tests.system.chat import Chat
from tests.system.people import People
from tests.system.running import System
from tests.system.scene import Scene, guarded
from tests.system.shared import TIMEOUT_SECONDS, shared_system


class Rules(NamedTuple):
    """The policies that are in force, to hold the answers to."""

    shipping: ShippingPolicy
    returns: ReturnsPolicy
    warranty: WarrantyPolicy
    sales: SalesPolicy

    def delivery(self, country: str, kind: str = "standard", category: str | None = None) -> ShippingMethod:
        """The shop's way of that kind to a country."""
        zone = self.shipping.zone_of(country)
        assert zone is not None
        return next(method for method in zone.methods_for(category) if method.kind == kind)


def days(span: tuple[int, int]) -> str:
    """As answers write business days."""
    return f"{span[0]}–{span[1]} business days"


def pytest_itemcollected(item: pytest.Item) -> None:
    """Whichever test comes first waits for the start of the system."""
    item.add_marker(pytest.mark.timeout(TIMEOUT_SECONDS))


@pytest.fixture(scope="session")
def system(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> System:
    """Everything, running and healthy."""
    return shared_system(request.config, tmp_path_factory)


@pytest.fixture(scope="session")
def rules(shop_content: Content) -> Rules:
    """What the answers must agree with."""
    today = datetime.now(UTC).date()
    return Rules(*(in_force(getattr(shop_content, topic), today) for topic in Rules._fields))


@pytest.fixture
def chat(system: System) -> Chat:
    """A new customer's conversation."""
    return Chat(system.url)


@pytest.fixture(scope="session")
def people(system: System, shop_content: Content, tmp_path_factory: pytest.TempPathFactory) -> People:
    """Who makes customers of the tests' own."""
    return People(system, shop_content, tmp_path_factory.mktemp("people"))


@pytest.fixture
def scene(people: People) -> Iterator[Scene]:
    """A test's customers and their conversations."""
    with guarded(people) as scene:
        yield scene
