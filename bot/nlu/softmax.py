"""Multinomial logistic regression over dense and sparse features side by side.

scikit-learn would need one matrix: the sentence vectors stored as sparse make it five times slower, the
words stored as dense do not fit into memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import logsumexp

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Features:
    """Rows of texts: their dense and their sparse columns."""

    dense: Matrix
    sparse: sparse.csr_matrix


class SoftmaxRegression:
    """Classes weigh alike, however many examples each has; `c` is the inverse of the L2 penalty."""

    def __init__(self, c: float, iterations: int = 100) -> None:
        self._c = c
        self._iterations = iterations
        self.labels: list[str] = []
        self._dense = self._sparse = self._bias = np.zeros((0, 0), dtype=np.float32)

    def fit(self, features: Features, labels: Sequence[str]) -> SoftmaxRegression:
        """Find the weights."""
        self.labels, classes = (part.tolist() for part in np.unique(list(labels), return_inverse=True))
        wanted = np.eye(len(self.labels), dtype=np.float32)[classes]
        weights = (len(wanted) / len(self.labels) / wanted.sum(axis=0))[classes][:, None]
        transposed = sparse.csr_matrix(features.sparse.T)

        def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            self._unpack(flat, features)
            scores = self._scores(features)
            logs = scores - logsumexp(scores, axis=1, keepdims=True)
            errors = (weights * (np.exp(logs) - wanted)).astype(np.float32)
            parts = [features.dense.T @ errors, transposed @ errors, errors.sum(axis=0, keepdims=True)]
            gradient = np.vstack(parts).ravel().astype(np.float64)
            penalised = flat.copy()
            penalised[-len(self.labels) :] = 0
            value = -self._c * float((weights * wanted * logs).sum()) + 0.5 * float(penalised @ penalised)
            return value, self._c * gradient + penalised

        start = np.zeros(self._columns(features) * len(self.labels))
        found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": self._iterations})
        self._unpack(found.x, features)
        return self

    def probabilities(self, features: Features) -> NDArray[np.float64]:
        """A row for each text, a column for each label."""
        scores = self._scores(features).astype(np.float64)
        return np.asarray(np.exp(scores - logsumexp(scores, axis=1, keepdims=True)))

    @staticmethod
    def _columns(features: Features) -> int:
        return int(features.dense.shape[1] + features.sparse.shape[1] + 1)

    def _unpack(self, flat: NDArray[np.float64], features: Features) -> None:
        table = flat.reshape(-1, len(self.labels)).astype(np.float32)
        edge = features.dense.shape[1]
        self._dense, self._sparse, self._bias = table[:edge], table[edge:-1], table[-1:]

    def _scores(self, features: Features) -> Matrix:
        return np.asarray(features.dense @ self._dense + features.sparse @ self._sparse + self._bias)
