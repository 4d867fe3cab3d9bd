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
from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from torch import Tensor, nn
from torch.nn import functional as F

from corpus.lesson import Lesson
from corpus.material import load_lessons
from corpus.questions import Question, load_training
from german.sounds import sounds
from retrieval.dense import STARTER, Vectors
from retrieval.passages import passages_of
from training.fusion import fit
from training.slips import slip

SEED = 20261122
DIMENSIONS = 160
PIECES = 2500
STEPS = 600
BATCH, OUTSIDERS = 256, 64
RATE, TEMPERATURE, STRENGTH = 0.01, 0.07, 0.6
PASSAGE_SHARE = 0.3
"""Of the pairs; the others are question to question."""
PIECE_DROPOUT = 0.1
"""Chance that two pieces are not merged, so that a word is seen cut in several ways."""


class Trainer:
    """Trains one embedder on lessons and questions; also an `Embedder` itself, for cross-validation."""

    def __init__(self, lessons: Sequence[Lesson], questions: Sequence[Question], seed: int = SEED) -> None:
        self.name = f"training-{random.Random(seed + len(questions)).getrandbits(32)}"
        self._random = random.Random(seed)
        torch.manual_seed(seed)
        here = {lesson.id for lesson in lessons}
        self._asked: dict[str, list[str]] = defaultdict(list)
        self._outside = [q.text for q in questions if q.lesson not in here]
        for lesson in lessons:
            self._asked[lesson.id] += [ask.text for ask in lesson.asks]
        for question in questions:
            if question.lesson in here:
                self._asked[str(question.lesson)].append(question.text)
        self._passages = {lesson.id: [p.text for p in passages_of(lesson)] for lesson in lessons}
        self.tokenizer = self._train_tokenizer()
        self._bag = nn.EmbeddingBag(self.tokenizer.get_vocab_size(), DIMENSIONS, mode="mean")
        nn.init.normal_(self._bag.weight, std=0.1)

    @property
    def weights(self) -> Tensor:
        """The vectors of the pieces, shape (pieces, DIMENSIONS)."""
        return self._bag.weight.detach()

    def train(self, steps: int = STEPS) -> float:
        """Trains and returns the last loss."""
        optimizer = torch.optim.Adam(self._bag.parameters(), lr=RATE)
        self.tokenizer.model.dropout = PIECE_DROPOUT
        loss = torch.zeros(())
        for step in range(steps):
            optimizer.param_groups[0]["lr"] = RATE * (1 - step / steps)
            loss = self._loss()
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        self.tokenizer.model.dropout = None
        return loss.item()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (texts, DIMENSIONS)."""
        with torch.no_grad():
            return self._vectors([sounds(text) for text in texts]).numpy()

    def _train_tokenizer(self) -> Tokenizer:
        questions = [text for texts in self._asked.values() for text in texts] + self._outside
        texts = questions + [text for texts in self._passages.values() for text in texts]
        texts += [slip(text, self._random, STRENGTH) for text in questions for _ in range(3)]
        tokenizer = Tokenizer(models.BPE(unk_token="[UNK]"))
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        trainer = trainers.BpeTrainer(vocab_size=PIECES, special_tokens=["[UNK]"], min_frequency=2, show_progress=False)
        tokenizer.train_from_iterator([sounds(text) for text in texts], trainer)
        return tokenizer

    def _loss(self) -> Tensor:
        lessons = self._random.choices(list(self._asked), k=BATCH)
        questions = [self._slipped(self._random.choice(self._asked[lesson])) for lesson in lessons]
        partners = [self._partner(lesson) for lesson in lessons]
        partners += [self._slipped(text) for text in self._random.choices(self._outside, k=OUTSIDERS)]
        likeness = self._vectors(questions) @ self._vectors(partners).T / TEMPERATURE
        number = {lesson: i for i, lesson in enumerate(self._asked)}
        mine = torch.tensor([number[lesson] for lesson in lessons])
        theirs = torch.cat([mine, torch.full((OUTSIDERS,), -1)])
        same = mine[:, None] == theirs[None, :]
        same[range(BATCH), range(BATCH)] = False
        return F.cross_entropy(likeness.masked_fill(same, -1e9), torch.arange(BATCH))

    def _slipped(self, text: str) -> str:
        return sounds(slip(text, self._random, STRENGTH))

    def _partner(self, lesson: str) -> str:
        if self._random.random() >= PASSAGE_SHARE:
            return self._slipped(self._random.choice(self._asked[lesson]))
        passage = re.split(r"(?<=[.?!])\s", self._random.choice(self._passages[lesson]))
        start = self._random.randrange(len(passage))
        return sounds(" ".join(passage[start : start + self._random.randint(1, 4)]))

    def _vectors(self, texts: list[str]) -> Tensor:
        pieces = [encoding.ids or [0] for encoding in self.tokenizer.encode_batch(texts)]
        starts = torch.tensor([0] + [len(ids) for ids in pieces[:-1]]).cumsum(0)
        flat = torch.tensor([id_ for ids in pieces for id_ in ids])
        return F.normalize(self._bag(flat, starts), dim=1)


def save(trainer: Trainer, folder: Path) -> None:
    """Writes the embedder as sentence-transformers loads it."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    module = StaticEmbedding(trainer.tokenizer, embedding_weights=trainer.weights.numpy())
    SentenceTransformer(modules=[module], device="cpu").save(str(folder), create_model_card=False)


def main() -> None:
    """Cross-fits the fusion, trains the final embedder and writes both."""
    parser = argparse.ArgumentParser(description="Makes retrieval/starter/ on one core in a few minutes.")
    parser.add_argument("--out", type=Path, default=STARTER)
    parser.add_argument("--steps", type=int, default=STEPS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    started = time.monotonic()
    lessons, questions = load_lessons(), load_training()

    def trained(part: Sequence[Question]) -> Trainer:
        trainer = Trainer(list(lessons.values()), part)
        print(f"{len(part)} questions, loss {trainer.train(options.steps):.3f}, {time.monotonic() - started:.0f} s")
        return trainer

    fusion = fit(lessons, questions, trained, SEED)
    final = trained(questions)
    options.out.mkdir(parents=True, exist_ok=True)
    save(final, options.out)
    fusion.save(options.out / "fusion.json")
    print(f"{options.out}: {len(final.weights)} pieces, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
