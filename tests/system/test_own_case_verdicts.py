"""Can this still go back: the verdict on what was bought, with its rule, its day and the other ways."""

from bot.shop.content import Content
from tests.system.conftest import Rules
from tests.system.people import People
from tests.system.scene import Scene

AINO, ELINA, JONAS, OSKAR, DANIEL = "c-1001", "c-1003", "c-1004", "c-1006", "c-1010"
MIKKO = "c-1002"


def test_blender_in_its_window_with_warranty_as_another_way(people: People, scene: Scene) -> None:
    aino = people.clone(AINO)
    chat = scene.visit(aino)
    asked = chat.ask(f"can I still send back the blendr from order {aino.order('10482')}?")
    assert f"To open order {aino.order('10482')}" in asked.text
    told = chat.ask(aino.email)
    assert told.text.startswith("Yes. Tuisku blender")
    assert people.written("+18d") in told.text
    assert "warranty until" in told.text
    jar = chat.ask("and can i still return the glas jar?")
    assert "Glass jar" in jar.text
    assert people.written("+18d") in jar.text
    assert scene.rows("returns", order_number=aino.order("10482")) == []


def test_lamp_out_of_its_window_with_warranty_and_liability(
    people: People, scene: Scene, rules: Rules
) -> None:
    jonas = people.clone(JONAS)
    chat = scene.enter(jonas)
    told = chat.ask(f"can i still return the floor lamp from {jonas.order('10344')}")
    ended = people.day("-70d").toordinal() + rules.returns.windows["default"]
    assert "can no longer be sent back" in told.text
    assert people.written(people.day("-70d").fromordinal(ended)) in told.text
    assert "warranty until" in told.text
    assert "the seller answers for it by law until" in told.text
    assert not told.text.startswith("Yes")


def test_bookcase_past_the_usual_days_is_saved_by_the_tier(
    people: People, scene: Scene, rules: Rules
) -> None:
    elina = people.clone(ELINA)
    chat = scene.enter(elina)
    told = chat.ask("can I still return my bookcase?")
    days = rules.returns.windows["furniture"] + next(
        tier.extra_days for tier in rules.returns.tiers if tier.tier == "gold"
    )
    assert told.text.startswith("Yes. Kaarna bookcase")
    until = people.day("-45d").fromordinal(people.day("-45d").toordinal() + days)
    assert people.written(until) in told.text
    assert "your plan Havu Home Service" in told.text


def test_opened_ear_pads_and_final_sale_are_refused_with_their_rule(people: People, scene: Scene) -> None:
    daniel = people.clone(DANIEL)
    chat = scene.enter(daniel)
    throw = chat.ask(f"can I still send back the wool throw from order {daniel.order('10450')}?")
    assert "Raanu wool throw" in throw.text
    assert "sold as final" in throw.text
    opened = chat.ask(f"what about the toothbrush in {daniel.order('10450')}, I opened it already")
    assert "Kaste electric toothbrush" in opened.text
    assert "hygiene" in opened.text


def test_several_lines_are_each_told(people: People, scene: Scene) -> None:
    oskar = people.clone(OSKAR)
    chat = scene.visit(oskar)
    told = chat.ask(f"can I send order {oskar.order('10498')} back? {oskar.email}")
    headphones = next(line for line in told.text.split("\n") if "Hilja headphones" in line)
    assert people.written("+16d") in headphones
    assert "Ear pads" in told.text


def test_order_of_another_has_no_verdict(people: People, scene: Scene) -> None:
    aino, mikko = people.clone(AINO), people.clone(MIKKO)
    chat = scene.enter(mikko)
    asked = chat.ask(f"can I still send back the blender from order {aino.order('10482')}?")
    told = chat.ask(f"my mail is {mikko.email}")
    for answer in (asked, told):
        assert "Tuisku" not in answer.text
        assert people.written("+18d") not in answer.text
    assert ("open_order", "order", "refused") in scene.audit(chat)


def test_general_question_stays_the_policys(
    people: People, scene: Scene, rules: Rules, shop_content: Content
) -> None:
    aino = people.clone(AINO)
    chat = scene.enter(aino)
    told = chat.ask("how long do I have to return headphones?")
    assert f"{rules.returns.windows['electronics']} days" in told.text
    assert aino.order("10482") not in told.text
