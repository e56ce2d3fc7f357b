import math

import numpy as np
import pytest

from bot.nlu.encoders import embed
from bot.nlu.intent_model import IntentModel
from bot.nlu.text import fold


@pytest.fixture(scope="module")
def model() -> IntentModel:
    examples = {
        "ask_order_status": ["where is my parcel", "when does my order come", "track it"],
        "thank": ["thanks", "thank you so much", "cheers"],
        "complain": ["this is awful", "worst service ever", "i am furious"],
    }
    pairs = [(text, label) for label, texts in examples.items() for text in texts]
    return IntentModel().fit([text for text, _ in pairs], [label for _, label in pairs])


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("has the package been dispatched yet", "ask_order_status"),
        ("much appreciated", "thank"),
        ("terrible, never again", "complain"),
    ],
)
def test_other_words_with_the_same_meaning_are_understood(model: IntentModel, text: str, label: str) -> None:
    assert model.rank(text)[0][0] == label


def test_a_ranking_holds_every_intent_and_sums_to_one(model: IntentModel) -> None:
    ranking = model.rank("hello")
    assert sorted(name for name, _ in ranking) == model.labels
    assert math.isclose(sum(confidence for _, confidence in ranking), 1.0, rel_tol=1e-6)


@pytest.mark.parametrize("text", ["", "   ", "👍", "\u200b", "a" * 1000, "ä" * 500, "\n\t"])
def test_odd_texts_get_a_ranking_too(model: IntentModel, text: str) -> None:
    assert len(model.rank(text)) == 3


def test_a_text_has_the_same_vector_alone_and_among_others() -> None:
    texts = ["where is my order", "thanks"]
    assert np.allclose(embed(texts)[0], embed(texts[:1])[0], atol=1e-5)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Where's  #10482?", "where's ordernumber ?"),
        ("CLM-2026-000123 news", "claimnumber news"),
        ("mail a.b@c.fi now", "mail emailaddress now"),
        ("It’s 3,50", "it's 7"),
    ],
)
def test_folding_replaces_values_by_their_kind(text: str, folded: str) -> None:
    assert fold(text) == folded
