"""The passive with "werden": "wird geprüft", but neither "wird kommen" nor "wird krank"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from german.findings import Finding, listed, zipf
from german.prose import Sentence

_WERDEN = listed("verbs", "werden")
_STRONG = listed("verbs", "strong")
_ADJECTIVES = listed("verbs", "adjectives") | listed("verbs", "never_passive")
_LIKE_INFINITIVE = listed("verbs", "like_infinitive")
_SEPARABLE = listed("verbs", "separable")
_INSEPARABLE = listed("verbs", "inseparable")
_AUXILIARY = listed("verbs", "auxiliary")
_AFTER = frozenset(["und", "oder", "sowie", "von", "vom", "durch", "mit", "wie", "als", "in", "im", "auf", "bei"])
"""What may follow the participle that ends a clause."""
_ACTIVE = frozenset(
    [
        "ich",
        "du",
        "er",
        "wir",
        "ihr",
        "man",
        "den",
        "einen",
        "keinen",
        "meinen",
        "deinen",
        "seinen",
        "ihren",
        "unseren",
        "diesen",
        "jeden",
    ]
)
"""With these "wird … verlassen" is the future: somebody will leave."""
_COMMON_VERB = 1.5


def passive(sentence: Sentence) -> Iterator[Finding]:
    """Every clause in the passive (Vorgangspassiv)."""
    for clause in _clauses(sentence.tokens):
        found = _in_clause(clause)
        if found:
            yield Finding(
                "passive", sentence.line, found, f"Passiv: „{found}“ sagt nicht, wer etwas tut.",
                "Nenn die Person und schreib aktiv, zum Beispiel: „Die Kollegin prüft die Maschine.“",
            )  # fmt: skip


def _clauses(tokens: Sequence[str]) -> Iterator[list[str]]:
    clause: list[str] = []
    for token in tokens:
        if token in ",;:.!?–()":
            yield clause
            clause = []
        elif token[0].isalnum():
            clause.append(token)
    yield clause


def _in_clause(clause: Sequence[str]) -> str:
    """The words of the passive in a clause, or ""."""
    low = [word.lower() for word in clause]
    for i, word in enumerate(low):
        if word == "worden" and i:
            return f"{clause[i - 1]} {clause[i]}"
        if word not in _WERDEN:
            continue
        before = i - 2 if i > 1 and low[i - 1] == "zu" else i - 1
        if before >= 0 and _participle(clause[before], first=before == 0):
            if not (_also_infinitive(low[before]) and _ACTIVE & set(low)):
                return " ".join(clause[before : i + 1])
            continue
        for j in range(i + 1, len(clause)):
            if _participle(clause[j]) and _ends_clause(low, i, j):
                future = word in ("werde", "wirst", "werdet") or _ACTIVE & set(low)
                if not (_also_infinitive(low[j]) and future):
                    return f"{clause[i]} … {clause[j]}" if j > i + 1 else f"{clause[i]} {clause[j]}"
    return ""


def _ends_clause(low: Sequence[str], i: int, j: int) -> bool:
    """Whether the participle at `j` closes what "werden" at `i` opened."""
    between = low[i + 1 : j]
    if ("und" in between or "oder" in between) and _AUXILIARY & set(between):
        return False
    if j + 1 == len(low):
        return True
    return low[j + 1] not in ("haben", "sein") and (low[j + 1] in _AFTER or low[j + 1] in _WERDEN)


def _participle(word: str, first: bool = False) -> bool:
    """Whether a word is a past participle; `first`: it opens the sentence, where all words have a capital."""
    low = word.lower()
    if (word[0].isupper() and not first) or low in _ADJECTIVES:
        return False
    stems = [low, *(low.removeprefix(prefix) for prefix in _SEPARABLE if low.startswith(prefix))]
    return any(_bare_participle(stem) for stem in stems)


def _bare_participle(stem: str) -> bool:
    """A participle without a separable prefix."""
    if re.fullmatch(r"ge.*[aeiouyäöü].*t", stem) and len(stem) > 4:
        return True
    if stem.startswith("ge") and stem[2:] in _STRONG:
        return True
    if len(stem) > 6 and stem.endswith("iert"):
        return True
    return any(_inseparable(stem, prefix) for prefix in _INSEPARABLE if stem.startswith(prefix))


def _inseparable(stem: str, prefix: str) -> bool:
    rest = stem.removeprefix(prefix)
    if rest in _STRONG:
        return True
    if len(rest) < 3 or not rest.endswith("t"):
        return False
    infinitives = (stem[:-1] + "en", stem[:-1] + "n", stem[:-2] + "en" if stem.endswith("et") else "")
    return any(zipf(verb) > _COMMON_VERB for verb in infinitives if verb)


def _also_infinitive(word: str) -> bool:
    """Whether infinitive and participle are the same: "verlassen", "erhalten"."""
    return "ge" not in word[:5] and any(word.endswith(verb) for verb in _LIKE_INFINITIVE)
