"""The floor under understanding, on sentences that were kept out of the training data."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.nlu.evaluate import judge, known_intents, load_agent
from bot.nlu.places import ROOT, newest_model
from bot.nlu.samples import read_samples
from bot.nlu.scores import OUT_OF_SCOPE, REFUSALS, Outcome, share

HELD_OUT = ROOT / "tests/nlu/heldout_en.jsonl"


@pytest.fixture(scope="module")
def outcomes() -> Sequence[Outcome]:
    model = newest_model()
    assert model is not None, "train first: make train"
    agent = load_agent(model)
    return asyncio.run(judge(agent, read_samples(HELD_OUT, known_intents(agent))))


def refused(outcomes: Sequence[Outcome]) -> float:
    return sum(outcome.decision in REFUSALS for outcome in outcomes) / len(outcomes)


def test_the_right_intent_comes_first(outcomes: Sequence[Outcome]) -> None:
    assert share(outcomes, 1) >= 0.90


def test_the_right_intent_is_among_the_first_two(outcomes: Sequence[Outcome]) -> None:
    assert share(outcomes, 2) >= 0.96


def test_what_is_not_ours_is_refused(outcomes: Sequence[Outcome]) -> None:
    assert refused([outcome for outcome in outcomes if outcome.sample.label == OUT_OF_SCOPE]) >= 0.85


def test_customers_are_seldom_refused_needlessly(outcomes: Sequence[Outcome]) -> None:
    understood = [o for o in outcomes if o.sample.label != OUT_OF_SCOPE and o.within(1)]
    assert refused(understood) <= 0.06
