"""Makes the starter embedder and its fusion weights: `python -m training.embedder` writes retrieval/starter/.

Its card is written by `python -m training.embedder_card` afterwards.

A vector for every piece of a word, a text is their mean. A question is drawn to other questions and to passages of
its lesson, and pushed from those of other lessons and from questions that no lesson answers (multiple negatives
ranking, negatives of the same lesson left out). Questions go through `training.slips`, since a recogniser mishears.
Texts are the lessons and the training side of the bank; nothing of the test side is read.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from torch import Tensor, nn
from torch.nn import functional as F

from corpus.lesson import Lesson
from corpus.material import load_lessons
from corpus.questions import Question, load_training
from german.sounds import sounds
from retrieval.dense import STARTER, Role, Vectors
from retrieval.passages import passages_of
from training.fusion import collect, collect_unread
from training.fusion_fit import fit
from training.slips import slip

SEED = 20261122
DIMENSIONS = 192
PIECES = 4000
STEPS = 1500
BATCH, OUTSIDERS = 320, 80
RATE, TEMPERATURE, STRENGTH = 0.01, 0.05, 0.6
PASSAGE_SHARE = 0.25
"""Of the pairs; the others are question to question."""
PIECE_DROPOUT = 0.1
"""Chance that two pieces are not merged, so that a word is seen cut in several ways."""
SLIPS = 6
"""In so many ways a question is said, heard or typed wrongly; once it is right."""

Pieces = NDArray[np.int64]


class Trainer:
    """Trains one embedder on lessons and questions; also an `Embedder` itself, for cross-validation."""

    def __init__(self, lessons: Sequence[Lesson], questions: Sequence[Question], seed: int = SEED) -> None:
        self.name = f"training-{random.Random(seed + len(questions)).getrandbits(32)}"
        self._random = random.Random(seed)
        torch.manual_seed(seed)
        here = {lesson.id for lesson in lessons}
        asked: dict[str, list[str]] = defaultdict(list)
        for lesson in lessons:
            asked[lesson.id] += [ask.text for ask in lesson.asks]
        for question in questions:
            if question.lesson in here:
                asked[str(question.lesson)].append(question.text)
        outside = [q.text for q in questions if q.lesson not in here]
        parts = {lesson.id: _parts([passage.text for passage in passages_of(lesson)]) for lesson in lessons}
        everything = [text for texts in (*asked.values(), outside) for text in texts]
        self.tokenizer = self._train_tokenizer(everything, [part for its in parts.values() for part in its])
        self.tokenizer.model.dropout = PIECE_DROPOUT
        self._asked = {lesson: self._ways(texts) for lesson, texts in asked.items()}
        self._outside = self._ways(outside)
        self._parts = {lesson: self._cut([sounds(part) for part in its]) for lesson, its in parts.items()}
        self.tokenizer.model.dropout = None
        self._bag = nn.EmbeddingBag(self.tokenizer.get_vocab_size(), DIMENSIONS, mode="mean")
        nn.init.normal_(self._bag.weight, std=0.1)

    @property
    def weights(self) -> Tensor:
        """The vectors of the pieces, shape (pieces, DIMENSIONS)."""
        return self._bag.weight.detach()

    def train(self, steps: int = STEPS) -> float:
        """Trains and returns the last loss."""
        optimizer = torch.optim.Adam(self._bag.parameters(), lr=RATE)
        loss = torch.zeros(())
        for step in range(steps):
            optimizer.param_groups[0]["lr"] = RATE * (1 - step / steps)
            loss = self._loss()
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        return loss.item()

    def embed(self, texts: Sequence[str], role: Role = "query") -> Vectors:
        """Unit vectors, shape (texts, DIMENSIONS)."""
        with torch.no_grad():
            return self._vectors(self._cut([sounds(text) for text in texts])).numpy()

    def _train_tokenizer(self, questions: Sequence[str], passages: Sequence[str]) -> Tokenizer:
        texts = [*questions, *passages]
        texts += [slip(text, self._random, STRENGTH) for text in questions for _ in range(2)]
        tokenizer = Tokenizer(models.BPE(unk_token="[UNK]"))
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        trainer = trainers.BpeTrainer(vocab_size=PIECES, special_tokens=["[UNK]"], min_frequency=2, show_progress=False)
        tokenizer.train_from_iterator([sounds(text) for text in texts], trainer)
        return tokenizer

    def _ways(self, texts: Sequence[str]) -> list[list[Pieces]]:
        """Each text's pieces, as it is and with slips: made once, since making them takes longer than a step."""
        said = [[sounds(text), *(self._slipped(text) for _ in range(SLIPS))] for text in texts]
        cut = self._cut([way for ways in said for way in ways])
        return [cut[start : start + 1 + SLIPS] for start in range(0, len(cut), 1 + SLIPS)]

    def _slipped(self, text: str) -> str:
        return sounds(slip(text, self._random, STRENGTH))

    def _cut(self, texts: Sequence[str]) -> list[Pieces]:
        return [np.array(encoding.ids or [0], np.int64) for encoding in self.tokenizer.encode_batch(list(texts))]

    def _loss(self) -> Tensor:
        lessons = self._random.choices(list(self._asked), k=BATCH)
        questions = [self._one(self._asked[lesson]) for lesson in lessons]
        partners = [self._partner(lesson) for lesson in lessons]
        partners += [self._one(self._outside) for _ in range(OUTSIDERS)]
        likeness = self._vectors(questions) @ self._vectors(partners).T / TEMPERATURE
        number = {lesson: i for i, lesson in enumerate(self._asked)}
        mine = torch.tensor([number[lesson] for lesson in lessons])
        theirs = torch.cat([mine, torch.full((OUTSIDERS,), -1)])
        same = mine[:, None] == theirs[None, :]
        same[range(BATCH), range(BATCH)] = False
        return F.cross_entropy(likeness.masked_fill(same, -1e9), torch.arange(BATCH))

    def _one(self, ways: list[list[Pieces]]) -> Pieces:
        return self._random.choice(self._random.choice(ways))

    def _partner(self, lesson: str) -> Pieces:
        if self._random.random() >= PASSAGE_SHARE:
            return self._one(self._asked[lesson])
        return self._random.choice(self._parts[lesson])

    def _vectors(self, texts: Sequence[Pieces]) -> Tensor:
        starts = np.cumsum([0, *(len(pieces) for pieces in texts[:-1])])
        return F.normalize(self._bag(torch.from_numpy(np.concatenate(texts)), torch.from_numpy(starts)), dim=1)


