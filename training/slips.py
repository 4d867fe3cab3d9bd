"""Slips of ear, hand and dialect, put into questions so that the embedder learns to look past them."""

from __future__ import annotations

import random
import re

from german.text import plain

_SOUND_SLIPS = tuple(
    tuple(slip.split("/"))
    for slip in (
        "d/t", "t/d", "b/p", "p/b", "g/k", "k/g", "ei/ai", "ai/ei", "eu/oi", "äu/eu", "ä/e", "e/ä", "ö/e", "ü/i", "ü/u",
        "i/ie", "ie/i", "v/f", "f/v", "w/v", "z/s", "s/z", "tz/z", "ss/s", "s/ss", "ß/s", "ck/k", "k/ck", "qu/kw",
        "x/ks", "ks/x", "h/", "nn/n", "mm/m", "ll/l", "tt/t", "ff/f", "rr/r", "en/n", "er/a", "ch/sch", "sch/ch",
        "st/scht",
        "m/n", "n/m",
    )
)  # fmt: skip
"""What is heard / what is written instead."""
_DIALECT = [
    (re.compile(pattern), regional)
    for pattern, regional in (
        (r"\bdas\b", "dat"),
        (r"\bwas\b", "wat"),
        (r"\bes\b", "et"),
        (r"\balles\b", "allet"),
        (r"\bist\b", "is"),
        (r"\bnicht\b", "nich"),
        (r"\bnichts\b", "nix"),
        (r"\bund\b", "un"),
        (r"\bmal\b", "ma"),
        (r"\bauch\b", "och"),
        (r"\bich\b", "isch"),
        (r"\bjetzt\b", "gezz"),
        (r"\beine\b", "ne"),
        (r"\beinen\b", "nen"),
        (r"\bein\b", "en"),
        (r"\bauf dem\b", "aufm"),
        (r"\bin der\b", "inne"),
        (r"\bkannst du\b", "kannste"),
        (r"\bhast du\b", "haste"),
        (r"\bg(?=[eu])", "j"),
        (r"pf\b", "pp"),
        (r"ig\b", "ich"),
        (r"(?<=[aeiou])gt\b", "cht"),
        (r"er\b", "a"),
    )
]
_OPENINGS = (
    "hömma", "sach ma", "sag mal", "ich wollte wissen", "ich möchte wissen", "ich frage mich", "erklär mir mal", "also",
    "äh", "ähm", "ich hab ne frage", "du", "weißt du", "kannste mir sagen", "kannst du mir sagen",
)  # fmt: skip
_ENDINGS = ("oder", "eigentlich", "denn", "bitte", "ne", "oder wat", "sag ma", "bei uns", "genau", "überhaupt")
_FILLERS = {
    "der", "die", "das", "den", "dem", "ein", "eine", "einen", "ich", "du", "mir", "mich", "denn", "mal", "bitte",
    "ist", "sind", "zu",
}  # fmt: skip


def slip(text: str, rng: random.Random, strength: float) -> str:
    """`text` as it might be misheard, mistyped or said at home; `strength` 0 to 1 says how far it goes."""
    text = plain(text)
    if rng.random() < strength:
        for pattern, regional in _DIALECT:
            if rng.random() < 0.4:
                text = pattern.sub(regional, text)
    words = text.split()
    if len(words) > 3 and rng.random() < strength * 0.5:
        words = [word for word in words if word not in _FILLERS or rng.random() < 0.5] or words
    if rng.random() < strength * 0.3:
        words = rng.choice(_OPENINGS).split() + words
    if rng.random() < strength * 0.2:
        words = words + rng.choice(_ENDINGS).split()
    if len(words) > 4 and rng.random() < strength * 0.2:
        start = rng.randrange(2)
        words = words[start : len(words) - (1 - start)]
    if rng.random() < strength:
        words = [_mishear(word, rng, 0.25 * strength) for word in words]
    return " ".join(_recut([word for word in words if word], rng, 0.08 * strength))


def _mishear(word: str, rng: random.Random, chance: float) -> str:
    for old, new in rng.sample(_SOUND_SLIPS, 12):
        if old in word and rng.random() < chance:
            word = word.replace(old, new, 1)
    if len(word) > 3 and rng.random() < chance:
        at = rng.randrange(1, len(word))
        word = word[:at] + word[at + 1 :]
    return word


def _recut(words: list[str], rng: random.Random, chance: float) -> list[str]:
    """Merges neighbours and splits long words."""
    recut: list[str] = []
    for word in words:
        if recut and rng.random() < chance:
            recut[-1] += word
        elif len(word) > 5 and rng.random() < chance:
            at = rng.randrange(2, len(word) - 2)
            recut += [word[:at], word[at:]]
        else:
            recut.append(word)
    return recut
