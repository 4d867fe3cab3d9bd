"""The fusion learns which channels to trust, and when to say nothing."""

from __future__ import annotations

import numpy as np

from corpus.questions import Question
from retrieval.fusion import Fusion, answerable_features, rank_features, softmax
from retrieval.index import CHANNELS, OUTSIDE, Evidence
from tests import retrieval_support as support
from training.fusion import Example, Passages, collect
from training.fusion_fit import fit

TELLING, IDLE = 3, 5


def example(rng: np.random.Generator, answer: int | None) -> Example:
    """Four lessons; one channel nearly always points to the answer, the others are noise."""
    channels = rng.uniform(0, 0.4, (4, len(CHANNELS))).astype(np.float32)
    outside = np.full(len(OUTSIDE), 0.6 if answer is None else 0.2, np.float32)
    if answer is not None:
        channels[answer, TELLING] += 0.4
    evidence = Evidence(channels, outside, np.zeros((1, 3), np.float32))
    return Example(Question(None, "std", "?"), answer, evidence)


def passages_found(rng: np.random.Generator, answerable: bool) -> Passages:
    """Three passages; words tell which one answers, meaning tells nothing."""
    evidence = np.stack([rng.uniform(0.1, 0.4, 3), rng.uniform(0.1, 0.4, 3), rng.uniform(0, 1, 3)], axis=1)
    right = np.array([answerable, False, False])
    evidence[0, 0] += 0.4 * answerable
    return Passages(evidence, right, answerable)


def fitted() -> Fusion:
    rng = np.random.default_rng(5)
    passages = [passages_found(rng, answerable=i % 2 == 0) for i in range(200)]
    return fit([example(rng, i % 5 if i % 5 < 4 else None) for i in range(200)], passages, seed=1)


def test_the_channel_that_tells_most_weighs_most() -> None:
    weights = np.abs(np.array(fitted().rank))[: len(CHANNELS)]
    assert int(np.argmax(weights)) == TELLING
    assert weights[TELLING] > 5 * weights[IDLE]


def test_new_questions_are_answered_right_and_those_outside_refused() -> None:
    fusion, rng = fitted(), np.random.default_rng(6)
    for i in range(40):
        scores = fusion.scores(example(rng, i % 4).evidence)
        assert int(np.argmax(scores)) == i % 4
        assert scores.max() >= fusion.answer_from
        assert fusion.scores(example(rng, None).evidence).max() < fusion.answer_from


def test_scores_are_probabilities() -> None:
    scores = fitted().scores(example(np.random.default_rng(7), 2).evidence)
    assert np.all((scores >= 0) & (scores <= 1))


def test_one_lesson_alone_can_be_scored() -> None:
    evidence = Evidence(
        np.full((1, len(CHANNELS)), 0.5, np.float32), np.zeros(len(OUTSIDE), np.float32), np.zeros((1, 3), np.float32)
    )
    features = rank_features(evidence)
    assert features.shape == (1, 2 * len(CHANNELS))
    assert np.isfinite(answerable_features(evidence, softmax(features.sum(axis=1)))).all()


def test_a_question_never_finds_itself_while_the_fusion_is_fitted() -> None:
    seen: list[set[str]] = []

    def train(taught: object, part: object) -> object:
        seen.append({question.text for question in part})  # type: ignore[attr-defined]
        return support.embedder()

    asks = [Question(lesson, "std", ask) for lesson, (_, _, ask) in support.TOPICS.items()]
    pool = [*asks, *support.questions(), Question("m91-1", "reg", "Wie fahre ich denn den Bagger?")]
    examples = collect(support.lessons(), pool, train, seed=1)  # type: ignore[arg-type]
    assert {e.question.text for e in examples} == {q.text for q in pool}
    near = {"Wie fahre ich den Bagger?", "Wie fahre ich denn den Bagger?"}
    assert all(near <= part or not near & part for part in seen), "near-duplicates are held out together"
