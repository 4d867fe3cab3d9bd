"""Tiny real GGUF models for tests: arch llama, byte-fallback vocabulary, about half a megabyte.

`random_gguf` has seeded random weights: it babbles. `scripted_gguf` has its attention and feed-forward blocks switched
off, so that what comes next depends on the last token alone, and its output matrix maps each token to the next one of
a script: it says that script whenever the prompt ends with a colon. llama.cpp runs both like any other model.
"""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

WIDTH = 128
HEADS = 4
CONTEXT = 4096
SCRIPT_STARTS_AFTER = ":"

_SPECIAL = ["<unk>", "<s>", "</s>"]
_EOS = 2


def _byte_token(character: str) -> int:
    return len(_SPECIAL) + ord(character)


def _write(path: Path, words: list[str], weights: dict[str, NDArray[np.float32]], template: str | None) -> Path:
    tokens = [*_SPECIAL, *(f"<0x{byte:02X}>" for byte in range(256)), *words]
    kinds = [
        gguf.TokenType.UNKNOWN, gguf.TokenType.CONTROL, gguf.TokenType.CONTROL,
        *[gguf.TokenType.BYTE] * 256, *[gguf.TokenType.NORMAL] * len(words),
    ]  # fmt: skip
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(WIDTH)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types([int(kind) for kind in kinds])
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(_EOS)
    writer.add_add_space_prefix(False)
    if template is not None:
        writer.add_chat_template(template)
    for name, weight in weights.items():
        writer.add_tensor(name, weight.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _weights(vocabulary: int, seed: int) -> dict[str, NDArray[np.float32]]:
    """Tensor name -> weight, shape (out, in)."""
    generator = np.random.default_rng(seed)

    def noise(*shape: int) -> NDArray[np.float32]:
        return generator.normal(0, 0.3, shape).astype(np.float32)

    square = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
    return {
        "token_embd.weight": noise(vocabulary, WIDTH),
        "output_norm.weight": np.ones(WIDTH, np.float32),
        "output.weight": noise(vocabulary, WIDTH),
        "blk.0.attn_norm.weight": np.ones(WIDTH, np.float32),
        "blk.0.ffn_norm.weight": np.ones(WIDTH, np.float32),
        **{f"blk.0.{name}.weight": noise(WIDTH, WIDTH) for name in square},
    }


def random_gguf(path: Path, seed: int = 1) -> Path:
    """Writes a model that babbles."""
    return _write(path, [], _weights(len(_SPECIAL) + 256, seed), None)


def scripted_gguf(path: Path, script: str, *, endless: bool = False, template: str | None = None) -> Path:
    """Writes a model that says `script` after a prompt that ends with a colon; every word may occur only once.

    It stops after the last word, or begins anew when `endless`. `template` is its chat template (Jinja).
    """
    words = ["▁" + word for word in script.split()]
    assert len(set(words)) == len(words), "a model that sees one token only cannot say a word twice"
    vocabulary = len(_SPECIAL) + 256 + len(words)
    weights = _weights(vocabulary, seed=1)
    weights["blk.0.attn_output.weight"][:] = 0
    weights["blk.0.ffn_down.weight"][:] = 0
    first = vocabulary - len(words)
    chain = [_byte_token(SCRIPT_STARTS_AFTER), *range(first, vocabulary)]
    embedding, output = weights["token_embd.weight"], weights["output.weight"]
    for now, then in zip(chain, [*chain[1:], first if endless else _EOS], strict=True):
        output[then] = 0
        output[then] += embedding[now]
    if endless:  # the last word and the colon both lead to the first
        output[first] = embedding[chain[0]] + embedding[chain[-1]]
    return _write(path, words, weights, template)
