"""What the plain-language gate finds, the lists it knows, and how common a word is."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

LISTS: dict[str, Any] = tomllib.loads(resources.files("german").joinpath("plain.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Finding:
    """One place where a text is not plain."""

    rule: str
    line: int
    """Counted from 1."""
    words: str
    """The words in question, as they stand in the text."""
    message: str
    """German: what is wrong."""
    better: str
    """German: what to write instead."""
    hint: bool = False
    """Worth a look, but the text passes with it."""


def listed(table: str, name: str) -> frozenset[str]:
    """A list of `plain.toml` as a set of words."""
    return frozenset(LISTS[table][name].split())


@lru_cache(maxsize=50_000)
def zipf(word: str, language: str = "de") -> float:
    """How common a word is: 0 unknown, 3 once in a million words, 6 once in a thousand (wordfreq)."""
    from wordfreq import zipf_frequency

    return float(zipf_frequency(word, language))


def is_noun(token: str) -> bool:
    """Whether a token has a capital letter and could be a noun; the caller knows about the start of a sentence."""
    return token[:1].isupper() and token.replace("-", "").isalpha()


_FORMS = ("", "s", "n", "en", "e", "er", "es", "em")


def is_explained(word: str, explained: Collection[str]) -> bool:
    """Whether a word, in any case or number, is among the explained ones (small letters)."""
    low = word.lower()
    return any(low.removesuffix(form) in explained for form in _FORMS if low.endswith(form))
