"""The gate for plain German: what keeps a text from being understood, with line, words and a better way.

It checks rules and, from ten sentences on, indices. It does not promise "Leichte Sprache", which people have to test.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from german.findings import Finding
from german.grammar import genitive, nested, subjunctive, subordinate_clauses
from german.indices import Indices, indices
from german.listening import for_the_ear
from german.loanwords import abbreviations, foreign_words
from german.passive import passive
from german.prose import Paragraph, Sentence, paragraphs
from german.vocabulary import long_words, metaphors, nominal, rare_words

__all__ = ["A2", "DOCUMENT", "LESSON", "PROFILES", "SPOKEN_TURN", "Figures", "Finding", "Profile", "Report", "check"]

ENOUGH_SENTENCES = 10
"""From here on shares and indices are judged; below they say little."""


@dataclass(frozen=True)
class Profile:
    """The limits for one kind of text. Shares run from 0 to 1."""

    name: str
    mean_words: float
    """Per sentence."""
    max_words: int
    clauses: int
    """Subordinate clauses in one sentence."""
    passive: float
    """Share of sentences. In a longer text that is not spoken, a passive within the share is only a hint."""
    long_words: float
    """Share of words with three syllables or more."""
    paragraph: int
    """Sentences in one paragraph; in a spoken turn in all, without the closing question."""
    wstf1: float | None = None
    lix: float | None = None
    amstad: float | None = None
    spoken: bool = False
    """Whether the rules for the ear hold."""
    turn: bool = False
    """Whether it is one answer that closes with a question."""
    commas: int = 1


SPOKEN_TURN = Profile("SPOKEN_TURN", 10, 15, 1, 0.05, 0.10, 5, spoken=True, turn=True)
LESSON = Profile("LESSON", 12, 15, 1, 0.05, 0.15, 5, 9, 45, 60, spoken=True)
A2 = Profile("A2", 12, 20, 0, 0.05, 0.10, 3, 7, 40, 70)
DOCUMENT = Profile("DOCUMENT", 15, 20, 1, 0.10, 0.15, 5, 9, 45, 60)
PROFILES = {profile.name: profile for profile in (SPOKEN_TURN, LESSON, A2, DOCUMENT)}


@dataclass(frozen=True)
class Figures:
    """What was counted; headings are left out."""

    indices: Indices
    clauses: float
    """Subordinate clauses per sentence."""
    passive: float
    """Share of sentences."""
    sentences_per_paragraph: float


@dataclass(frozen=True)
class Report:
    """What the gate found in one text."""

    findings: tuple[Finding, ...]
    """In the order of the lines."""
    figures: Figures

    @property
    def passed(self) -> bool:
        """Whether nothing but hints was found."""
        return all(finding.hint for finding in self.findings)


def check(text: str, profile: Profile, explained: Collection[str] = frozenset()) -> Report:
    """Checks plain text or simple Markdown. `explained`: terms that the reader already knows, in any case.

    >>> [finding.rule for finding in check("Die Maschine wird geprüft.", LESSON).findings]
    ['passive']
    """
    known = frozenset(term.lower() for term in explained)
    blocks = paragraphs(text)
    document = [sentence for block in blocks for sentence in block.sentences]
    body = [sentence for block in blocks if not block.heading for sentence in block.sentences]
    figures = _figures(blocks, body)
    found = [finding for sentence in document for finding in _in_sentence(sentence, profile, known)]
    if not profile.spoken and len(body) >= ENOUGH_SENTENCES and figures.passive <= profile.passive:
        found = [replace(finding, hint=finding.hint or finding.rule == "passive") for finding in found]
    found += foreign_words(document, known)
    found += abbreviations(document, known)
    found += _turn(document, profile) if profile.turn else _paragraphs(blocks, profile)
    if len(body) >= ENOUGH_SENTENCES:
        found += _averages(figures, profile, body[0].line)
    return Report(tuple(sorted(found, key=lambda finding: finding.line)), figures)


def _in_sentence(sentence: Sentence, profile: Profile, known: Collection[str]) -> Iterator[Finding]:
    count = len(sentence.words)
    if count > profile.max_words:
        yield Finding(
            "long_sentence", sentence.line, sentence.text,
            f"Der Satz hat {count} Wörter, erlaubt sind {profile.max_words}.", "Mach zwei Sätze daraus.",
        )  # fmt: skip
    yield from nested(sentence, profile.commas, profile.clauses)
    yield from passive(sentence)
    yield from genitive(sentence)
    yield from subjunctive(sentence)
    yield from nominal(sentence, known)
    yield from long_words(sentence, known)
    yield from rare_words(sentence, known)
    yield from metaphors(sentence)
    if profile.spoken:
        yield from for_the_ear(sentence)


def _paragraphs(blocks: Sequence[Paragraph], profile: Profile) -> Iterator[Finding]:
    for block in blocks:
        count = len(block.sentences)
        if count > profile.paragraph:
            yield Finding(
                "paragraph", block.line, block.sentences[0].text,
                f"Der Absatz hat {count} Sätze, erlaubt sind {profile.paragraph}.", "Fang einen neuen Absatz an.",
            )  # fmt: skip


def _turn(document: Sequence[Sentence], profile: Profile) -> Iterator[Finding]:
    if not document:
        return
    asks = document[-1].text.rstrip("“”\"'»« ").endswith("?")
    count = len(document) - asks
    if count > profile.paragraph:
        yield Finding(
            "turn", document[profile.paragraph].line, document[profile.paragraph].text,
            f"Die Antwort hat {count} Sätze, erlaubt sind {profile.paragraph} und eine Frage.",
            "Sag zuerst das Wichtigste und biete den Rest an.",
        )  # fmt: skip
    if not asks:
        yield Finding(
            "question", document[-1].line, document[-1].text, "Am Ende fehlt eine Frage.",
            "Frag zum Beispiel: „Willst du mehr wissen?“", hint=True,
        )  # fmt: skip


def _figures(blocks: Sequence[Paragraph], body: Sequence[Sentence]) -> Figures:
    texts = [block for block in blocks if not block.heading]
    count = max(1, len(body))
    return Figures(
        indices=indices(body),
        clauses=sum(map(subordinate_clauses, body)) / count,
        passive=sum(any(passive(sentence)) for sentence in body) / count,
        sentences_per_paragraph=len(body) / max(1, len(texts)),
    )


def _averages(figures: Figures, profile: Profile, line: int) -> Iterator[Finding]:
    """Findings about the text as a whole; they name its first line."""
    got = figures.indices
    limits = [
        ("mean_words", "Wörter je Satz", got.mean_words, profile.mean_words, "Kürze die Sätze."),
        ("passive_share", "Anteil Sätze im Passiv", figures.passive, profile.passive, "Nenn, wer etwas tut."),
        ("long_words", "Anteil Wörter mit drei Silben", got.many_syllables, profile.long_words, "Nimm kürzere Wörter."),
        ("wstf1", "Wiener Sachtextformel", got.wstf1, profile.wstf1, "Kürze Sätze und Wörter."),
        ("lix", "LIX", got.lix, profile.lix, "Kürze Sätze und Wörter."),
    ]
    for rule, name, value, limit, better in limits:
        if limit is not None and value > limit:
            yield Finding(rule, line, "", f"{name}: {value:.2f}, erlaubt sind höchstens {limit:g}.", better)
    if profile.amstad is not None and got.amstad < profile.amstad:
        message = f"Lesbarkeit nach Amstad: {got.amstad:.0f}, nötig sind mindestens {profile.amstad:g}."
        yield Finding("amstad", line, "", message, "Kürze Sätze und Wörter.")
