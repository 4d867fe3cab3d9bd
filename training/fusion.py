"""Fits the weights that fuse the channels, by cross-validation over the training questions.

Each fold's questions are searched in indexes, and with an embedder, made from the other folds alone: a question that
finds itself would teach the fusion to trust what it must not. Near-duplicates share a fold for the same reason.

Documents have no questions of their own, and words that the embedder never read. What their passages' channels are
worth is learned from lessons that an embedder of its own has never seen (`collect_unread`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from scipy.sparse.csgraph import connected_components

from corpus.lesson import Lesson
from corpus.questions import Question
from german.dialect import standardise
from german.text import plain
from retrieval.dense import Embedder
from retrieval.documents import DocumentSearch
from retrieval.fusion import UNFITTED
from retrieval.index import Evidence, Index
from retrieval.lexical import stems
from retrieval.passages import passages_of
from retrieval.search import query_variants

FOLDS = 5
NEAR_DUPLICATE = 75
"""Likeness of two questions' stems, 0 to 100, from which they count as the same question."""
SEARCHED = 5000
"""Paraphrases that are searched, drawn by the seed; of the bank's questions and those outside all are."""
UNREAD_SHARE = 3
"""One lesson of so many is kept from the embedder that judges documents."""

Train = Callable[[Mapping[str, Lesson], Sequence[Question]], Embedder]
"""Makes an embedder from lessons and questions."""


class Example(NamedTuple):
    """A question as the search will meet it: not in any index."""

    question: Question
    answer: int | None
    """Row of the right lesson; None: no lesson answers."""
    evidence: Evidence


class Passages(NamedTuple):
    """A question, searched among passages that nobody has written questions for."""

    evidence: NDArray[np.float64]
    """Of the nearest passages, best first, shape (nearest, 3)."""
    right: NDArray[np.bool_]
    """Which passages belong to the right lesson, shape (passages,)."""
    answerable: bool
    """Whether any passage does that was searched."""


def pool_of(lessons: Mapping[str, Lesson], questions: Sequence[Question]) -> list[Question]:
    """Everything that may be asked, each once."""
    asks = [Question(lesson.id, ask.kind, ask.text) for lesson in lessons.values() for ask in lesson.asks]  # type: ignore[arg-type]
    return list({plain(q.text): q for q in (*asks, *questions)}.values())


def collect(lessons: Mapping[str, Lesson], questions: Sequence[Question], train: Train, seed: int) -> list[Example]:
    """The evidence for training questions from indexes that do not hold them."""
    pool = pool_of(lessons, questions)
    folds = _folds(pool, seed)
    chosen = _searched(pool, seed)
    places = {lesson: i for i, lesson in enumerate(lessons)}
    bare = {id_: replace(lesson, asks=()) for id_, lesson in lessons.items()}
    examples = []
    for fold in range(FOLDS):
        others = [question for question, its in zip(pool, folds, strict=True) if its != fold]
        index = Index(bare, others, train(bare, others))
        for number, (question, its) in enumerate(zip(pool, folds, strict=True)):
            if its == fold and number in chosen:
                evidence = index.evidence(query_variants(question.text, knows=index.knows))
                examples.append(Example(question, places.get(question.lesson or ""), evidence))
    return examples


def collect_unread(
    lessons: Mapping[str, Lesson], questions: Sequence[Question], train: Train, seed: int
) -> list[Passages]:
    """The passage channels of questions whose lessons the embedder has not read, and of questions outside."""
    order = sorted(lessons)
    random.Random(seed).shuffle(order)
    unread = set(order[::UNREAD_SHARE])
    read = {id_: replace(lesson, asks=()) for id_, lesson in lessons.items() if id_ not in unread}
    pool = pool_of(lessons, questions)
    embedder = train(read, [question for question in pool if question.lesson not in unread])
    passages = [passage for id_ in sorted(unread) for passage in passages_of(lessons[id_])]
    owners = np.array([passage.source for passage in passages])
    search = DocumentSearch(passages, embedder, UNFITTED)
    rng = random.Random(seed)
    asked = [question for question in pool if question.lesson in unread]
    outside = [question for question in pool if question.lesson is None]  # those of lessons find their lesson first
    chosen = rng.sample(asked, min(len(asked), SEARCHED // 2)) + rng.sample(outside, min(len(outside), SEARCHED // 2))
    found = []
    for question in chosen:
        rows, evidence = search.evidence(query_variants(question.text, knows=search.knows))
        found.append(Passages(evidence.astype(np.float64), owners[rows] == question.lesson, question.lesson in unread))
    return found


def _searched(pool: Sequence[Question], seed: int) -> set[int]:
    paraphrases = [i for i, question in enumerate(pool) if question.kind is None and question.lesson is not None]
    chosen = random.Random(seed).sample(paraphrases, min(SEARCHED, len(paraphrases)))
    return set(range(len(pool))) - set(paraphrases) | set(chosen)


def _folds(pool: Sequence[Question], seed: int) -> list[int]:
    """The fold of every question; near-duplicates, and what is near to those, share one."""
    texts = [" ".join(stems(standardise(question.text))) for question in pool]
    groups = np.arange(len(texts))
    by_lesson: dict[str | None, list[int]] = {}
    for number, question in enumerate(pool):  # twins belong to one lesson; all pairs at once would not fit in memory
        by_lesson.setdefault(question.lesson, []).append(number)
    for numbers in by_lesson.values():
        mine = [texts[number] for number in numbers]
        likeness = process.cdist(mine, mine, scorer=fuzz.token_sort_ratio, dtype=np.uint8)
        _, labels = connected_components(likeness >= NEAR_DUPLICATE, directed=False)
        first: dict[int, int] = {}
        for number, label in zip(numbers, labels.tolist(), strict=True):
            groups[number] = first.setdefault(label, number)
    rng = random.Random(seed)
    fold_of_group = {group: rng.randrange(FOLDS) for group in sorted(set(groups.tolist()))}
    return [fold_of_group[group] for group in groups.tolist()]
