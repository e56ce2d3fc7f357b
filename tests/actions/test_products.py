"""Questions about products through the real actions, on the imported demo shop."""

from decimal import Decimal

import pytest

from bot.services.conversations import conversation_of
from bot.services.order_access import open_order
from bot.services.runtime import Runtime
from bot.store.log import NewEntry, append
from bot.store.returns import Return
from bot.support.conversation import Author
from tests.actions.conftest import ImportProducts, SignIn
from tests.actions.dialogue import Answer, Dialogue

INFO, RECOMMEND = "ask_product_info", "ask_recommendation"


@pytest.fixture(autouse=True)
async def _shop(demo_shop: Runtime) -> None:
    """The demo shop's products and orders."""


@pytest.mark.parametrize(
    ("text", "response", "words"),
    [
        ("how much is the tuisku blender", "price", "Tuisku blender costs €89.90."),
        ("how much is the tuisku blender in dollars", "price", "US$98.90"),
        ("is the kaiku smart speaker in stock", "in_stock", "Kaiku smart speaker is in stock."),
        ("is the itu planter available", "few_left", "only 3 left"),
        ("when is the vartio camera back in stock", "sold_out", "sold out"),
        ("is the saari sofa available in green", "sold_out_others", "grey"),
        ("got the hilja headphones in sand?", "sold_out_others", "black"),
        ("is the löyly bathrobe in stock", "stock_variants", "L/XL: in stock"),
        ("what colours does the laine bed linen come in", "variants", "Lake blue"),
        ("do you have the saari sofa in red", "variant_unknown", "red"),
        ("how heavy is the pro blender", "spec", "weight: 4.6 kg"),
        ("how tall is the kaarna bookcase", "spec", "80 × 32 × 198 cm"),
        ("can the rauta pan go in the dishwasher", "spec", "dishwasher-safe: no"),
        ("is the hiisi knife set waterproof", "spec_unknown", "Steel"),
        ("how do I assemble the hiillos grill", "assembly_takes", "/products/hiillos-grill#manual"),
        ("manual for the raanu throw please", "assembly_none", "no instructions"),
        ("what fits the kuutar floor lamp", "fitting", "Hohde LED bulbs: €12.90"),
        ("does the glass jar fit the tuisku pro", "fits_yes", "Yes: Glass jar for Tuisku blenders fits"),
        ("does the glass jar fit the kuura espresso machine", "fits_no", "does not list"),
        ("is there an upgrade for the kaiku speaker", "upgrades", "Kaiku Max smart speaker"),
        ("how long is the warranty on the tuisku blender", "warranty", "3 years"),
        ("what is the usva hairdryer", "description", "diffuser"),
        ("usva hairdryer", "card", "costs €69.90"),
    ],
)
async def test_the_answer_is_to_what_was_asked(
    dialogue: Dialogue, text: str, response: str, words: str
) -> None:
    answer = await dialogue.say(text, INFO)
    assert answer.names[0] == f"utter_products_{response}"
    assert words in answer.texts[0]
    assert len(answer.buttons) <= 4


async def test_it_is_the_product_spoken_of_last(dialogue: Dialogue) -> None:
    await dialogue.say("how much is the saari sofa", INFO)
    answer = await dialogue.say("is it in stock?", INFO)
    assert answer.names == ["utter_products_stock_variants"]
    assert (await dialogue.say("and in green?", INFO)).names == ["utter_products_sold_out_others"]
    assert "62 kg" in (await dialogue.say("how heavy is it", INFO)).texts[0]


async def test_a_bare_answer_goes_on_with_the_last_question(dialogue: Dialogue) -> None:
    await dialogue.say("how much is the tuisku blender", INFO)
    answer = await dialogue.say("and the kuura espresso machine", "inform")
    assert answer.texts == ["Kuura espresso machine costs €329.00."]


async def test_a_bare_answer_that_is_about_no_product_is_left_to_others(dialogue: Dialogue) -> None:
    await dialogue.say("how much is the tuisku blender", INFO)
    assert (await dialogue.say("10482", "inform", order_number="10482")).names != ["utter_products_price"]


async def test_a_policy_question_after_a_product_is_gone_on_with(dialogue: Dialogue) -> None:
    await dialogue.say("how much is the tuisku blender", INFO)
    await dialogue.say("how long to Norway", "ask_shipping_policy")
    assert "Sweden" in (await dialogue.say("and to Sweden?", "inform")).texts[0]


