"""The starter recogniser: Whisper's shape, made small, with what its training needs around it."""

from __future__ import annotations

from typing import Any, cast

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import WhisperConfig, WhisperForConditionalGeneration

from training.acoustics import FRAME_SECONDS, LETTERS, PHONEMES, WINDOW_SECONDS

WIDTH, ENCODER_LAYERS, DECODER_LAYERS, HEADS = 256, 5, 2, 4
POSITIONS = round(WINDOW_SECONDS / FRAME_SECONDS)
MAX_TOKENS = 160
PIECES = 384
"""Bytes and about 130 merges: a small vocabulary spells what it hears, a large one learns the templates by heart."""

# CTranslate2 and faster-whisper find Whisper's special tokens by these names.
SPECIAL = ["<|endoftext|>", "<|startoftranscript|>", "<|translate|>", "<|transcribe|>", "<|startoflm|>"]
SPECIAL += ["<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
SPECIAL += [f"<|{i * 0.02:.2f}|>" for i in range(WINDOW_SECONDS * 50 + 1)]


def train_tokenizer(texts: list[str]) -> Tokenizer:
    """A byte-level BPE of PIECES pieces and Whisper's special tokens."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=PIECES, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_special_tokens([AddedToken(name, special=True) for name in SPECIAL])
    return tokenizer


class Recogniser(nn.Module):
    """Whisper with three training aids on it: CTC over letters, a phoneme a frame, and where attention should look."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        super().__init__()
        self.start: int = tokenizer.token_to_id("<|startoftranscript|>") or 0
        self.no_timestamps: int = tokenizer.token_to_id("<|notimestamps|>") or 0
        self.end: int = tokenizer.token_to_id("<|endoftext|>") or 0
        self.whisper = WhisperForConditionalGeneration(
            WhisperConfig(
                vocab_size=tokenizer.get_vocab_size(), num_mel_bins=80, d_model=WIDTH,
                encoder_layers=ENCODER_LAYERS, decoder_layers=DECODER_LAYERS,
                encoder_attention_heads=HEADS, decoder_attention_heads=HEADS,
                encoder_ffn_dim=4 * WIDTH, decoder_ffn_dim=4 * WIDTH,
                max_source_positions=POSITIONS, max_target_positions=MAX_TOKENS, dropout=0.0,
                pad_token_id=self.end, bos_token_id=self.end, eos_token_id=self.end,
                attn_implementation="eager",  # type: ignore[call-arg]  # hands out its weights, and is faster than sdpa on short utterances
                decoder_start_token_id=self.start, suppress_tokens=[], begin_suppress_tokens=[self.end],
            )
        )  # fmt: skip
        self.letters = nn.Linear(WIDTH, len(LETTERS) + 1)
        self.phonemes = nn.Linear(WIDTH, PHONEMES)
        self._attention: list[Tensor] = []
        self.whisper.model.decoder.layers[-1].encoder_attn.register_forward_hook(self._keep_attention)

    def _keep_attention(self, module: nn.Module, inputs: Any, outputs: tuple[Tensor, Tensor]) -> None:
        self._attention = [outputs[1]]

    def encode(self, features: Tensor) -> Tensor:
        """Features (batch, 80, frames) of any length up to the window -> states (batch, frames // 2, WIDTH)."""
        encoder = self.whisper.model.encoder
        hidden = F.gelu(encoder.conv2(F.gelu(encoder.conv1(features)))).permute(0, 2, 1)
        hidden = hidden + encoder.embed_positions.weight[: hidden.shape[1]]
        for layer in encoder.layers:
            output = layer(hidden, None)
            hidden = output[0] if isinstance(output, tuple) else output
        return cast(Tensor, encoder.layer_norm(hidden))

    def decode(self, tokens: Tensor, states: Tensor) -> Tensor:
        """Logits (batch, tokens, vocabulary)."""
        decoder = self.whisper.model.decoder
        decoded = decoder(input_ids=tokens, encoder_hidden_states=states, use_cache=False)[0]
        return cast(Tensor, self.whisper.proj_out(decoded))

    def losses(self, batch: dict[str, Any]) -> dict[str, Tensor]:
        """The four losses of one batch (see `recogniser_data.collate`)."""
        states = self.encode(batch["features"])
        logits = self.decode(batch["inputs"], states).float()
        flat = logits.reshape(-1, logits.shape[-1])
        words = F.cross_entropy(flat, batch["targets"].reshape(-1), ignore_index=-100, label_smoothing=0.05)
        spelled = self.letters(states).float().log_softmax(-1).transpose(0, 1)
        letters = F.ctc_loss(
            spelled, batch["letters"], batch["steps"], batch["letter_counts"], blank=0, zero_infinity=True
        )
        sounds = self.phonemes(states).float()
        phonemes = F.cross_entropy(sounds.reshape(-1, PHONEMES), batch["phonemes"].reshape(-1), ignore_index=-100)
        seen = (self._attention[0].float().mean(1) * batch["windows"]).sum(-1)
        looking = -(seen + 1e-4).log()[batch["windows"].any(-1)].mean()
        return {"words": words, "letters": letters, "phonemes": phonemes, "looking": looking}

    @torch.no_grad()
    def transcribe(self, features: Tensor, limit: int = 60) -> list[list[int]]:
        """Greedy token ids, for watching the training; the product decodes with CTranslate2."""
        states = self.encode(features)
        tokens = torch.tensor([[self.start, self.no_timestamps]] * len(features))
        for _ in range(limit):
            best = self.decode(tokens, states)[:, -1].argmax(-1, keepdim=True)
            tokens = torch.cat([tokens, best], 1)
            if bool((tokens == self.end).any(1).all()):
                break
        rows = [row[2:] for row in tokens.tolist()]
        return [row[: row.index(self.end)] if self.end in row else row for row in rows]
