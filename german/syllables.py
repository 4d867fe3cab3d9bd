"""Syllables of German words, by groups of vowels.

Hyphenation, which textstat counts with, leaves out what a printer would not cut: it takes "Abend", "Ofen" and "über"
for one syllable each.
"""

from __future__ import annotations

import re
from functools import lru_cache

from german.spoken import spoken

_VOWELS = re.compile(r"äu|eu|au|ei|ai|ey|ay|oy|ou|ie|aa|ee|oo|y(?![aeou])|[aeiouäöüáéèêóà]")
_PREFIX = re.compile(r"^(be|ge)(?=ur[tl]|unr|ein[fd]|eil|end|erd|ehr|eig|ern|erb|imp|irr)")
"""Before these the two vowels belong to two syllables: "be-urteilen", "ge-impft", but "Beute", "Geist"."""
_APART = re.compile(
    r"(famil|lin|fol|ser|stud|akt|präm|mater|ital|span)ie|(fer|as|ind|belg|brasil|rumän|kroat|serb)ie(?=n)|(mus)eu(?=m)"
)
"""Here too: "Famili-e", "Feri-en", "Muse-um"."""
_MUTE = re.compile(r"team|update|software|hardware|online|offline|fake|phone|website|home|office")
"""English words that a German reader says with one syllable less than they have groups of vowels."""


@lru_cache(maxsize=20_000)
def syllables(word: str) -> int:
    """How many syllables a word has, at least one. Capitals are spelled, digits are read out.

    >>> [syllables(word) for word in ("Abend", "Ofen", "über", "Radio", "KI", "112")]
    [2, 2, 2, 3, 2, 3]
    """
    if any(map(str.isdigit, word)):
        said = spoken(word)
        if not any(map(str.isdigit, said)):
            return max(1, sum(_of_word(part) for part in re.findall(r"[^\W\d_]+", said)))
    return max(1, sum(_of_word(part) for part in re.findall(r"[^\W_]+", word)))


def _of_word(word: str) -> int:
    if word.isupper() and len(word) < 6:
        return len(word) + 2 * word.count("Y")
    lower = _PREFIX.sub(r"\1-", word.lower().replace("qu", "q"))
    lower = _APART.sub(lambda match: f"{match[0][:-1]}-{match[0][-1]}", lower)
    return len(_VOWELS.findall(lower)) - len(_MUTE.findall(lower))
