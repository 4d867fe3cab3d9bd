"""Regional, clipped and everyday German -> standard forms that are searched beside the original.

The rules are data, in `dialect/*.toml`, a file for each group. Every rule brings its evidence: sentences that it makes
standard, and sentences that look like its work and have to stay; `tests/test_dialect.py` runs them all. Nothing is
guessed: a word that no rule names stays as it is, so that a standard sentence has one variant, itself.

What the rules say about the speech of the Rhineland, the Ruhr area and Westphalia is general knowledge (collected in
the project's notes on speech, "Regional and everyday German in text"); no speaker has checked it. A form that is also
an everyday standard word is left out, or asks for its neighbours, or for company: see `Rule`.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("dialect")
GROUPS = ("neighbours", "grammar", "reductions", "clitics", "sounds", "ruhr", "koelsch", "platt")
"""The files of rules, in the order in which they are asked: the first rule that knows a form decides."""
EVERYWHERE = "überall"
"""The region of rules that are no sign of a dialect, because everybody talks like that."""
MOST_PASSES = 8
"""Rules are applied until nothing changes. Three passes are much; the limit only guards against rules in a circle."""

_BEFORE, _AFTER = r"(?<![\w@/\\>)‐-])(?<!\w\.)", r"(?![\w@/(\\<‐-]|['’`]\w|\.\w)"
"""A word is no part of an address, a compound with a hyphen or an alternative: "kumpel.de", "en-de", "un/oder"."""
_WORD = re.compile(rf"{_BEFORE}['’`]?[^\W\d_]+(?:['’`][^\W\d_]+)*['’`]?{_AFTER}")
_APOSTROPHES = str.maketrans("’`", "''")
_OPENS = re.compile(r"(?:^|[.!?:])[\s„“\"'(»]*$")


def variants(text: str) -> tuple[str, ...]:
    """`text` itself and, where it differs, its standard form.

    >>> variants("Wat is dat?")
    ('Wat is dat?', 'Was ist das?')
    """
    standard = standardise(text)
    return (text,) if standard == text else (text, standard)


def standardise(text: str) -> str:
    """`text` with everything regional that a rule names replaced; capitals at the start of a word stay.

    >>> standardise("Hömma, is die Kiste noch am lernen?")
    'Hör mal, lernt die Kiste noch?'
    """
    return _rulebook().standardise(text)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One regularity of regional German, with sentences for it and against it.

    It names words (`forms`) or looks at several words at once (`pattern`).
    """

    group: str
    name: str
    region: str
    examples: tuple[tuple[str, str], ...]
    """Said and standard, whole sentences."""
    against: tuple[str, ...]
    """Sentences that stay as they are."""
    beside: str = ""
    """Holds only in company: "any" where another word shows that the text is regional, or a group of such words."""
    spelled: str = "any"
    """"small": only in small letters; "no noun": in small letters or at the start of a sentence."""
    forms: Mapping[str, str] = field(default_factory=dict)
    """Regional word in small letters -> standard words."""
    when: frozenset[str] = frozenset()
    """The pattern is looked for where one of these words stands."""
    pattern: re.Pattern[str] | None = None
    becomes: str = ""
    """What stands for the pattern: "\\1" is a group of it, "{er}" a form of its verb."""


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, in the order in which they are asked."""
    return tuple(_rule(group, data) for group in GROUPS for data in _read(group)["rule"])


# --- applying ---


class Rulebook:
    """Rules, found by the words that call for them."""

    def __init__(self, known: Iterable[Rule]) -> None:
        self._of_form: dict[str, list[Rule]] = defaultdict(list)
        self._of_trigger: dict[str, list[int]] = defaultdict(list)
        self._patterns: list[Rule] = []
        for rule in known:
            for form in rule.forms:
                self._of_form[form].append(rule)
            if rule.pattern:
                for word in rule.when:
                    self._of_trigger[word].append(len(self._patterns))
                self._patterns.append(rule)

    def standardise(self, text: str) -> str:
        """`text` in standard German, as far as these rules know it."""
        company = self._company(text)
        for _ in range(MOST_PASSES):
            before, text = text, self._rewritten(text, company)
            if text == before:
                break
            company = frozenset()  # what was regional is standard now: "et" is "es", and no Kölsch "es" (ist)
        return text

    def _company(self, text: str) -> frozenset[str]:
        """The groups of the words that show by themselves that a text is more than clipped everyday German."""
        found: set[str] = set()
        if not self._of_form.keys().isdisjoint(_keys(text)):
            for match in _WORD.finditer(text):
                named = [rule for rule in self._of_form.get(_key(match[0]), ()) if _stands(rule, match)]
                if not any(rule.region == EVERYWHERE for rule in named):
                    found.update(rule.group for rule in named if not rule.beside)
        return frozenset(found | {"any"} if found else found)

    def _rewritten(self, text: str, company: frozenset[str]) -> str:
        """One pass: first what several words mean together, then every word by itself."""
        found = {place for word in _keys(text) for place in self._of_trigger.get(word, ())}
        for rule in (self._patterns[place] for place in sorted(found)):
            if rule.pattern and (not rule.beside or rule.beside in company):
                text = rule.pattern.sub(partial(_expanded, rule.becomes), text)
        if self._of_form.keys().isdisjoint(_keys(text)):
            return text
        return _WORD.sub(lambda match: self._word(match, company), text)

    def _word(self, match: re.Match[str], company: frozenset[str]) -> str:
        word = match[0]
        for left, right in _quotes(word):
            bare = word[left : len(word) - right]
            for rule in self._of_form.get(_key(bare), ()):
                if (not rule.beside or rule.beside in company) and _stands(rule, match):
                    return word[:left] + _as_written(bare, rule.forms[_key(bare)]) + word[len(word) - right :]
        return word


@cache
def _rulebook() -> Rulebook:
    return Rulebook(rules())


@lru_cache(maxsize=8)  # a pass asks for the same text more than once
def _keys(text: str) -> frozenset[str]:
    """The words of a text as the rules name them, with and without the marks around them."""
    words = {word.lower() for word in _WORD.findall(text.translate(_APOSTROPHES)) if not _is_acronym(word)}
    return frozenset(words | {word.strip("'") for word in words} if "'" in "".join(words) else words)


def _key(word: str) -> str:
    return word.lower().translate(_APOSTROPHES)


def _is_acronym(word: str) -> bool:
    """ "UN", "OP" and "DIN EN" are no dialect."""
    return len(word) > 1 and word.isupper()


def _stands(rule: Rule, match: re.Match[str]) -> bool:
    """Whether a word is spelled as the rule wants, by itself or as the first one of its sentence."""
    if _is_acronym(match[0]):
        return False
    if rule.spelled == "any" or match[0].islower():
        return True
    return rule.spelled == "no noun" and bool(_OPENS.search(match.string[: match.start()]))


def _quotes(word: str) -> Iterator[tuple[int, int]]:
    """How many marks at either end may be quotation marks instead of left-out letters."""
    first, last = int(word[0] in "'’`"), int(word[-1] in "'’`")
    if not (first and last):
        yield 0, 0
    if first or last:
        yield first, last


def _expanded(becomes: str, match: re.Match[str]) -> str:
    """The standard words for what a pattern has found."""
    if "{" in becomes:
        verb = _verbs()[match["verb"].lower()]
        for person, form in vars(verb).items():
            becomes = becomes.replace(f"{{{person}}}", form)
    return _as_written(match[0], " ".join(match.expand(becomes).split()))


def _as_written(said: str, standard: str) -> str:
    return standard[:1].upper() + standard[1:] if said.lstrip("'’`")[:1].isupper() else standard


# --- reading ---


@cache
def _read(group: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{group}.toml").read_text("utf-8"))


def _rule(group: str, data: dict[str, Any]) -> Rule:
    return Rule(
        group=group,
        name=data["name"],
        region=data["region"],
        examples=tuple((said, standard) for said, standard in data["for"]),
        against=tuple(data["against"]),
        beside=data.get("beside", ""),
        spelled=data.get("spelled", "any"),
        forms={} if "pattern" in data else _forms(data),
        when=frozenset(data.get("when", "").split()),
        pattern=_compiled(data["pattern"], _read(group).get("parts", {})) if "pattern" in data else None,
        becomes=data.get("becomes", ""),
    )


def _forms(data: dict[str, Any]) -> dict[str, str]:
    """Every form that a rule names, without the standard words among them."""
    unless = set(data.get("unless", "").split())
    if "from" in data:  # what one sound rule refuses, no other one that lists the same word may bring back
        unless.update(*(rule.get("unless", "").split() for rule in _read("sounds")["rule"]))
    found: dict[str, str] = {}
    for form, standard in _spelled_out(data):
        if form not in unless and form != standard.lower():
            found.setdefault(form, standard)
    return found


def _spelled_out(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if "words" in data:
        for standard, forms in data["words"].items():
            yield from ((form, standard) for form in forms.split())
    elif "from" in data:
        for word in data["on"].split():
            yield from ((form, word) for form in _sounded(word))
    elif "hosts" in data:
        for host, spellings in data["hosts"].items():
            for form in spellings.split():
                yield from ((form + ending, f"{host} {data['becomes']}") for ending in data["add"].split())
    else:
        verbs = [_verbs()[verb] for verb in data["verbs"].split()] if "verbs" in data else _verbs().values()
        for verb in verbs:
            person = getattr(verb, data["person"])
            if person == verb.er:  # "passt": with -e it would be the past tense, "passte"
                continue
            for form in _spoken(person):
                if form.endswith(data["drop"]) and re.search(data.get("after", ""), form.removesuffix(data["drop"])):
                    yield form.removesuffix(data["drop"]) + data["add"], f"{person}{data['becomes']}"


def _sounded(word: str) -> set[str]:
    """A word as every sound rule that lists it has it, one rule after the other: "jesagt", "gesacht", "jesacht"."""
    found: set[str] = set()
    for rule in _read("sounds")["rule"]:
        if word in _listed(rule["on"]):
            found |= {re.sub(rule["from"], rule["to"], form, count=n) for form in (word, *found) for n in (0, 1)}
    return found


@cache
def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _spoken(form: str) -> Iterator[str]:
    """A form of a verb as it is said: "sagst" and "sachst", "gibst" and "jibst"."""
    for ending in {form, re.sub(r"g(?=s?t$)", "ch", form)}:
        yield from {ending, re.sub(r"^g", "j", ending)}


# --- verbs ---


@dataclass(frozen=True)
class _Verb:
    """The forms of a verb that rules need."""

    inf: str
    ich: str
    du: str
    er: str
    imperative: str


@cache
def _verbs() -> Mapping[str, _Verb]:
    """Verbs by infinitive, the irregular ones as they are listed."""
    listed = _read("verbs")
    forms = [_conjugated(verb) for verb in listed["regular"].split()]
    forms += [_Verb(*line.split()) for line in listed["irregular"].strip().splitlines()]
    return {verb.inf: verb for verb in forms}


def _conjugated(inf: str) -> _Verb:
    """The present tense of a regular verb."""
    stem = inf.removesuffix("n").removesuffix("e")
    if stem.endswith(("el", "er")) and inf.endswith(("eln", "ern")):
        return _Verb(inf, stem + "e", stem + "st", stem + "t", stem + "e")
    e = "e" if re.search(r"[td]$|[^aeiouäöülrhmn][mn]$|ch[mn]$", stem) else ""
    s = "" if re.search(r"[sßzx]$", stem) else "s"
    return _Verb(inf, stem + "e", stem + e + s + "t", stem + e + "t", stem + e)


def _compiled(pattern: str, own_parts: Mapping[str, str]) -> re.Pattern[str]:
    """A pattern of `dialect/*.toml`, its names in braces written out: {N} is a noun, {end} that of a clause."""
    parts = {
        **own_parts,
        " ": r"\s",
        "{N}": r"(?-i:[A-ZÄÖÜ])[\w-]+",
        "{end}": r"(?=\s*(?:[.,;:!?…)“\"]|$))",
        "{start}": r"(?:^|(?<=[.,;:!?„] ))",
        "{verb}": f"(?P<verb>{'|'.join(sorted(_verbs(), key=len, reverse=True))})",
        "{du}": _any_of("du"),
        "{er}": _any_of("er"),
        "{dus}": f"(?:{'|'.join(sorted(_short_du(), key=len, reverse=True))})",
    }
    for name, meaning in parts.items():
        pattern = pattern.replace(name, meaning)
    return re.compile(rf"{_BEFORE}(?:{pattern}){_AFTER}", re.IGNORECASE)


def _any_of(person: str) -> str:
    forms = {getattr(verb, person) for verb in _verbs().values()}
    return f"(?:{'|'.join(sorted(forms, key=len, reverse=True))})"


def _short_du() -> set[str]:
    """Second persons without their t, "kanns"; "bis" and "lass" are words of their own."""
    forms = {form for verb in _verbs().values() if verb.du != verb.er for form in _spoken(verb.du)}
    return {form.removesuffix("t") for form in forms if form.endswith("st")} - {"bis"}
