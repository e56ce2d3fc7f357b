"""The statistical model of intents, free of Rasa: texts and labels in, ranked intents out.

One linear classifier over three views of a text. The sentence encoders know that a parcel is a package
though no example said so; words and letters know the shop's own terms, and forgive typing errors.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu.encoders import Vectors, embed
from bot.nlu.softmax import Features, SoftmaxRegression
from bot.nlu.text import fold

_WORD = r"(?u)\b\w+\b|[?!]"

Ranking = list[tuple[str, float]]


class IntentModel:
    """Ranks intents for a text."""

    def __init__(self) -> None:
        shared = {"sublinear_tf": True, "dtype": np.float32}
        self._words = TfidfVectorizer(token_pattern=_WORD, ngram_range=(1, 2), **shared)
        self._letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), min_df=3, **shared)
        self._classifier = SoftmaxRegression(c=10.0, iterations=45)

    def fit(self, texts: Sequence[str], labels: Sequence[str], vectors: Vectors | None = None) -> IntentModel:
        """Learn from examples; `vectors` are the texts' own if they are known already."""
        folded = [fold(text) for text in texts]
        self._words.fit(folded)
        self._letters.fit(folded)
        self._classifier.fit(self._features(texts, vectors), labels)
        return self

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """A row for each text, a column for each of `labels`."""
        return self._classifier.probabilities(self._features(texts))

    @property
    def labels(self) -> list[str]:
        """The intents it knows, in the order of the columns."""
        return self._classifier.labels

    def rank(self, text: str) -> Ranking:
        """All intents, the likeliest first."""
        row = self.probabilities([text])[0]
        return sorted(zip(self.labels, map(float, row), strict=True), key=lambda pair: -pair[1])

    def _features(self, texts: Sequence[str], vectors: Vectors | None = None) -> Features:
        folded = [fold(text) for text in texts]
        surface = sparse.hstack([self._words.transform(folded), self._letters.transform(folded)])
        return Features(dense=embed(texts) if vectors is None else vectors, sparse=surface.tocsr())
