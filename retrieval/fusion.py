"""Many channels -> one probability per lesson. The weights are learned by `training.embedder`, never set by hand.

Two small models: one ranks the lessons (softmax over weighted channels), one says whether any lesson answers at all
(logistic over the best of every channel and the nearness to questions that none answers). A lesson's score is their
product: the probability that it is the right answer.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.dense import STARTER, EmbedderError
from retrieval.index import CHANNELS, OUTSIDE, Evidence

Values = NDArray[np.float64]

RANK_FEATURES = 2 * len(CHANNELS)
ANSWERABLE_FEATURES = len(CHANNELS) + len(OUTSIDE) + 2


@dataclass(frozen=True)
class Fusion:
    """Learned weights. `rank` has one per ranking feature, `answerable` one per answerability feature and a last one
    that stands alone."""

    rank: tuple[float, ...]
    answerable: tuple[float, ...]
    threshold: float
    """The score, 0 to 1, from which the best lesson is good enough to answer from."""

    @classmethod
    def load(cls, path: Path = STARTER / "fusion.json") -> Fusion:
        """Reads what `save` wrote. Raises EmbedderError: the weights fit one embedder and belong to its folder."""
        try:
            values = json.loads(path.read_text("utf-8"))
            fusion = cls(tuple(values["rank"]), tuple(values["answerable"]), float(values["threshold"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EmbedderError(f"{path} holds no fusion weights: {error}") from error
        if len(fusion.rank) != RANK_FEATURES or len(fusion.answerable) != ANSWERABLE_FEATURES + 1:
            raise EmbedderError(f"{path} was made for other channels: run `python -m training.embedder`")
        return fusion

    def save(self, path: Path) -> None:
        """Writes the weights as JSON."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", "utf-8")

    def scores(self, evidence: Evidence) -> Values:
        """Probability that each lesson is the right answer, shape (lessons,)."""
        logits = rank_features(evidence) @ np.array(self.rank)
        shares = softmax(logits)
        features = answerable_features(evidence, shares)
        answerable = 1 / (1 + np.exp(-(features @ np.array(self.answerable[:-1]) + self.answerable[-1])))
        return np.asarray(shares * answerable, np.float64)


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