async def test_several_products_become_buttons(dialogue: Dialogue) -> None:
    which = await dialogue.say("how much is the blender", INFO)
    assert which.names == ["utter_products_which"]
    assert [button["title"] for button in which.buttons] == ["Tuisku blender", "Tuisku Pro blender"]
    answer = await dialogue.press(which.payload("Tuisku Pro blender"))
    assert answer.texts == ["Tuisku Pro blender costs €149.00."]


async def test_one_word_chooses_among_the_buttons(dialogue: Dialogue) -> None:
    await dialogue.say("how much is the blender", INFO)
    assert "€149.00" in (await dialogue.say("the pro one", "inform")).texts[0]


async def test_an_unknown_product_is_said_to_be_unknown(dialogue: Dialogue) -> None:
    answer = await dialogue.say("how big is the trampoline", INFO)
    assert answer.names == ["utter_products_not_found"]
    assert answer.buttons[0]["title"] == "Furniture"


async def test_an_unknown_product_after_a_known_one_is_not_taken_for_it(dialogue: Dialogue) -> None:
    await dialogue.say("how much is the saari sofa", INFO)
    answer = await dialogue.say("how big is the trampoline", INFO)
    assert answer.names == ["utter_products_name_it"]


async def test_an_unknown_product_of_a_known_kind_shows_that_kind(dialogue: Dialogue) -> None:
    await dialogue.say("price of the hammock", INFO)
    answer = await dialogue.say("how much is the toaster", INFO)
    assert answer.names == ["utter_products_not_found_in_category"]
    assert "small appliances" in answer.texts[0]


@pytest.mark.parametrize("value", ["nothing", "x" * 500, "'; drop table products; --"])
async def test_a_payload_may_hold_anything(dialogue: Dialogue, value: str) -> None:
    answer = await dialogue.say("", INFO, sku=value, product_aspect=value, category=value)
    assert answer.names == ["utter_products_name_it"]


@pytest.mark.parametrize(("language", "words"), [("fi", "24,90"), ("fil", "€24.90")])
async def test_buttons_answer_in_every_language(dialogue: Dialogue, language: str, words: str) -> None:
    dialogue.slots["language"] = language
    answer = await dialogue.press('/ask_product_info{"sku": "tuisku-jar", "product_aspect": "price"}')
    assert words in answer.texts[0]


async def test_a_recall_comes_before_the_answer(dialogue: Dialogue) -> None:
    for text in ("is the lampi patio heater in stock", "how high is the patio heater", "lampi heatr price"):
        answer = await dialogue.say(text, INFO)
        assert answer.names[0] == "utter_products_recall"
        assert "may fail" in answer.texts[0]
        assert "full price back" in answer.texts[0]
        assert answer.names.count("utter_products_recall") == 1
        assert len(answer.names) > 1


async def test_a_recall_comes_before_a_policy(dialogue: Dialogue) -> None:
    answer = await dialogue.say("can I return the Lampi patio heater?", "ask_return_policy")
    assert answer.names[0] == "utter_products_recall"
    assert answer.names[1].startswith("utter_returns_")
    assert (
        "utter_products_recall" not in (await dialogue.say("can I return a lamp", "ask_return_policy")).names
    )


async def test_a_recall_of_a_product_in_an_own_order_comes_first(
    dialogue: Dialogue, sign_in: SignIn, demo_shop: Runtime
) -> None:
    question = "how long is the warranty on 10266"
    before = await dialogue.say(question, "ask_warranty_policy", order_number="10266")
    assert "utter_products_recall" not in before.names
    await sign_in(dialogue, "c-1012")
    after = await dialogue.say(question, "ask_warranty_policy", order_number="10266")
    assert after.names[0] == "utter_products_recall"


async def test_what_goes_with_a_product(dialogue: Dialogue) -> None:
    answer = await dialogue.say("what goes with the hiillos grill", RECOMMEND)
    assert answer.names == ["utter_products_goes_with"]
    assert "Cover for the Hiillos grill: €34.90" in answer.texts[0]


async def test_an_upgrade_is_suggested_or_said_to_be_missing(dialogue: Dialogue) -> None:
    answer = await dialogue.say("upgrade for my old tuisku blender?", RECOMMEND)
    assert answer.names == ["utter_products_upgrades"]
    none = await dialogue.say("anything better than the rauta pan", RECOMMEND)
    assert none.names == ["utter_products_upgrades_none"]


