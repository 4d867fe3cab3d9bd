"""How hard a text is to read, as numbers: Wiener Sachtextformel 1, LIX and Amstad.

They lean on averages: below ten sentences they say little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from german.prose import Sentence
from german.syllables import syllables

LONG = 6
"""Letters; a word that has more is long for LIX and the Wiener Sachtextformel."""
MANY = 3
"""Syllables from which on a word counts as one of many."""


@dataclass(frozen=True)
class Indices:
    """What is counted in a text. Shares run from 0 to 1."""

    sentences: int
    words: int
    mean_words: float
    """Words per sentence."""
    max_words: int
    long_words: float
    """Share of words with more than six letters."""
    many_syllables: float
    """Share of words with three syllables or more."""
    wstf1: float
    """Wiener Sachtextformel 1 (Bamberger and Vanecek): about the school year, 4 is easy and 15 is hard."""
    lix: float
    """Läsbarhetsindex (Björnsson): words per sentence plus per cent of long words."""
    amstad: float
    """Flesch for German (Amstad): 0 is hard, 100 is easy."""


def indices(sentences: Sequence[Sentence]) -> Indices:
    """The figures of some sentences; all zero where there is no word."""
    lengths = [len(sentence.words) for sentence in sentences if sentence.words]
    words = [_letters(word) for sentence in sentences for word in sentence.words]
    if not words:
        return Indices(0, 0, 0.0, 0, 0.0, 0.0, 0.0, 0.0, 0.0)
    count, mean = len(words), len(words) / len(lengths)
    syllable_counts = [syllables(word) for word in words]
    long_words = sum(len(word) > LONG for word in words) / count
    many = sum(number >= MANY for number in syllable_counts) / count
    one = sum(number == 1 for number in syllable_counts) / count
    return Indices(
        sentences=len(lengths),
        words=count,
        mean_words=mean,
        max_words=max(lengths),
        long_words=long_words,
        many_syllables=many,
        wstf1=0.1935 * 100 * many + 0.1672 * mean + 0.1297 * 100 * long_words - 0.0327 * 100 * one - 0.875,
        lix=mean + 100 * long_words,
        amstad=180 - mean - 58.5 * sum(syllable_counts) / count,
    )


def _letters(word: str) -> str:
    """The word without the marks around it."""
    return word.strip("„“”\"'»«‚‘’()[]{}.,;:!?…–-*_#>") or word
