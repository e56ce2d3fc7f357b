from pathlib import Path

import pytest

from bot.nlu.samples import BadSamples, read_samples
from bot.nlu.scores import Outcome, Sample, report

INTENTS = frozenset({"greet", "thank", "out_of_scope"})


def outcome(label: str, ranking: tuple[str, ...], decision: str, language: str = "en") -> Outcome:
    return Outcome(Sample("hello", language, label), ranking, decision, milliseconds=4.0)


OUTCOMES = [
    outcome("greet", ("greet", "thank"), "greet"),
    outcome("greet", ("thank", "greet"), "thank"),
    outcome("greet", ("greet", "thank"), "nlu_fallback"),
    outcome("thank", ("greet", "out_of_scope", "thank"), "greet", language="fi"),
    outcome("out_of_scope", ("greet", "thank"), "nlu_fallback"),
    outcome("out_of_scope", ("greet", "out_of_scope"), "greet"),
    outcome("out_of_scope", ("out_of_scope", "greet"), "out_of_scope"),
]


def test_each_language_gets_one_line_over_the_raw_ranking() -> None:
    assert report(OUTCOMES)[:2] == ["en: top-1 0.50 top-2 0.83 6", "fi: top-1 0.00 top-2 0.00 1"]


def test_out_of_scope_counts_as_answered_unless_refused() -> None:
    assert "out_of_scope answered: 0.33" in report(OUTCOMES)


def test_needless_fallbacks_and_wrong_answers_are_told_apart() -> None:
    line = "in scope: not understood 0.25, of all needlessly 0.25, taken for another 0.50"
    assert line in report(OUTCOMES)


def test_confusions_and_intents_and_speed_are_reported() -> None:
    lines = report(OUTCOMES)
    assert "  thank taken for greet: 1" in lines
    assert "  greet: top-1 0.67 top-2 1.00 3" in lines
    assert "ms per message: 4.0 (median 4.0, 95 % below 4.0)" in lines


def test_a_file_without_out_of_scope_lines_says_nothing_of_them() -> None:
    assert not any("answered" in line for line in report(OUTCOMES[:2]))


def test_good_lines_are_read_and_blank_ones_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text('{"text": "hi", "lang": "en", "label": "greet"}\n\n', encoding="utf-8")
    assert read_samples(file, INTENTS) == [Sample("hi", "en", "greet")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not JSON"),
        ("[]", "not an object"),
        ('{"lang": "en", "label": "greet"}', "text: missing"),
        ('{"text": "hi", "lang": "xx", "label": "greet"}', "lang: 'xx' is not one of"),
        ('{"text": "hi", "lang": "en", "label": "hallo"}', "label: 'hallo' is not an intent"),
    ],
)
def test_a_bad_line_is_refused_with_file_line_and_reason(tmp_path: Path, line: str, reason: str) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text(f'{{"text": "hi", "lang": "en", "label": "greet"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(BadSamples) as refused:
        read_samples(file, INTENTS)
    assert str(refused.value).startswith(f"{file}:2: {reason}")


def test_a_missing_or_empty_file_is_refused(tmp_path: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    for file in (empty, tmp_path / "none.jsonl"):
        with pytest.raises(BadSamples, match=file.name):
            read_samples(file, INTENTS)
