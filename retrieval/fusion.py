"""Many channels -> one probability per lesson. The weights are learned by `training.embedder`, never set by hand.

Two small models: one ranks the lessons (softmax over weighted channels), one says whether any lesson answers at all
(logistic over the best of every channel and the nearness to questions that none answers). Their product, calibrated,
is a lesson's score: the probability that it is the right answer.

Passages of documents, for which nobody has written questions, have a third: logistic over their three channels.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.dense import STARTER, EmbedderError
from retrieval.index import CHANNELS, OUTSIDE, Evidence
from retrieval.passages import Verdict

Values = NDArray[np.float64]

RANK_FEATURES = 2 * len(CHANNELS)
ANSWERABLE_FEATURES = len(CHANNELS) + len(OUTSIDE) + 2
PASSAGE_FEATURES = 3


@dataclass(frozen=True)
class Fusion:
    """Learned weights. `rank` has one per ranking feature, `answerable` and `passage` one per feature of theirs and a
    last one that stands alone; `calibration` are slope and shift of the score's log-odds."""

    rank: tuple[float, ...]
    answerable: tuple[float, ...]
    calibration: tuple[float, float]
    passage: tuple[float, ...]
    answer_from: float
    """The score, 0 to 1, from which the best lesson is good enough to answer from."""
    ask_from: float
    """The scores of the two best together from which it is worth asking which one was meant."""
    passage_from: float
    """The score from which a document's passage is good enough to answer from."""

    @classmethod
    def load(cls, path: Path = STARTER / "fusion.json") -> Fusion:
        """Reads what `save` wrote. Raises EmbedderError: the weights fit one embedder and belong to its folder."""
        try:
            values = json.loads(path.read_text("utf-8"))
            slope, shift = map(float, values["calibration"])
            fusion = cls(
                tuple(values["rank"]), tuple(values["answerable"]), (slope, shift), tuple(values["passage"]),
                float(values["answer_from"]), float(values["ask_from"]), float(values["passage_from"]),
            )  # fmt: skip
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EmbedderError(f"{path} holds no fusion weights: {error}") from error
        sizes = (len(fusion.rank), len(fusion.answerable), len(fusion.passage))
        if sizes != (RANK_FEATURES, ANSWERABLE_FEATURES + 1, PASSAGE_FEATURES + 1):
            raise EmbedderError(f"{path} was made for other channels: run `python -m training.embedder`")
        return fusion

    def save(self, path: Path) -> None:
        """Writes the weights as JSON."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", "utf-8")

    def scores(self, evidence: Evidence) -> Values:
        """Probability that each lesson is the right answer, shape (lessons,)."""
        shares = softmax(rank_features(evidence) @ np.array(self.rank))
        answerable = logistic(answerable_features(evidence, shares), np.array(self.answerable))
        slope, shift = self.calibration
        return calibrated(shares * answerable, slope, shift)

    def passage_scores(self, passages: NDArray[np.float32]) -> Values:
        """Probability that each passage of a document answers; evidence as `DocumentSearch` gives it, shape (n, 3)."""
        return logistic(passages.astype(np.float64), np.array(self.passage))

    def verdict(self, best: float, second: float) -> Verdict:
        """What to do with the scores of the two best lessons."""
        if best >= self.answer_from:
            return "answer"
        return "ask" if best + second >= self.ask_from else "abstain"


UNFITTED = Fusion(
    (1.0,) * RANK_FEATURES,
    (0.0,) * (ANSWERABLE_FEATURES + 1),
    (1.0, 0.0),
    (1.0,) * (PASSAGE_FEATURES + 1),
    0.5,
    0.5,
    0.5,
)
"""Weights that nothing was learned for: every channel counts the same. For those who fit."""


def rank_features(evidence: Evidence) -> Values:
    """Each channel as it is and as its lead over the best other lesson, shape (lessons, 2 × channels)."""
    channels = evidence.channels.astype(np.float64)
    if len(channels) == 1:
        return np.concatenate([channels, channels], axis=1)
    ordered = np.sort(channels, axis=0)
    rival = np.where(channels == ordered[-1], ordered[-2], ordered[-1])
    return np.concatenate([channels, channels - rival], axis=1)


def answerable_features(evidence: Evidence, shares: Values) -> Values:
    """The best of every channel, the nearness to questions outside, and how clear the ranking is."""
    best = evidence.channels.max(axis=0).astype(np.float64)
    clear = shares.max()
    entropy = -float(np.sum(shares * np.log(shares + 1e-12)))
    return np.concatenate([best, evidence.outside.astype(np.float64), [clear, entropy]])


def softmax(logits: Values) -> Values:
    """Shares that sum to 1."""
    weights = np.exp(logits - logits.max())
    return np.asarray(weights / weights.sum(), np.float64)


def logistic(features: Values, weights: Values) -> Values:
    """Chances, 0 to 1, from features of shape (…, n) and n + 1 weights, the last of which stands alone."""
    return np.asarray(1 / (1 + np.exp(-(features @ weights[:-1] + weights[-1]))), np.float64)


def log_odds(chances: Values) -> Values:
    """Chances as log-odds, without infinities."""
    within = np.clip(chances, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(within / (1 - within)), np.float64)


def calibrated(chances: Values, slope: float, shift: float) -> Values:
    """Chances whose log-odds are stretched and shifted."""
    return np.asarray(1 / (1 + np.exp(-(slope * log_odds(chances) + shift))), np.float64)
