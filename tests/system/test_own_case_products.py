"""Products: told from the catalogue as it is now, recalls first, one thing offered once."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import ROOT
from tests.store.shop_rows import product_row
from tests.system.chat import Chat
from tests.system.people import People
from tests.system.running import System
from tests.system.scene import Scene

AINO, MIKKO, INGRID = "c-1001", "c-1002", "c-1012"
BY_THE_WAY = "By the way"


def test_what_it_is_costs_needs_and_whether_there_is_one(scene: Scene) -> None:
    chat = scene.visit()
    assert "€329.00" in chat.ask("how much is the kuura espreso machine?").text
    assert "is in stock" in chat.ask("is it in stock?").text
    assert "15 bar" in chat.ask("what pressure does it have").text
    fits = chat.ask("what fits it?")
    assert "Descaling kit" in fits.text
    assert "€14.90" in fits.text
    assert "/products/kuura-espresso#manual" in chat.ask("how do i set up the espresso machine").text


def test_typing_errors_become_the_product_or_buttons(scene: Scene) -> None:
    chat = scene.visit()
    assert "Hilja headphones" in chat.ask("price of the hilja hedphones pls").text
    which = chat.ask("how much are the blendrs")
    assert which.buttons[:2] == ["Tuisku blender", "Tuisku Pro blender"]
    assert "€149.00" in chat.press("Tuisku Pro blender").text


def test_stock_of_variants_sold_out_and_few(scene: Scene) -> None:
    chat = scene.visit()
    sofa = chat.ask("do you have the saari sofa in green?")
    assert "sold out" in sofa.text
    assert "grey" in sofa.text
    assert "only 3 left" in chat.ask("how many itu planters are left in stock?").text
    assert "sold out" in chat.ask("when is the vartio camera back in stock").text


def test_assembly_and_upgrade(scene: Scene) -> None:
    chat = scene.visit()
    built = chat.ask("how do I put together the kaarna bookcase?")
    assert "/products/kaarna-bookcase#manual" in built.text
    assert "45 minutes" in built.text
    upgrade = chat.ask("is there something better than the kaiku speaker?")
    assert "Kaiku Max smart speaker" in upgrade.text
    assert "€219.00" in upgrade.text


@pytest.mark.timeout(120)
def test_product_of_an_import_a_minute_ago_is_known(system: System, scene: Scene, tmp_path: Path) -> None:
    chat = scene.visit()
    before = chat.ask("how much is the zorblatt?")
    assert "cannot find" in before.text
    row = product_row(
        sku="zorblatt-3000",
        name={"en": "Zorblatt pizza oven"},
        category="garden",
        prices={"EUR": "412.50"},
        stock=3,
    )
    import_while_running(system, tmp_path, {"products.jsonl": [row]})
    assert "€412.50" in chat.ask("how much is the zorblat pizza oven?").text
    assert "only 3 left" in chat.ask("is it in stock").text
    import_while_running(system, tmp_path, {"products.jsonl": [row | {"stock": 0}]})
    assert "sold out" in chat.ask("is the zorblatt in stock?").text


def import_while_running(system: System, folder: Path, files: dict[str, list[dict[str, object]]]) -> None:
    """`python -m bot import` in a process of its own."""
    for name, rows in files.items():
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    command = [sys.executable, "-m", "bot", "import", str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, env=system.environment, capture_output=True, text=True, check=False, timeout=100
    )
    assert done.returncode == 0, done.stderr


def test_recall_comes_first_with_its_remedy(people: People, scene: Scene) -> None:
    ingrid = people.clone(INGRID)
    chat = scene.enter(ingrid)
    told = chat.ask("is my lampi patio heater still under warrenty?")
    assert told.messages[0]["text"].startswith("Important")
    assert "full price back" in told.messages[0]["text"]
    assert len(told.messages) > 1
    order = chat.ask(f"can I return what's in order {ingrid.order('10266')}?")
    assert "full price back" in order.messages[0]["text"]


def offers(*turns: str) -> int:
    return sum(BY_THE_WAY in turn for turn in turns)


def test_something_fitting_is_offered_once(people: People, scene: Scene) -> None:
    aino = people.clone(AINO)
    chat = scene.enter(aino)
    first = chat.ask("how heavy is my tuisku blender?").text
    assert "Tuisku Pro blender goes with your Tuisku blender: €149.00" in first
    more = [chat.ask("how loud is the tuisku blender").text, chat.ask("how big is the revontuli lamp").text]
    assert offers(*more) == 0
    assert len(scene.rows("fitting_offers", conversation_id=chat.conversation_id)) == 1


@pytest.mark.parametrize(
    "trouble", ["my blender is broken and I am really angry", "one parcel arrived damaged"]
)
def test_nothing_is_offered_when_something_is_wrong(people: People, scene: Scene, trouble: str) -> None:
    aino = people.clone(AINO)
    chat = scene.enter(aino)
    chat.ask(trouble)
    chat.ask("never mind")
    said = chat.ask("how heavy is the tuisku blender?").text
    assert "3.4 kg" in said
    assert offers(said) == 0
    assert scene.rows("fitting_offers", conversation_id=chat.conversation_id) == []


def test_nothing_is_offered_while_a_parcel_is_late_or_to_who_has_nothing(
    people: People, scene: Scene
) -> None:
    waiting: Chat = scene.enter(people.clone(MIKKO))
    assert offers(waiting.ask("how big is the hiillos grill?").text) == 0
    nobody = scene.visit()
    assert offers(nobody.ask("how heavy is the tuisku blender?").text) == 0
