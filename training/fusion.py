"""Fits the weights that fuse the channels, by cross-validation over the training questions.

Each fold's questions are searched in indexes, and with an embedder, made from the other folds alone: a question that
finds itself would teach the fusion to trust what it must not. Near-duplicates share a fold for the same reason.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from scipy.sparse.csgraph import connected_components
from torch.nn import functional as F

from corpus.lesson import KINDS, Lesson
from corpus.questions import Question
from german.dialect import standardise
from german.text import plain
from retrieval.dense import Embedder
from retrieval.fusion import Fusion, answerable_features, rank_features, softmax
from retrieval.index import Evidence, Index
from retrieval.lexical import stems
from retrieval.search import query_variants
from retrieval.store import VectorStore

FOLDS = 5
NEAR_DUPLICATE = 75
"""Likeness of two questions' stems, 0 to 100, from which they count as the same question."""
RANK_DECAY, ANSWERABLE_DECAY = 0.01, 0.002
"""Weight of the squared standardised weights in the loss."""
MOST_ANSWERED, MOST_REFUSED = 0.15, 0.08
"""Goals: shares of unanswerable questions answered and of answerable ones refused; the threshold misses both alike."""
Values = NDArray[np.float64]


class Example(NamedTuple):
    """A question as the search will meet it: not in any index."""

    question: Question
    answer: int | None
    """Row of the right lesson; None: no lesson answers."""
    evidence: Evidence


def fit(
    lessons: Mapping[str, Lesson],
    questions: Sequence[Question],
    train: Callable[[Sequence[Question]], Embedder],
    seed: int,
) -> Fusion:
    """Cross-fits both models and the threshold; `train` makes an embedder from some of the questions."""
    return fit_examples(collect(lessons, questions, train, seed), seed)


def collect(
    lessons: Mapping[str, Lesson],
    questions: Sequence[Question],
    train: Callable[[Sequence[Question]], Embedder],
    seed: int,
) -> list[Example]:
    """The evidence for every training question from indexes that do not hold it."""
    asks = [Question(lesson.id, ask.kind, ask.text) for lesson in lessons.values() for ask in lesson.asks]  # type: ignore[arg-type]
    pool = list({plain(q.text): q for q in (*asks, *questions)}.values())
    folds = _folds(pool, seed)
    places = {lesson: i for i, lesson in enumerate(lessons)}
    bare = {id_: replace(lesson, asks=()) for id_, lesson in lessons.items()}
    examples = []
    for fold in range(FOLDS):
        others = [question for question, its in zip(pool, folds, strict=True) if its != fold]
        index = Index(bare, others, train(others), VectorStore())
        for question, its in zip(pool, folds, strict=True):
            if its == fold:
                evidence = index.evidence(query_variants(question.text))
                examples.append(Example(question, places.get(question.lesson or ""), evidence))
    return examples


def _folds(pool: Sequence[Question], seed: int) -> list[int]:
    """The fold of every question; near-duplicates, and what is near to those, share one."""
    texts = [" ".join(stems(standardise(question.text))) for question in pool]
    likeness = process.cdist(texts, texts, scorer=fuzz.token_sort_ratio)
    _, groups = connected_components(likeness >= NEAR_DUPLICATE, directed=False)
    rng = random.Random(seed)
    fold_of_group = {group: rng.randrange(FOLDS) for group in sorted(set(groups.tolist()))}
    return [fold_of_group[group] for group in groups.tolist()]