def _parts(passages: Sequence[str]) -> list[str]:
    """One to four sentences from every place of every passage."""
    parts = []
    for passage in passages:
        sentences = re.split(r"(?<=[.?!])\s", passage)
        for start in range(len(sentences)):
            parts += [" ".join(sentences[start : start + length]) for length in (1, 2, 4)]
    return list(dict.fromkeys(parts))


def save(trainer: Trainer, folder: Path) -> None:
    """Writes the embedder as sentence-transformers loads it."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    module = StaticEmbedding(trainer.tokenizer, embedding_weights=trainer.weights.numpy())
    SentenceTransformer(modules=[module], device="cpu").save(str(folder), create_model_card=False)


def main() -> None:
    """Cross-fits the fusion, trains the final embedder and writes both."""
    parser = argparse.ArgumentParser(description="Makes retrieval/starter/ on one core in about a quarter of an hour.")
    parser.add_argument("--out", type=Path, default=STARTER)
    parser.add_argument("--steps", type=int, default=STEPS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    started = time.monotonic()
    lessons, questions = load_lessons(), load_training()

    def trained(taught: Mapping[str, Lesson], part: Sequence[Question]) -> Trainer:
        trainer = Trainer(list(taught.values()), part)
        loss = trainer.train(options.steps)
        print(f"{len(part)} questions, loss {loss:.3f}, {time.monotonic() - started:.0f} s", flush=True)
        return trainer

    examples = collect(lessons, questions, trained, SEED)
    fusion = fit(examples, collect_unread(lessons, questions, trained, SEED), SEED)
    final = trained(lessons, questions)
    options.out.mkdir(parents=True, exist_ok=True)
    save(final, options.out)
    fusion.save(options.out / "fusion.json")
    print(f"{options.out}: {len(final.weights)} pieces, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
