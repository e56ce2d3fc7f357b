"""The arithmetic of `python -m bot.nlu.evaluate`: predictions in, lines of a report out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

# What the bot does when it does not take a message for one of its own tasks.
REFUSALS = frozenset({"out_of_scope", "nlu_fallback", "clarify"})
OUT_OF_SCOPE = "out_of_scope"
_CONFUSIONS = 15


@dataclass(frozen=True)
class Sample:
    """One line of an evaluation file."""

    text: str
    language: str
    label: str


@dataclass(frozen=True)
class Outcome:
    """What the model made of a sample: the raw ranking, and what would be acted on."""

    sample: Sample
    ranking: tuple[str, ...]
    decision: str
    milliseconds: float

    def within(self, places: int) -> bool:
        """Whether the right intent is among the first places of the raw ranking."""
        return self.sample.label in self.ranking[:places]


def report(outcomes: Sequence[Outcome]) -> list[str]:
    """The whole report."""
    return [
        *_by_language(outcomes),
        *_by_intent(outcomes),
        *_confusions(outcomes),
        *_decisions(outcomes),
        _speed(outcomes),
        *_answered(outcomes),
    ]


def share(outcomes: Sequence[Outcome], places: int) -> float:
    """The share of outcomes whose right intent is among the first places."""
    return sum(outcome.within(places) for outcome in outcomes) / len(outcomes)


def _by_language(outcomes: Sequence[Outcome]) -> list[str]:
    languages = dict.fromkeys(outcome.sample.language for outcome in outcomes)
    groups = {name: [o for o in outcomes if o.sample.language == name] for name in languages}
    return [_scores(name, group) for name, group in groups.items()]


def _scores(name: str, group: Sequence[Outcome]) -> str:
    return f"{name}: top-1 {share(group, 1):.2f} top-2 {share(group, 2):.2f} {len(group)}"


def _by_intent(outcomes: Sequence[Outcome]) -> list[str]:
    labels = sorted({outcome.sample.label for outcome in outcomes})
    groups = {label: [o for o in outcomes if o.sample.label == label] for label in labels}
    return ["", "by intent", *(f"  {_scores(label, group)}" for label, group in groups.items())]


def _confusions(outcomes: Sequence[Outcome]) -> list[str]:
    pairs = Counter((o.sample.label, o.ranking[0]) for o in outcomes if not o.within(1))
    common = pairs.most_common(_CONFUSIONS)
    lines = [f"  {wanted} taken for {got}: {count}" for (wanted, got), count in common]
    return ["", "confusions", *(lines or ["  none"])]


def _decisions(outcomes: Sequence[Outcome]) -> list[str]:
    """What a customer meets: an answer to another question, or a needless "I do not understand"."""
    inside = [outcome for outcome in outcomes if outcome.sample.label != OUT_OF_SCOPE]
    if not inside:
        return []
    refused = [o for o in inside if o.decision in REFUSALS]
    wrong = [o for o in inside if o.decision not in REFUSALS and o.decision != o.sample.label]
    needless = [o for o in refused if o.within(1)]
    rates = [f"{len(group) / len(inside):.2f}" for group in (refused, needless, wrong)]
    line = "in scope: not understood {}, of all needlessly {}, taken for another {}".format(*rates)
    return ["", line]


def _speed(outcomes: Sequence[Outcome]) -> str:
    times = sorted(outcome.milliseconds for outcome in outcomes)
    middle, late = times[len(times) // 2], times[int(len(times) * 0.95)]
    return f"ms per message: {sum(times) / len(times):.1f} (median {middle:.1f}, 95 % below {late:.1f})"


def _answered(outcomes: Sequence[Outcome]) -> list[str]:
    outside = [outcome for outcome in outcomes if outcome.sample.label == OUT_OF_SCOPE]
    if not outside:
        return []
    answered = sum(outcome.decision not in REFUSALS for outcome in outside)
    return [f"out_of_scope answered: {answered / len(outside):.2f}"]
