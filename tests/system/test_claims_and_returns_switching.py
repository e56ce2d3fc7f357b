"""One task in the middle of another: the first waits, is offered again, and is taken up or dropped."""

from tests.system.people import People
from tests.system.scene import Scene
from tests.system.test_claims_and_returns_returns import YES as RETURN_YES
from tests.system.test_claims_and_returns_returns import at_summary as at_return
from tests.system.test_claims_and_returns_returns import returns

AINO, ELINA = "c-1001", "c-1003"
RESUME = "Shall we go on with it?"


def test_return_waits_while_an_order_is_looked_for_and_goes_on(people: People, scene: Scene) -> None:
    aino = people.clone(AINO)
    chat = scene.enter(aino)
    at_return(chat, aino)
    aside = chat.ask(f"wait, where is order {aino.order('10518')}?")
    assert "being packed" in aside.text
    assert RETURN_YES in aside.buttons
    chat.press(RETURN_YES)
    assert len(returns(scene, aino)) == 1


def test_return_waits_for_a_coupon_and_is_offered_again(people: People, scene: Scene) -> None:
    elina = people.clone(ELINA)
    chat = scene.enter(elina)
    asked = chat.ask(f"I want to send back the bookcase from {elina.order('10391')}")
    assert asked.buttons
    summary = chat.ask("hang on, first I want to redeem 200 points")
    assert "200 points are taken" in summary.text
    done = chat.press("Yes, make the coupon")
    assert RESUME in done.text
    assert len([row for row in scene.rows("coupons", customer_id=elina.id) if "five" in row["source"]]) == 1
    resumed = chat.press("Yes, go on")
    assert resumed.buttons == asked.buttons
    assert returns(scene, elina) == []


def test_task_that_waits_can_be_dropped(people: People, scene: Scene) -> None:
    elina = people.clone(ELINA)
    chat = scene.enter(elina)
    chat.ask(f"I want to send back the bookcase from {elina.order('10391')}")
    chat.ask("first I want to redeem 200 points")
    stopped = chat.ask("never mind")
    assert RESUME in stopped.text
    chat.press("No, drop it")
    chat.ask("yes")
    assert returns(scene, elina) == []
    assert "Norway" in chat.ask("how much is shipping to Norway?").text
