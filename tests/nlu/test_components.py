from typing import Any

import pytest
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.evaluate import raw_ranking
from bot.nlu.fallback import FallbackWhenUnsure
from bot.nlu.language import LanguageFromMetadata

LIMITS = {"threshold": 0.3, "ambiguity_threshold": 0.05, "out_of_scope_doubt": 0.15}


def said(ranking: dict[str, float]) -> Message:
    entries = [{"name": name, "confidence": confidence} for name, confidence in ranking.items()]
    return Message({TEXT: "hello", INTENT: entries[0], INTENT_RANKING_KEY: entries})


def decision(ranking: dict[str, float]) -> str:
    (message,) = FallbackWhenUnsure(LIMITS).process([said(ranking)])
    return str(message.get(INTENT)["name"])


def test_a_clear_intent_stands() -> None:
    assert decision({"greet": 0.8, "thank": 0.1, "out_of_scope": 0.1}) == "greet"


@pytest.mark.parametrize(
    "ranking",
    [
        pytest.param({"greet": 0.29, "thank": 0.1}, id="weak"),
        pytest.param({"greet": 0.45, "thank": 0.41}, id="two as good"),
        pytest.param({"greet": 0.6, "out_of_scope": 0.2}, id="perhaps not ours"),
    ],
)
def test_an_unsure_intent_becomes_the_fallback(ranking: dict[str, float]) -> None:
    assert decision(ranking) == "nlu_fallback"


def test_out_of_scope_stands_even_when_weak() -> None:
    assert decision({"out_of_scope": 0.25, "greet": 0.24}) == "out_of_scope"


def test_the_raw_ranking_stays_behind_the_fallback() -> None:
    (message,) = FallbackWhenUnsure(LIMITS).process([said({"greet": 0.2, "thank": 0.1})])
    assert raw_ranking({"intent_ranking": message.get(INTENT_RANKING_KEY)}) == ("greet", "thank")


def languages(metadata: Any) -> list[str]:
    (message,) = LanguageFromMetadata().process([Message({TEXT: "hei", METADATA: metadata})])
    return [entity["value"] for entity in message.get(ENTITIES, []) if entity["entity"] == "language"]


@pytest.mark.parametrize("language", ["en", "fi", "fil"])
def test_the_gateways_language_becomes_an_entity(language: str) -> None:
    assert languages({"language": language, "seq": 4}) == [language]


@pytest.mark.parametrize("metadata", [None, {}, {"language": "sv"}, {"language": ["fi"]}, "fi"])
def test_other_metadata_leaves_the_language_alone(metadata: Any) -> None:
    assert languages(metadata) == []
