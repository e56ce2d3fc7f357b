"""Questions without a verb or a subject go on with what was just talked of, whatever they were taken for."""

from collections.abc import Sequence

import pytest

from tests.actions.dialogue import Answer, Dialogue

Said = tuple[str, str]


async def _talk(dialogue: Dialogue, said: Sequence[Said]) -> Answer:
    answers = [await dialogue.say(text, intent) for text, intent in said]
    return answers[-1]


SWEDEN: Said = ("shipping cost sweden", "ask_shipping_policy")
TOASTER: Said = ("I bought a toaster 3 weeks ago, can I still return it?", "ask_return_policy")
BLENDER: Said = ("how long is the warranty on a blender", "ask_warranty_policy")


@pytest.mark.parametrize(
    ("said", "response", "words"),
    [
        ([SWEDEN, ("and to Finland?", "nlu_fallback")], "utter_shipping_cost_free_from", "Finland"),
        ([SWEDEN, ("and how about Spain", "out_of_scope")], "utter_shipping_cost_free_from", "Spain"),
        ([SWEDEN, ("actually, make that Latvia", "out_of_scope")], "utter_shipping_cost_free_from", "Latvia"),
        (
            [SWEDEN, ("and how long does it take?", "ask_product_info")],
            "utter_shipping_time_express",
            "Sweden",
        ),
        ([SWEDEN, ("can i get it tomorrow", "out_of_scope")], "utter_shipping_express_slower", "Sweden"),
        ([SWEDEN, ("what about furniture", "nlu_fallback")], "utter_shipping_cost", "€79"),
        ([TOASTER, ("and a duvet?", "nlu_fallback")], "utter_returns_window", "Bedding"),
        ([TOASTER, ("what about a duvet?", "ask_recommendation")], "utter_returns_window", "Bedding"),
        ([TOASTER, ("who pays", "out_of_scope")], "utter_returns_who_pays_all", "Finland: €4.90"),
        (
            [TOASTER, ("And who would be paying for the postage in such a case?", "ask_shipping_policy")],
            "utter_returns_who_pays_all",
            "Finland: €4.90",
        ),
        (
            [TOASTER, ("and if I lost the receipt?", "inform")],
            "utter_returns_proof_no_receipt",
            "bank statement",
        ),
        ([BLENDER, ("what about the motor", "ask_product_info")], "utter_warranty_parts_one", "5 years"),
        ([BLENDER, ("filters?", "ask_product_info")], "utter_warranty_parts_one", "6 months"),
        ([BLENDER, ("do I need the receipt", "ask_return_policy")], "utter_warranty_proof", "receipt"),
        ([BLENDER, ("and in the UK?", "ask_shipping_policy")], "utter_warranty_length_liability", "6 years"),
    ],
)
async def test_a_short_question_goes_on(
    dialogue: Dialogue, said: list[Said], response: str, words: str
) -> None:
    answer = await _talk(dialogue, said)
    assert answer.names == [response]
    assert words in answer.texts[0]


@pytest.mark.parametrize(
    ("said", "response"),
    [
        ([SWEDEN, ("how long is the warranty", "ask_warranty_policy")], "utter_warranty_length_all"),
        ([SWEDEN, ("who won the election", "out_of_scope")], "utter_smalltalk_out_of_scope"),
        ([SWEDEN, ("what is the weather in Sweden", "out_of_scope")], "utter_smalltalk_out_of_scope"),
        ([SWEDEN, ("and your cat?", "nlu_fallback")], "utter_smalltalk_not_understood"),
        ([SWEDEN, ("it's for my mother", "inform")], "utter_smalltalk_bare_answer"),
        ([("hi", "greet"), ("and to Finland?", "nlu_fallback")], "utter_smalltalk_not_understood"),
    ],
)
async def test_what_adds_nothing_to_the_last_question_does_not_go_on(
    dialogue: Dialogue, said: list[Said], response: str
) -> None:
    assert (await _talk(dialogue, said)).names == [response]


async def test_goods_with_a_fact_wanted_stay_a_question_on_the_product(dialogue: Dialogue) -> None:
    answer = await _talk(dialogue, [SWEDEN, ("and how much is the blender?", "ask_product_info")])
    assert all(name.startswith("utter_products_") for name in answer.names)


async def test_thanks_in_between_do_not_end_the_subject(dialogue: Dialogue) -> None:
    answer = await _talk(dialogue, [SWEDEN, ("thanks", "thank"), ("and to Finland?", "nlu_fallback")])
    assert "Finland" in answer.texts[0]


async def test_going_on_ends_the_count_of_misses(dialogue: Dialogue) -> None:
    await _talk(dialogue, [SWEDEN, ("blargh", "nlu_fallback"), ("and to Finland?", "nlu_fallback")])
    assert dialogue.slots["misses"] == 0


async def test_a_likely_guess_is_trusted_when_the_words_bear_it_out(dialogue: Dialogue) -> None:
    ranking = [
        {"name": "ask_shipping_policy", "confidence": 0.4},
        {"name": "ask_order_status", "confidence": 0.3},
    ]
    answer = await dialogue.hear(
        {
            "text": "how mcuh is shiping to germny",
            "intent": {"name": "nlu_fallback", "confidence": 0.5},
            "entities": [],
            "intent_ranking": ranking,
        }
    )
    assert "Germany" in answer.texts[0]
    unlikely = await dialogue.say("germny germny germny germny germny germny germny", "nlu_fallback")
    assert unlikely.names == ["utter_smalltalk_not_understood"]


