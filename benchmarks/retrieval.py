"""How well a question finds its lesson: `kumpel bench retrieval`.

On the test side of the bank, which nothing has trained on or been tuned on. Plain BM25 (bm25s over lower-case words of
the same passages) answers the same questions beside it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.peers.rankings import PeersUnavailable, peer_rankings
from benchmarks.report import Goal, report, show
from corpus.lesson import KINDS, Lesson
from corpus.material import load_lessons
from corpus.questions import Question, load_questions, load_training, load_unanswerable
from german.text import words
from retrieval.dense import SentenceEmbedder
from retrieval.passages import Retriever, passages_of
from retrieval.search import open_search

WARM_UP = 20
GOALS = [
    Goal("hit1_std", ">=", 0.92),
    *(Goal(f"hit1_{kind}", ">=", 0.88) for kind in KINDS if kind != "std"),
    Goal("answered_unanswerable", "<=", 0.10),
    Goal("false_abstention", "<=", 0.05),
    Goal("margin_over_bm25", ">", 0),
    Goal("margin_over_best_peer", ">", 0),
]


def run(full: bool = False) -> dict[str, Any]:
    """The report; with `full` the peers answer the same questions over the same passages and training questions."""
    measured: dict[str, Any] = dict(figures())
    if full:
        measured |= peer_figures({kind: measured[f"hit1_{kind}"] for kind in KINDS})
    return report("retrieval", measured, GOALS)


def peer_figures(ours: Mapping[str, float]) -> dict[str, Any]:
    """hit@1 of every peer by kind, and our smallest lead over the best of them; a note where there are no peers."""
    lessons, questions = load_lessons(), load_questions("test")
    documents = [(passage.text, passage.source) for lesson in lessons.values() for passage in passages_of(lesson)]
    documents += [(ask.text, lesson.id) for lesson in lessons.values() for ask in lesson.asks]
    documents += [(question.text, question.lesson) for question in load_training() if question.lesson]
    try:
        peers = peer_rankings(documents, [question.text for question in questions], SentenceEmbedder().embed)
    except PeersUnavailable as error:
        return {"peers": str(error)}
    found: dict[str, Any] = {}
    best = dict.fromkeys(KINDS, 0.0)
    for name, peer in peers.items():
        if peer.error is not None:
            found[f"peer_{name}"] = peer.error
            continue
        right = np.array([bool(r) and r[0] == q.lesson for r, q in zip(peer.rankings, questions, strict=True)])
        for kind in KINDS:
            share = float(right[np.array([question.kind == kind for question in questions])].mean())
            found[f"peer_{name}_hit1_{kind}"] = round(share, 3)
            best[kind] = max(best[kind], share)
        found[f"peer_{name}_query_ms_p95"] = round(peer.query_ms_p95, 2)
    found["margin_over_best_peer"] = round(min(ours[kind] - best[kind] for kind in KINDS), 3)
    return found


def figures() -> dict[str, float]:
    """hit@1 by kind, abstention both ways, the smallest lead over plain BM25 over the kinds, and query times.

    hit@1 asks whether the first hit is right, `answered_right` also whether the search dared to answer from it.
    `false_abstention` are questions refused, `asked_back` those where it asked which of two lessons was meant.
    """
    search = open_search()
    questions = load_questions("test")
    unanswerable = load_unanswerable("test")
    for question in questions[:WARM_UP]:
        search.search(question.text)
    times, founds = [], []
    for question in questions:
        started = time.perf_counter()
        founds.append(search.search(question.text))
        times.append((time.perf_counter() - started) * 1000)
    right = np.array([f.hits[0].source == q.lesson for f, q in zip(founds, questions, strict=True)])
    dared = np.array([found.verdict == "answer" for found in founds])
    refused = np.array([found.verdict == "abstain" for found in founds])
    plain_right = _plain_bm25(list(load_lessons().values()), questions)
    kinds = {kind: np.array([q.kind == kind for q in questions]) for kind in KINDS}
    return {
        **{f"hit1_{kind}": round(float(right[mine].mean()), 3) for kind, mine in kinds.items()},
        "hit1": round(float(right.mean()), 3),
        "answered_right": round(float((right & dared).mean()), 3),
        "answered_unanswerable": round(_answered(search, unanswerable), 3),
        "false_abstention": round(float(refused.mean()), 3),
        "asked_back": round(float((~dared & ~refused).mean()), 3),
        "margin_over_bm25": round(min(float(right[m].mean() - plain_right[m].mean()) for m in kinds.values()), 3),
        "query_ms_p50": round(float(np.percentile(times, 50)), 2),
        "query_ms_p95": round(float(np.percentile(times, 95)), 2),
        "questions": len(questions),
        "unanswerable": len(unanswerable),
    }


def _answered(search: Retriever, questions: Sequence[Question]) -> float:
    return float(np.mean([not search.search(question.text).abstained for question in questions]))


def _plain_bm25(lessons: Sequence[Lesson], questions: Sequence[Question]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    import bm25s

    passages = [passage for lesson in lessons for passage in passages_of(lesson)]
    index = bm25s.BM25()
    index.index([words(passage.text) for passage in passages], show_progress=False)
    known = set(index.vocab_dict)
    right = []
    for question in questions:
        query = [word for word in words(question.text) if word in known]
        best = int(np.argmax(index.get_scores(query))) if query else 0
        right.append(passages[best].source == question.lesson)
    return np.array(right)


if __name__ == "__main__":
    show(run(), as_json=False)
