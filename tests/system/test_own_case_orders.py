"""Where is my order: asked in every way of showing who one is, and told to nobody else."""

from collections.abc import Iterable
from datetime import date

from bot.shop.calendar import add_business_days
from bot.shop.content import Content
from tests.system.chat import Turn
from tests.system.conftest import Rules
from tests.system.people import People, Person
from tests.system.scene import Scene

AINO, MIKKO, EMILY, LUKAS, HELMI = "c-1001", "c-1002", "c-1008", "c-1011", "c-1013"
GUEST = "venla.korhonen@posti.example"
NO_MATCH = "I find no order with that number and that e-mail or postcode"
TOO_MANY = "tried too often within an hour"
SECRETS_OF_MIKKO = ("Hiillos", "Cover", "Matkahuolto", "Tampere")


def without(words: Iterable[str], *turns: Turn) -> bool:
    """Whether none of the words was said."""
    said = " ".join(turn.text + " ".join(turn.buttons) for turn in turns)
    return not [word for word in words if word in said]


def lost_after(people: People, rules: Rules, content: Content, expected: date) -> date:
    """The last day on which a carrier looks for a parcel to Finland."""
    trouble = rules.shipping.trouble
    days = trouble.search_days(rules.shipping.zone_of("FI"))
    return add_business_days(content.shop, expected, days)


def test_signed_in_customer_is_asked_nothing_and_hears_when_it_came(people: People, scene: Scene) -> None:
    aino = people.clone(AINO)
    chat = scene.enter(aino)
    told = chat.ask(f"hi! where's my order {aino.order('10482')}?")
    assert aino.order("10482") in told.text
    assert "Tuisku blender" in told.text
    assert "Posti" in told.text
    assert people.written("-12d") in told.text
    follows = chat.ask(f"and what about {aino.order('10518')}")
    assert "Revontuli table lamp" in follows.text
    assert "being packed" in follows.text
    assert "Tuisku" not in follows.text
    assert chat.ask("thanks a lot").messages


def test_order_number_and_mail_one_after_the_other(people: People, scene: Scene) -> None:
    mikko = people.clone(MIKKO)
    chat = scene.visit(mikko)
    which = chat.ask("where is my pacel??")
    assert "I do not have the number" in which.buttons
    proof = chat.ask(mikko.order("10515"))
    assert f"To open order {mikko.order('10515')}" in proof.text
    assert without(SECRETS_OF_MIKKO, which, proof)
    told = chat.ask(f"it was {mikko.email}")
    assert "Hiillos charcoal grill" in told.text
    assert scene.audit(chat) == [("open_order", f"order:{mikko.order('10515')}", "email")]


def test_late_parcel_is_admitted_with_the_day_it_counts_as_lost(
    people: People, scene: Scene, rules: Rules, shop_content: Content
) -> None:
    mikko = people.clone(MIKKO)
    chat = scene.visit(mikko)
    told = chat.ask(f"my order {mikko.order('10515')} hasn't come, when will it be here? {mikko.email}")
    lost = lost_after(people, rules, shop_content, people.day("-6d"))
    assert "late" in told.text
    assert people.written("-6d") in told.text
    assert people.written(lost) in told.text
    again = chat.ask("so where is it now?")
    assert people.written("-6d") in again.text
    assert scene.rows("delivery_cases", order_number=mikko.order("10515")) == []


def test_one_of_several_orders_by_button(people: People, scene: Scene) -> None:
    helmi = people.clone(HELMI)
    chat = scene.enter(helmi)
    which = chat.ask("where's my oder?")
    assert len(which.buttons) == len(helmi.numbers)
    [button] = [title for title in which.buttons if title.startswith(helmi.order("10231"))]
    assert people.written("-190d") in button
    assert "Uni mattress topper" in button
    told = chat.press(button)
    assert helmi.order("10231") in told.text
    assert people.written("-185d") in told.text


def test_one_of_several_orders_by_product(people: People, scene: Scene) -> None:
    lukas = people.clone(LUKAS)
    chat = scene.enter(lukas)
    told = chat.ask("where is the knife set I orderd?")
    assert lukas.order("10431") in told.text
    assert people.written("-30d") in told.text
    desk = chat.ask("and where's my desk")
    assert lukas.order("10521") in desk.text
    assert "Lautta desk" in desk.text


def test_one_of_several_orders_by_the_day_it_was_placed(people: People, scene: Scene) -> None:
    lukas = people.clone(LUKAS)
    chat = scene.enter(lukas)
    day = people.day("-36d")
    told = chat.ask(f"what happened to the order I placed on {day:%B} {day.day}?")
    assert lukas.order("10431") in told.text
    assert "Hiisi knife set" in told.text


def test_guest_opens_each_order_by_itself(people: People, scene: Scene) -> None:
    venla = people.clone(GUEST)
    chat = scene.visit(venla)
    told = chat.ask(f"hello, order {venla.order('10502')}, email {venla.email}. where is it")
    assert "Rauta cast-iron pan" in told.text
    assert people.written("+1d") in told.text
    assert "Pilvi" not in told.text
    other = chat.ask(f"and {venla.order('10460')}?")
    assert "Pilvi duvet" in other.text
    assert people.written("-21d") in other.text


def test_cancelled_and_pending_order_say_what_they_are(people: People, scene: Scene) -> None:
    lukas = people.clone(LUKAS)
    chat = scene.enter(lukas)
    cancelled = chat.ask(f"where is order {lukas.order('10471')}")
    assert "cancelled" in cancelled.text
    assert "Cancel the order" not in cancelled.buttons
    pending = chat.ask(f"and {lukas.order('10521')}")
    assert "not begun to pack" in pending.text
    assert "Cancel the order" in pending.buttons


def test_order_in_two_parcels_says_where_each_is(people: People, scene: Scene) -> None:
    emily = people.clone(EMILY)
    chat = scene.visit(emily)
    told = chat.ask(f"whats the status of {emily.order('10507')}, my email adress is {emily.email}")
    came, comes = people.written("-2d"), people.written("+3d")
    lines = told.text.split("\n")
    [first] = [line for line in lines if came in line]
    [second] = [line for line in lines if comes in line]
    assert "Pouta dinnerware" in first
    assert "Laine bed linen" in second


def test_corrected_number_goes_with_the_mail_given_before(people: People, scene: Scene) -> None:
    aino = people.clone(AINO)
    chat = scene.visit(aino)
    wrong = chat.ask(f"where is order 7654320, my e-mail is {aino.email}")
    assert NO_MATCH in wrong.text
    told = chat.ask(f"sorry, {aino.order('10482')}")
    assert "Tuisku blender" in told.text
    assert people.written("-12d") in told.text


def test_pasted_order_mail_is_enough(people: People, scene: Scene, shop_content: Content) -> None:
    emily = people.clone(EMILY)
    chat = scene.visit(emily)
    chat.ask("where is my order")
    told = chat.ask(pasted_mail(people, emily, shop_content))
    assert "Pouta dinnerware" in told.text
    assert people.written("+3d") in told.text


def pasted_mail(people: People, emily: Person, content: Content) -> str:
    """As customers copy it out of their mailbox."""
    return (
        f"From: {content.shop.contact.email}\nTo: {emily.email}\nDate: {people.written('-10d')}\n\n"
        f"Thank you for shopping with us!\nOrder number: {emily.order('10507')}\n"
        "Pouta dinnerware 1 × £110.94, Kaski mugs 2 × £30.01, Laine bed linen 1 × £68.71\n"
        f"Delivery to: {emily.address['line1']}, Leeds, LS6 2AB\nQuestions? 020 7946 0000"
    )