def fit_examples(examples: Sequence[Example], seed: int) -> Fusion:
    """Rank weights, answerability weights and the threshold, each judged on questions it was not fitted on."""
    order = list(range(len(examples)))
    random.Random(seed).shuffle(order)
    right, scores = np.zeros(len(order), bool), np.zeros(len(order))
    shares: list[Values] = [np.zeros(0)] * len(order)
    for fold in range(FOLDS):
        rank = _fit_rank([examples[i] for k, i in enumerate(order) if k % FOLDS != fold])
        for i in order[fold::FOLDS]:
            shares[i] = softmax(rank_features(examples[i].evidence) @ rank)
    features = np.stack([answerable_features(e.evidence, s) for e, s in zip(examples, shares, strict=True)])
    answerable = np.array([example.answer is not None for example in examples])
    for fold in range(FOLDS):
        held = order[fold::FOLDS]
        rest = [i for k, i in enumerate(order) if k % FOLDS != fold]
        weights = _fit_answerable(features[rest], answerable[rest])
        chance = 1 / (1 + np.exp(-(features[held] @ weights[:-1] + weights[-1])))
        for i, p in zip(held, chance, strict=True):
            scores[i], right[i] = shares[i].max() * p, int(np.argmax(shares[i])) == examples[i].answer
    certain = answerable & np.array([example.question.kind is not None for example in examples])
    threshold = _threshold(scores, answerable, certain)
    _report(examples, right, answerable)
    print(f"answered unanswerable {np.mean(scores[~answerable] >= threshold):.3f}", end=", ")
    print(f"false abstention {np.mean(scores[certain] < threshold):.3f} at threshold {threshold:.3f}")
    return Fusion(tuple(_fit_rank(examples).tolist()), tuple(_fit_answerable(features, answerable).tolist()), threshold)


def _fit_rank(examples: Sequence[Example]) -> Values:
    """Softmax regression over lessons, shape (2 × channels,)."""
    known = [example for example in examples if example.answer is not None]
    table = np.stack([rank_features(example.evidence) for example in known])
    scale = table.std(axis=(0, 1)) + 1e-9
    inputs = torch.tensor(table / scale)
    answers = torch.tensor([example.answer for example in known])
    weights = torch.zeros(table.shape[2], dtype=torch.float64, requires_grad=True)
    _minimise(weights, lambda: F.cross_entropy(inputs @ weights, answers) + RANK_DECAY * weights.square().sum())
    return np.asarray(weights.detach().numpy() / scale, np.float64)


def _fit_answerable(features: Values, answerable: NDArray[np.bool_]) -> Values:
    """Logistic regression, shape (features + 1,); both classes weigh the same."""
    mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-9
    inputs, targets = torch.tensor((features - mean) / scale), torch.tensor(answerable, dtype=torch.float64)
    balance = torch.where(targets == 1, 0.5 / targets.mean(), 0.5 / (1 - targets).mean())
    weights = torch.zeros(features.shape[1] + 1, dtype=torch.float64, requires_grad=True)

    def loss() -> torch.Tensor:
        logits = inputs @ weights[:-1] + weights[-1]
        misses = F.binary_cross_entropy_with_logits(logits, targets, weight=balance)
        return misses + ANSWERABLE_DECAY * weights[:-1].square().sum()

    _minimise(weights, loss)
    fitted = weights.detach().numpy()
    slopes = fitted[:-1] / scale
    return np.append(slopes, fitted[-1] - slopes @ mean)


def _minimise(weights: torch.Tensor, loss: Callable[[], torch.Tensor]) -> None:
    optimizer = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        value = loss()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(closure)  # type: ignore[no-untyped-call]


def _threshold(scores: Values, answerable: NDArray[np.bool_], certain: NDArray[np.bool_]) -> float:
    """Where the shares of questions wrongly answered and wrongly refused, each by its goal, are least."""
    candidates = np.unique(scores.round(3))
    misses = [
        max(np.mean(scores[~answerable] >= c) / MOST_ANSWERED, np.mean(scores[certain] < c) / MOST_REFUSED)
        for c in candidates
    ]
    return float(candidates[int(np.argmin(misses))])


def _report(examples: Sequence[Example], right: NDArray[np.bool_], answerable: NDArray[np.bool_]) -> None:
    for kind in KINDS:
        mine = answerable & np.array([example.question.kind == kind for example in examples])
        if mine.any():
            print(f"cross-validated hit@1 {kind}: {right[mine].mean():.3f}")