async def test_that_nothing_fits_is_said(dialogue: Dialogue) -> None:
    answer = await dialogue.say("what goes with the raanu throw", RECOMMEND)
    assert answer.names == ["utter_products_nothing_fits"]


async def test_a_kind_of_goods_is_suggested_from_what_is_in_stock(dialogue: Dialogue) -> None:
    answer = await dialogue.press('/ask_recommendation{"category": "garden"}')
    assert answer.names == ["utter_products_category"]
    assert "Hiillos" in answer.texts[0]
    assert "Lampi" not in answer.texts[0]
    cheap = await dialogue.say("something for the garden under €50", RECOMMEND)
    assert cheap.names == ["utter_products_category_budget"]
    assert "Hiillos charcoal" not in cheap.texts[0]


async def test_without_any_hint_the_kind_is_asked_for(dialogue: Dialogue) -> None:
    assert (await dialogue.say("what would you pick", RECOMMEND)).names == ["utter_products_which_kind"]


def offers(answer: Answer) -> list[str]:
    return [
        text for name, text in zip(answer.names, answer.texts, strict=True) if name.endswith("_fitting_offer")
    ]


async def test_something_that_fits_is_offered_once(dialogue: Dialogue, sign_in: SignIn) -> None:
    await sign_in(dialogue, "c-1001")
    first = await dialogue.say("how heavy is the tuisku blender", INFO)
    assert offers(first) == ["By the way, Tuisku Pro blender goes with your Tuisku blender: €149.00."]
    again = await dialogue.say("how loud is the tuisku blender", INFO)
    assert offers(again) == []


async def test_nothing_is_offered_on_what_the_customer_does_not_have(
    dialogue: Dialogue, sign_in: SignIn
) -> None:
    assert offers(await dialogue.say("how heavy is the tuisku blender", INFO)) == []
    await sign_in(dialogue, "c-1001")
    assert offers(await dialogue.say("how heavy is the kaiku speaker", INFO)) == []


@pytest.mark.parametrize("trouble", ["complain", "report_delivery_problem", "start_service_plan_claim"])
async def test_nothing_is_offered_after_a_complaint(
    dialogue: Dialogue, sign_in: SignIn, trouble: str
) -> None:
    await sign_in(dialogue, "c-1001")
    dialogue.events.append({"event": "user", "text": "x", "parse_data": {"intent": {"name": trouble}}})
    assert offers(await dialogue.say("how heavy is the tuisku blender", INFO)) == []


async def test_nothing_is_offered_beside_angry_words(
    dialogue: Dialogue, sign_in: SignIn, demo_shop: Runtime
) -> None:
    await sign_in(dialogue, "c-1001")
    async with demo_shop.database.transaction() as session:
        conversation = await conversation_of(session, dialogue.dialogue_id)
        said = NewEntry(author=Author.CUSTOMER, text="this is terrible, the jar is broken")
        await append(session, conversation.id, said, demo_shop.clock())
    assert offers(await dialogue.say("how heavy is the tuisku blender", INFO)) == []


async def test_an_order_opened_by_postcode_tells_nothing_of_what_is_in_it(
    dialogue: Dialogue, demo_shop: Runtime
) -> None:
    await open_order(demo_shop, dialogue.dialogue_id, "10266", "5019")
    question = await dialogue.say("the warranty on 10266?", "ask_warranty_policy", order_number="10266")
    assert "utter_products_recall" not in question.names


@pytest.mark.parametrize(("status", "offered"), [("requested", 0), ("received", 0), ("refunded", 1)])
async def test_nothing_is_offered_while_a_return_is_open(
    dialogue: Dialogue, sign_in: SignIn, demo_shop: Runtime, status: str, offered: int
) -> None:
    await sign_in(dialogue, "c-1001")
    returned = Return(
        number="R-9",
        idempotency_key="k",
        order_number="10482",
        lines=[],
        kind="refund",
        reason="changed_mind",
        condition={},
        method="drop_off",
        status=status,
        refund_to="original",
        amount=Decimal(1),
        currency="EUR",
        rule_id="returns.window",
        requested_at=demo_shop.clock(),
    )
    async with demo_shop.database.transaction() as session:
        session.add(returned)
    assert len(offers(await dialogue.say("how heavy is the tuisku blender", INFO))) == offered


