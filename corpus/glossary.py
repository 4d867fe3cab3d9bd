"""The glossary: the words that the lessons explain, in alphabetical order, each told once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from corpus.lesson import Lesson, Term
from german.text import fold

LANGUAGE_NAMES = {
    "tr": "Türkisch", "ar": "Arabisch", "pl": "Polnisch", "uk": "Ukrainisch", "ru": "Russisch", "en": "Englisch",
}  # fmt: skip
UNCHECKED = "Die Übersetzungen hat noch niemand geprüft, der die Sprache spricht."


@dataclass(frozen=True)
class Entry(Term):
    """One word of the glossary."""

    lessons: tuple[str, ...]
    """Ids of the lessons that explain it, the first one first."""


def glossary(lessons: Iterable[Lesson]) -> tuple[Entry, ...]:
    """The words of all lessons. A word that several lessons explain has one meaning, which loading has checked."""
    entries: dict[str, Entry] = {}
    for lesson in sorted(lessons, key=lambda lesson: lesson.id):
        for term in lesson.terms:
            key = term.term.lower()
            known = entries.get(key)
            misheard = (*known.misheard, *term.misheard) if known else term.misheard
            entries[key] = Entry(
                known.term if known else term.term,
                term.meaning,
                tuple(dict.fromkeys(misheard)),
                term.translations,
                (*known.lessons, lesson.id) if known else (lesson.id,),
            )
    return tuple(sorted(entries.values(), key=lambda entry: fold(entry.term)))
