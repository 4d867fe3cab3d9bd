"""The recogniser's training: labels that fit the sound, a schedule, and a run that goes on where it stopped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from german.text import plain
from training.acoustics import FRAME_SECONDS, PHONEMES, augment, example, features
from training.recogniser import PEAK, WARMUP, learning_rate, train, word_errors
from training.recogniser_data import collate
from training.recogniser_model import Recogniser, train_tokenizer
from training.utterances import Utterances

TEXT = "Was mache ich, wenn die KI am Not-Halt Quatsch erzählt?"


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    texts = Utterances(seed=5)
    return train_tokenizer([plain(texts.draw()) for _ in range(400)])


def test_an_example_tells_where_each_token_is_heard(tokenizer: Tokenizer) -> None:
    made = example(TEXT, "f2", tokenizer, np.random.default_rng(1))
    assert made is not None
    frames = made.features.shape[1] // 2
    assert tokenizer.decode(made.tokens).strip() == plain(TEXT)
    assert len(made.letters) == len(plain(TEXT))
    starts, ends = made.spans[:, 0], made.spans[:, 1]
    assert (np.diff(starts) >= 0).all()
    assert (ends >= starts).all()
    assert 0 < starts[0] < ends[-1] <= frames
    assert ends[-1] > 0.6 * frames, "the last word is heard near the end"
    assert made.phonemes.shape == (frames,)
    assert 0 <= made.phonemes.min() < made.phonemes.max() < PHONEMES


def test_an_utterance_longer_than_the_window_is_left_out(tokenizer: Tokenizer) -> None:
    assert example(TEXT * 8, "f2", tokenizer, np.random.default_rng(1)) is None


def test_features_have_two_frames_for_each_step_of_the_encoder() -> None:
    assert features(np.zeros(16000, np.float32)).shape == (80, round(2 / FRAME_SECONDS))


def test_augmented_speech_stays_within_full_scale() -> None:
    rng = np.random.default_rng(2)
    tone = np.sin(np.arange(16000, dtype=np.float32) / 20)
    for _ in range(20):
        made = augment(tone, rng)
        assert len(made) == len(tone)
        assert np.abs(made).max() <= 0.9 + 1e-5


def test_the_learning_rate_rises_stays_and_falls() -> None:
    assert learning_rate(0, 4000) == pytest.approx(PEAK / WARMUP)
    assert learning_rate(2000, 4000) == PEAK
    assert learning_rate(3500, 4000) == pytest.approx(PEAK / 2)
    assert learning_rate(3999, 4000) == pytest.approx(PEAK / 100)


def test_word_errors_count_words_without_case_and_punctuation() -> None:
    assert word_errors("Wat is'n dat?", "wat isn das") == (1, 3)
    assert word_errors("Was ist KI?", "") == (3, 3)


def test_every_loss_teaches(tokenizer: Tokenizer) -> None:
    """A few steps on one batch lower each of the four losses; a loss that is not wired would stay."""
    torch.manual_seed(0)
    model = Recogniser(tokenizer)
    made = example(TEXT, "f2", tokenizer, np.random.default_rng(1))
    assert made is not None
    batch = collate([made], tokenizer, full=False)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    history = []
    for _ in range(6):
        losses = model.losses(batch)
        history.append({name: value.item() for name, value in losses.items()})
        optimizer.zero_grad()
        torch.stack(list(losses.values())).sum().backward()
        optimizer.step()
    assert set(history[0]) == {"words", "letters", "phonemes", "looking"}
    assert all(history[-1][name] < history[0][name] for name in history[0])


@pytest.mark.slow
def test_a_run_goes_on_where_it_stopped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train(2, tmp_path, workers=0)
    train(3, tmp_path, workers=0)
    assert "from step 2" in capsys.readouterr().out
    assert torch.load(tmp_path / "checkpoint.pt", weights_only=True)["step"] == 3
