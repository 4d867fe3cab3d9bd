"""Regional, clipped and everyday German -> standard forms that are searched beside the original.

The rules are data, in `dialect.toml`. Nothing is guessed: a word that no rule names stays as it is, so that a
standard sentence has one variant, itself.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path

RULES = Path(__file__).with_name("dialect.toml")

_WORD = re.compile(r"['’`]?[^\W\d_]+(?:['’`][^\W\d_]+)*")


def variants(text: str) -> tuple[str, ...]:
    """`text` itself and, where it differs, its standard form.

    >>> variants("Wat is dat?")
    ('Wat is dat?', 'Was ist das?')
    """
    standard = standardise(text)
    return (text,) if standard == text else (text, standard)


def standardise(text: str) -> str:
    """`text` with every known regional word replaced; capitals at the start of a word stay."""
    return _WORD.sub(lambda match: _standard(match[0]), text)


def _standard(word: str) -> str:
    standard = _table().get(word.lower().replace("’", "'").replace("`", "'"))
    if standard is None:
        return word
    return standard[0].upper() + standard[1:] if word[0].isupper() else standard


@cache
def _table() -> Mapping[str, str]:
    """Regional word -> standard words."""
    with RULES.open("rb") as file:
        rules = tomllib.load(file)
    forms: dict[str, set[str]] = defaultdict(set)
    for rule in rules["sounds"]:
        for word in rule["words"].split():
            # one rule after the other, so that "gesagt" is known as "jesagt", "gesacht" and "jesacht"
            forms[word] |= {_regional(form, rule["from"], rule["to"], rule.get("at_end", False))
                            for form in (word, *forms[word])}  # fmt: skip
    table = {form: word for word in forms for form in forms[word] - {word}}
    table |= rules["clitics"]
    table |= rules["words"]
    return table


def _regional(word: str, old: str, new: str, at_end: bool) -> str:
    return word.removesuffix(old) + new if at_end and word.endswith(old) else word.replace(old, new, 1)
