"""The starter embedder's card: `python -m training.embedder_card` measures and writes retrieval/starter/README.md."""

from __future__ import annotations

from benchmarks.retrieval import GOALS, figures
from retrieval.dense import STARTER
from training.embedder import DIMENSIONS, PIECES, SEED, STEPS

CARD = """# Starter embedder

Finds the lesson that answers a German question. {pieces} word pieces of {dimensions} dimensions; a text is the mean of
its pieces. `fusion.json` holds the learned weights that join its vectors with the word channels, and the threshold.

**For** the lessons and questions of this repository: questions in standard, regional, incomplete and learner's German,
and questions misheard by a recogniser. **Not for** anything else: it has read only this project's text and knows no
other words. Material of your own needs a profile (`kumpel models pull klein`) or a training of its own.

**Made by** `python -m training.embedder`, seed {seed}, {steps} steps a training, on one core in a quarter of an hour.
**From** the lessons, the training side of the question bank, the paraphrases and the training side of the questions
without an answer. On the test side nothing was trained or fitted.
**How clean the test is.** Not perfectly. Part of the questions without an answer had been read, before they were
parted, by the author of further ones: near wordings were taken out, but topics are shared, so `answered_unanswerable`
is flattering. After test figures had been seen, more paraphrases were written (by authors who saw neither the bank nor
the figures by lesson) and near-duplicates put into one fold.
**Format** sentence-transformers (StaticEmbedding); texts go through `german.sounds.sounds` first.
**Licence** CC BY 4.0.

## Figures

Test side of the bank: {questions} questions, and {unanswerable} that no lesson answers. Measured by
`kumpel bench retrieval`; few questions, so a figure moves by two or three hundredths with a single one.

| figure | value | goal |
|---|---|---|
{rows}
"""


def card(measured: dict[str, float]) -> str:
    """The card with its figures; times are left out, since they belong to a machine."""
    goals = {goal.figure: f"{goal.op} {goal.target:g}" for goal in GOALS}
    counts = {"questions", "unanswerable"}
    rows = [
        f"| {name} | {value} | {goals.get(name, '–')} |"
        for name, value in measured.items()
        if name not in counts and not name.startswith("query_ms")
    ]
    return CARD.format(
        pieces=PIECES,
        dimensions=DIMENSIONS,
        seed=SEED,
        steps=STEPS,
        questions=int(measured["questions"]),
        unanswerable=int(measured["unanswerable"]),
        rows="\n".join(rows),
    )


if __name__ == "__main__":
    (STARTER / "README.md").write_text(card(figures()), "utf-8")