@pytest.mark.parametrize(
    ("text", "intent", "response"),
    [
        ("how long is a gift card valid?", "ask_return_policy", "utter_sales_gift_cards"),
        ("can I return a gift card", "ask_return_policy", "utter_returns_exceptions"),
        ("can I return a lamp from the sale", "ask_return_policy", "utter_returns_window"),
        ("what is the price to send it to Sweden", "ask_shipping_policy", "utter_shipping_cost_free_from"),
    ],
)
async def test_a_question_is_on_the_policy_it_names(
    dialogue: Dialogue, text: str, intent: str, response: str
) -> None:
    assert (await dialogue.say(text, intent)).names == [response]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("do you deliver to po boxes", "ask_shipping_policy"),
        ("kerbside delivery?", "ask_shipping_policy"),
        ("can you deliver to the third floor", "ask_shipping_policy"),
        ("is delivery carbon neutral", "ask_shipping_policy"),
        ("can I return it after Christmas?", "ask_return_policy"),
        ("are extended holiday returns a thing", "ask_return_policy"),
        ("is the warranty valid for an e-bike", "ask_warranty_policy"),
        ("which brands are excluded from sales", "ask_sales_policy"),
    ],
)
async def test_what_the_policy_leaves_open_is_said_and_left_to_staff(
    dialogue: Dialogue, text: str, intent: str
) -> None:
    answer = await dialogue.say(text, intent)
    assert answer.names == ["utter_policy_not_said"]
    assert answer.buttons[0]["payload"].startswith("/leave_message")


async def test_what_the_policy_does_say_follows_what_it_leaves_open(dialogue: Dialogue) -> None:
    answer = await dialogue.say("are any brands excluded from price matching", "ask_sales_policy")
    assert answer.names == ["utter_policy_not_said", "utter_sales_price_match"]


@pytest.mark.parametrize(
    ("text", "intent", "said_already"),
    [
        ("do you ship to Estonia", "ask_shipping_policy", {"Delivery cost", "Delivery time"}),
        ("how much is shipping to Norway", "ask_shipping_policy", {"Delivery cost", "Free delivery"}),
        (
            "shipping policy for Norway",
            "ask_shipping_policy",
            {"Delivery cost", "Delivery time", "Free delivery"},
        ),
    ],
)
async def test_no_button_offers_what_was_just_said(
    dialogue: Dialogue, text: str, intent: str, said_already: set[str]
) -> None:
    answer = await dialogue.say(text, intent)
    assert not said_already & {button["title"] for button in answer.buttons}


async def test_a_part_is_not_looked_up_in_goods_that_were_talked_of_before(dialogue: Dialogue) -> None:
    said = [
        ("can I return a mattress", "ask_return_policy"),
        ("is the battery covered?", "ask_warranty_policy"),
    ]
    answer = await _talk(dialogue, said)
    assert answer.names == ["utter_warranty_parts_one"]
    assert "1 year" in answer.texts[0]


async def test_a_country_after_an_answer_that_holds_everywhere_asks_how_to_return(dialogue: Dialogue) -> None:
    said = [("can I return an opened toaster", "ask_return_policy"), ("I live in Sweden", "inform")]
    answer = await _talk(dialogue, said)
    assert answer.names == ["utter_returns_how"]
    assert "Sweden" in answer.texts[0]


@pytest.mark.parametrize(
    ("text", "intent", "response"),
    [
        ("how mcuh is shiping to germny", "out_of_scope", "utter_shipping_overview_free_from"),
        ("can i retrun a opend cofee machine", "nlu_fallback", "utter_returns_window_all"),
        ("I went shopping with friends", "out_of_scope", "utter_smalltalk_out_of_scope"),
        ("write a poem about shipping", "out_of_scope", "utter_smalltalk_out_of_scope"),
    ],
)
async def test_a_misspelt_policy_word_is_read(
    dialogue: Dialogue, text: str, intent: str, response: str
) -> None:
    assert (await dialogue.say(text, intent)).names == [response]


async def test_goods_of_two_kinds_get_two_answers(dialogue: Dialogue) -> None:
    answer = await dialogue.say("return window for headphones and for a duvet?", "ask_return_policy")
    assert ["21 days" in answer.texts[0], "60 days" in answer.texts[1]] == [True, True]


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("can I get it to the US tomorrow", "utter_shipping_express_slower"),
        ("can I get it to Finland tomorrow", "utter_shipping_express"),
        ("same day delivery in Finland?", "utter_shipping_express_slower"),
        ("express to the US?", "utter_shipping_express"),
    ],
)
async def test_a_day_that_express_cannot_keep_gets_a_no(dialogue: Dialogue, text: str, response: str) -> None:
    assert (await dialogue.say(text, "ask_shipping_policy")).names == [response]


async def test_what_was_bought_on_sale_is_told_apart_after_a_price_drop(dialogue: Dialogue) -> None:
    said = [
        ("if the price drops do I get the difference", "ask_sales_policy"),
        ("what if it was on sale already", "ask_sales_policy"),
    ]
    assert (await _talk(dialogue, said)).names == ["utter_sales_price_adjustment_not_on_sale"]


async def test_staff_come_first_where_something_is_left_open(dialogue: Dialogue) -> None:
    answer = await dialogue.say("are any brands excluded from price matching", "ask_sales_policy")
    assert answer.buttons[0]["payload"].startswith("/leave_message")
    assert len(answer.buttons) <= 4


@pytest.mark.parametrize(
    ("said", "response"),
    [
        (
            [("do I need the receipt to return it", "ask_return_policy"), ("and a duvet?", "inform")],
            "utter_returns_window",
        ),
        (
            [BLENDER, ("and if I drop it?", "inform"), ("and in the UK?", "inform")],
            "utter_warranty_liability",
        ),
    ],
)
async def test_an_answer_that_holds_for_all_is_not_said_again(
    dialogue: Dialogue, said: list[Said], response: str
) -> None:
    assert (await _talk(dialogue, said)).names == [response]
