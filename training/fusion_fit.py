"""From evidence to weights: ranking, answerability, calibration, thresholds; see `training.fusion`."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from corpus.lesson import KINDS
from retrieval.fusion import (
    Fusion,
    Values,
    answerable_features,
    calibrated,
    log_odds,
    logistic,
    rank_features,
    softmax,
)
from training.fusion import FOLDS, Example, Passages

RANK_DECAY, ANSWERABLE_DECAY, PASSAGE_DECAY = 0.003, 0.002, 0.001
"""Weight of the squared standardised weights in the loss."""
MOST_ANSWERED, MOST_REFUSED = 0.09, 0.02
"""Of training questions: the share of unanswerable ones that may be answered, and of the bank's answerable ones that
may be refused outright. Stricter than the goals, since new questions are harder."""
LEAST = 0.2
"""A score below which nobody would answer, however well the training questions part."""
Flags = NDArray[np.bool_]


def fit(examples: Sequence[Example], passages: Sequence[Passages], seed: int) -> Fusion:
    """All weights and thresholds, each judged on questions it was not fitted on."""
    order = list(range(len(examples)))
    random.Random(seed).shuffle(order)
    right = np.zeros(len(order), bool)
    shares: list[Values] = [np.zeros(0)] * len(order)
    for fold in range(FOLDS):
        rank = _fit_rank([examples[i] for k, i in enumerate(order) if k % FOLDS != fold])
        for i in order[fold::FOLDS]:
            shares[i] = softmax(rank_features(examples[i].evidence) @ rank)
    features = np.stack([answerable_features(e.evidence, s) for e, s in zip(examples, shares, strict=True)])
    answerable = np.array([example.answer is not None for example in examples])
    chance = np.zeros(len(order))
    for fold in range(FOLDS):
        held = order[fold::FOLDS]
        rest = [i for k, i in enumerate(order) if k % FOLDS != fold]
        chance[held] = logistic(features[held], _fit_logistic(features[rest], answerable[rest], ANSWERABLE_DECAY))
    two_best = np.array([np.sort(its)[-2:][::-1] for its in shares]) * chance[:, None]
    for i, example in enumerate(examples):
        right[i] = int(np.argmax(shares[i])) == example.answer
    slope, shift = _fit_logistic(log_odds(two_best[:, :1]), right, 0.0, balanced=False)
    two_best = calibrated(two_best, float(slope), float(shift))
    bank = answerable & np.array([example.question.kind is not None for example in examples])
    answer_from = _least(two_best[:, 0], ~answerable, MOST_ANSWERED)
    ask_from = min(2 * answer_from, _most(two_best.sum(axis=1), bank, MOST_REFUSED))
    weights, passage_from = _fit_passages(passages)
    fusion = Fusion(
        tuple(_fit_rank(examples).tolist()),
        tuple(_fit_logistic(features, answerable, ANSWERABLE_DECAY).tolist()),
        (float(slope), float(shift)),
        tuple(weights.tolist()),
        answer_from,
        ask_from,
        passage_from,
    )
    _report(examples, right, bank, ~answerable, two_best, fusion)
    return fusion


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


def _fit_logistic(features: Values, truth: Flags, decay: float, balanced: bool = True) -> Values:
    """Logistic regression, shape (features + 1,); `balanced`: both classes weigh the same."""
    mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-9
    inputs, targets = torch.tensor((features - mean) / scale), torch.tensor(truth, dtype=torch.float64)
    even = torch.where(targets == 1, 0.5 / targets.mean(), 0.5 / (1 - targets).mean())
    balance = even if balanced else torch.ones_like(targets)
    weights = torch.zeros(features.shape[1] + 1, dtype=torch.float64, requires_grad=True)

    def loss() -> torch.Tensor:
        logits = inputs @ weights[:-1] + weights[-1]
        misses = F.binary_cross_entropy_with_logits(logits, targets, weight=balance)
        return misses + decay * weights[:-1].square().sum()

    _minimise(weights, loss)
    fitted = weights.detach().numpy()
    slopes = fitted[:-1] / scale
    return np.append(slopes, fitted[-1] - slopes @ mean)


def _fit_passages(passages: Sequence[Passages]) -> tuple[Values, float]:
    """What makes the first passage of a question the right one, and the score from which to answer."""
    first = np.array([one.evidence[0] for one in passages])
    right = np.array([bool(one.right[0]) for one in passages])
    weights = _fit_logistic(first, right, PASSAGE_DECAY)
    scores = logistic(first, weights)
    answerable = np.array([one.answerable for one in passages])
    answer_from = _least(scores, ~answerable, MOST_ANSWERED)
    dared = np.mean(scores[right & answerable] >= answer_from)
    print(f"unread passages: hit@1 {right[answerable].mean():.3f}, of those answered {dared:.3f}")
    return weights, answer_from


def _minimise(weights: torch.Tensor, loss: Callable[[], torch.Tensor]) -> None:
    optimizer = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        value = loss()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(closure)  # type: ignore[no-untyped-call]


def _least(scores: Values, mine: Flags, share: float) -> float:
    """The least threshold that at most `share` of the scores reach; never below `LEAST`."""
    return max(float(np.quantile(scores[mine], 1 - share)), LEAST)


def _most(scores: Values, mine: Flags, share: float) -> float:
    """The highest threshold that at most `share` of the scores fall short of."""
    return float(np.quantile(scores[mine], share))


def _report(
    examples: Sequence[Example], right: Flags, bank: Flags, outside: Flags, two_best: Values, fusion: Fusion
) -> None:
    kinds = np.array([example.question.kind or "" for example in examples])
    for kind in KINDS:
        if (kinds == kind).any():
            print(f"cross-validated hit@1 {kind}: {right[bank & (kinds == kind)].mean():.3f}")
    verdicts = np.array([fusion.verdict(first, second) for first, second in two_best.tolist()])
    for name, mine in (("the bank's questions", bank), ("questions outside", outside)):
        counted = [f"{verdict} {np.mean(verdicts[mine] == verdict):.3f}" for verdict in ("answer", "ask", "abstain")]
        print(f"{name}: {', '.join(counted)}")
    print(f"thresholds: answer {fusion.answer_from:.3f}, ask {fusion.ask_from:.3f}, passage {fusion.passage_from:.3f}")