async def test_nothing_is_offered_while_a_parcel_is_late(dialogue: Dialogue, sign_in: SignIn) -> None:
    await sign_in(dialogue, "c-1002")
    assert offers(await dialogue.say("how heavy is the hiillos grill", INFO)) == []


async def test_a_product_that_was_imported_just_now_is_found(
    dialogue: Dialogue, demo_shop: Runtime, import_products: ImportProducts
) -> None:
    assert (await dialogue.say("how much is the zorblatt", INFO)).names == ["utter_products_not_found"]
    await import_products(name="Zorblatt 3000", sku="zb-3000", prices={"EUR": "12.00"})
    assert (await dialogue.say("how much is the zorblat", INFO)).texts == ["Zorblatt 3000 costs €12.00."]
    await import_products(name="Zorblatt 3000", sku="zb-3000", prices={"EUR": "15.00"})
    assert (await dialogue.say("how much is the zorblatt", INFO)).texts == ["Zorblatt 3000 costs €15.00."]


@pytest.mark.parametrize("intent", ["ask_order_status", "ask_return_policy"])
async def test_a_recall_comes_before_what_is_told_of_an_order(
    dialogue: Dialogue, sign_in: SignIn, intent: str
) -> None:
    await sign_in(dialogue, "c-1012")
    answer = await dialogue.say("what about order 10266", intent, order_number="10266")
    assert answer.names[0] == "utter_products_recall"
    assert answer.names.count("utter_products_recall") == 1
    assert len(answer.names) > 1


@pytest.mark.parametrize("intent", ["nlu_fallback", "out_of_scope"])
async def test_a_named_product_is_answered_though_the_question_was_hardly_understood(
    dialogue: Dialogue, intent: str
) -> None:
    await hear(dialogue, "how do i assemble the bookcase", intent, ask_product_info=0.5)
    assert dialogue.slots["product_sku"] == "kaarna-bookcase"
    answer = await hear(dialogue, "what colours", intent, ask_product_info=0.1)
    assert answer.names[0].startswith("utter_products_")
    answer = await hear(dialogue, "what is the capital of france", intent, ask_product_info=0.05)
    assert answer.names == [NOT_UNDERSTOOD[intent]]


async def test_tools_are_no_wool(dialogue: Dialogue) -> None:
    await dialogue.say("how do i assemble the kaarna bookcase", INFO)
    answer = await dialogue.say("any tools needed", INFO)
    assert answer.names == ["utter_products_assembly_takes"]
    assert dialogue.slots["product_sku"] == "kaarna-bookcase"


async def test_a_short_word_with_another_first_letter_names_nothing(dialogue: Dialogue) -> None:
    assert (await dialogue.say("how much are the pools", INFO)).names == ["utter_products_not_found"]


async def test_trouble_with_a_product_is_no_question_about_it(dialogue: Dialogue) -> None:
    answer = await hear(dialogue, "my grill price its late", "out_of_scope", ask_order_status=0.45)
    assert answer.names == ["utter_smalltalk_out_of_scope"]


async def test_after_an_order_it_is_what_was_bought(dialogue: Dialogue, sign_in: SignIn) -> None:
    await dialogue.say("how much is the tuisku blender", INFO)
    await sign_in(dialogue, "c-1002")
    await dialogue.say("where is my order", "ask_order_status")
    answer = await dialogue.say("how much is it", INFO)
    assert "Hiillos charcoal grill costs" in answer.texts[0]


async def test_after_an_order_of_several_things_the_product_is_asked_for(
    dialogue: Dialogue, sign_in: SignIn
) -> None:
    await sign_in(dialogue, "c-1014")
    await dialogue.say("where is my order", "ask_order_status")
    assert (await dialogue.say("how much is it", INFO)).names == ["utter_products_not_found"]


NOT_UNDERSTOOD = {
    "nlu_fallback": "utter_smalltalk_not_understood",
    "out_of_scope": "utter_smalltalk_out_of_scope",
}


async def hear(dialogue: Dialogue, text: str, intent: str, **others: float) -> Answer:
    """A message that was taken for one thing, and hardly for others."""
    ranking = [{"name": intent, "confidence": 0.6}]
    ranking += [{"name": name, "confidence": confidence} for name, confidence in others.items()]
    return await dialogue.hear(
        {"text": text, "intent": ranking[0], "entities": [], "intent_ranking": ranking}
    )
