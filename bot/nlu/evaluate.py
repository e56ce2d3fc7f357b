"""`python -m bot.nlu.evaluate FILE`: how well the newest model understands labelled messages.

Rasa's own code runs the whole pipeline in this process, so the decision is the one production makes.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.nlu.environment import quiet
from bot.nlu.places import newest_model
from bot.nlu.samples import BadSamples, read_samples
from bot.nlu.scores import Outcome, Sample, report

if TYPE_CHECKING:
    from rasa.core.agent import Agent

FALLBACK = "nlu_fallback"
# Rasa counts `out_of_scope` among its own too; with us it is an intent like the others.
_RASAS_OWN = frozenset({"restart", "back", "session_start", FALLBACK})
# The gateway passes on no more of a message than this.
_LONGEST_TEXT = 1000


def main(arguments: list[str] | None = None) -> int:
    """Print the report for one file; refuse a bad file with exit status 2."""
    parser = argparse.ArgumentParser(prog="python -m bot.nlu.evaluate", description=main.__doc__)
    parser.add_argument("file", type=_absolute, help='JSON Lines of {"text", "lang", "label"}')
    options = parser.parse_args(arguments)
    quiet()
    model = newest_model()
    if model is None:
        print("There is no trained model: run `make train` first.", file=sys.stderr)
        return 1
    agent = load_agent(model)
    try:
        samples = read_samples(options.file, known_intents(agent))
    except BadSamples as problem:
        print(problem, file=sys.stderr)
        return 2
    print("\n".join(report(asyncio.run(judge(agent, samples)))))
    return 0


def _absolute(name: str) -> Path:
    # Before the working directory changes.
    return Path(name).resolve()


def load_agent(model: Path) -> Agent:
    """Rasa with this model, in this process."""
    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    from bot.nlu import patches

    patches.apply()
    # Rasa would print every message it parses between the lines of the report.
    configure_structlog(logging.WARNING)
    return Agent.load(str(model))


def known_intents(agent: Agent) -> frozenset[str]:
    """The intents of the domain, without Rasa's own."""
    return frozenset(agent.domain.intents if agent.domain else ()) - _RASAS_OWN


async def judge(agent: Agent, samples: Sequence[Sample]) -> list[Outcome]:
    """Parse every sample as a message of the gateway would be."""
    return [await _judge_one(agent, sample) for sample in samples]


async def _judge_one(agent: Agent, sample: Sample) -> Outcome:
    from rasa.core.channels.channel import UserMessage

    message = UserMessage(sample.text[:_LONGEST_TEXT], metadata={"language": sample.language})
    started = time.perf_counter()
    parsed = await agent.processor.parse_message(message)  # type: ignore[union-attr]
    milliseconds = (time.perf_counter() - started) * 1000
    return Outcome(sample, raw_ranking(parsed), str(parsed["intent"]["name"]), milliseconds)


def raw_ranking(parsed: dict[str, Any]) -> tuple[str, ...]:
    """The intents as the classifier ranked them, before the fallback put itself first."""
    names = (str(entry["name"]) for entry in parsed["intent_ranking"])
    return tuple(name for name in names if name != FALLBACK)


if __name__ == "__main__":
    sys.exit(main())
