"""What the starter recogniser hears in training: the project's own questions, lessons and sentences, recombined.

Whole sentences teach what people ask; splices, swapped words and words drawn by frequency keep the small model from
learning its text by heart. A text that equals a test question of the bank is never given out.
"""

from __future__ import annotations

import random
import re
from pathlib import Path

import numpy as np
import wordfreq

from german.text import plain
from training.splits import BANK_SPLIT_FILE, ROOT, bank

TEXT_DIR = ROOT / "training" / "text"
LESSON_DIR = ROOT / "corpus" / "lessons"

OPENINGS = """was ist|wat is|wat is dat mit|was bedeutet|was heißt|wie geht das mit|wie funktioniert|wozu brauche ich|warum gibt es
wer hilft mir bei|wer haftet für|darf ich|kann ich|kannste mir|kannst du mir sagen was|muss ich|was mache ich mit|was mach ich wenn
erklär mir mal|erklär mir bitte|ich verstehe nicht was|ich weiß nicht wie|wo finde ich|woher weiß ich ob|woran erkenne ich|wie erkenne ich
wie schreibe ich|wie prüfe ich|ich will wissen was|ich wollte fragen ob|sag mal|sach ma|hömma|und was ist mit|un wat is mit|gibt es regeln für
ich hab ne frage zu|ich hab angst vor|stimmt das mit|wem gehört|wer entscheidet über|was passiert mit|was tun bei|wie lange dauert|wann kommt
hast du was zu|haste wat zu|zeig mir|hilf mir mit|mein chef sagt|der kollege meint|bei uns gibt es jetzt|wenn die|warum macht die|soll ich
ich möchte lernen über|ich nicht verstehe|was machen diese|wie ich kann|noch mal zu|nochmal bitte|einfach gesagt|ist das erlaubt mit""".replace(
    "\n", "|"
).split("|")
TOPICS = """künstliche intelligenz|die ki|diese ki|ki|ein prompt|der prompt|eine halluzination|die halluzination|ein sprachmodell|der datenschutz
die ki verordnung|das ki gesetz|der betriebsrat|ein chatbot|der chatbot|maschinelles lernen|bias|die verzerrung|mein chef|die qualitätskontrolle
die vorausschauende wartung|der roboter|der cobot|ein roboter|die kamera an der maschine|meine daten|ein passwort|das passwort|die schichtplanung
der arbeitsschutz|eine falsche antwort|das tablet|der knopf|die übersetzung|ein geschäftsgeheimnis|der not halt|der notknopf|die fehlermeldung
der algorithmus|schwache ki|starke ki|ein deepfake|ein gefälschtes bild|eine gefälschte stimme|die quelle|eine zweite quelle|das handbuch
der kollege|die maschine|der ersthelfer|die betriebsanweisung|der handbetrieb|ein angriff|eine komische mail|die it|ein virus|die sicherheitsfachkraft
das navi|das handy|ein muster|ein beispiel|die antwort|die stimme|platt|mein dialekt|ein halber satz|der helfer|ein video|das ergebnis|die drei fragen""".replace(
    "\n", "|"
).split("|")
ENDINGS = """bei der arbeit|in der halle|am band|in der pflege|im lager|im büro|für mich|in der werkstatt|bei uns im betrieb|heute|einfach erklärt|bitte
noch mal|auf deutsch|an der maschine|eigentlich|denn|überhaupt|so|da|jetzt|dann|oder|und so|in meiner schicht|wenn keiner da ist""".replace(
    "\n", "|"
).split("|")


class Utterances:
    """Draws texts to be spoken. `refresh` reads the files again, so that material may still grow."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        common = [w for w in wordfreq.top_n_list("de", 15000, wordlist="large") if re.fullmatch(r"[a-zäöüß]{2,}", w)]
        weights = np.array([wordfreq.word_frequency(w, "de") for w in common]) ** 0.6
        self._common, self._cumulated = common, np.cumsum(weights / weights.sum())
        self.refresh()

    def refresh(self) -> None:
        """Reads questions, lessons and sentences from the repository."""
        has_bank = BANK_SPLIT_FILE.exists()
        self._forbidden = {plain(item["text"]) for item in bank("test")} if has_bank else set()
        questions = [item["text"] for item in bank("train") if item["kind"] != "asr"] if has_bank else []
        questions += _lines(TEXT_DIR / "fragen.txt") + _asks()
        self._questions = self._speakable(questions)
        self._sentences = self._speakable(_lines(TEXT_DIR / "alltag.txt") + _lesson_sentences())
        self._own_words = [w for text in self._questions + self._sentences for w in text.split()]

    def _speakable(self, texts: list[str]) -> list[str]:
        kept = (t for t in dict.fromkeys(texts) if not re.search(r"\d", t) and 1 <= len(t.split()) <= 16)
        return [text for text in kept if plain(text) and plain(text) not in self._forbidden]

    def draw(self) -> str:
        """One text: a question, a sentence, a recombination or words by frequency."""
        while True:
            text = self._draw()
            if plain(text) and plain(text) not in self._forbidden:
                return text

    def _draw(self) -> str:
        pick, choose = self._random.random(), self._random.choice
        if not self._questions or not self._sentences:
            return self._frame() if pick < 0.6 else self._words(3, 8)
        if pick < 0.24:
            return choose(self._questions)
        if pick < 0.36:
            return choose(self._sentences)
        if pick < 0.52:
            return self._spliced(choose(self._questions), choose(self._questions))
        if pick < 0.66:
            return self._swapped(choose(self._questions + self._sentences))
        if pick < 0.82:
            return self._frame()
        if pick < 0.90:
            return " ".join(choose(self._own_words) for _ in range(self._random.randint(2, 8)))
        return self._words(2, 7)

    def _words(self, low: int, high: int) -> str:
        draws = [self._random.random() for _ in range(self._random.randint(low, high))]
        indices = np.minimum(np.searchsorted(self._cumulated, draws), len(self._common) - 1)
        return " ".join(self._common[i] for i in indices)

    def _frame(self) -> str:
        topic = self._random.choice(TOPICS) if self._random.random() < 0.55 else self._words(1, 3)
        ending = self._random.choice(ENDINGS) if self._random.random() < 0.4 else ""
        return f"{self._random.choice(OPENINGS)} {topic} {ending}".strip()

    def _spliced(self, first: str, second: str) -> str:
        head, tail = first.split(), second.split()
        return " ".join(head[: max(1, len(head) * 2 // 3)] + tail[len(tail) // 2 :])

    def _swapped(self, text: str) -> str:
        parts = text.split()
        for _ in range(max(1, len(parts) // 4)):
            new = self._random.choice(self._own_words) if self._random.random() < 0.5 else self._words(1, 1)
            parts[self._random.randrange(len(parts))] = new
        return " ".join(parts)


def _lines(path: Path) -> list[str]:
    return [line.strip() for line in path.read_text("utf-8").splitlines() if line.strip()] if path.exists() else []


def _lesson_bodies() -> list[tuple[str, str]]:
    """(YAML head, text) of every lesson."""
    parts = [path.read_text("utf-8").split("---\n", 2) for path in sorted(LESSON_DIR.glob("*/*.md"))]
    return [(part[1], part[2]) for part in parts if len(part) == 3]


def _asks() -> list[str]:
    return [t for head, _ in _lesson_bodies() for k, t in re.findall(r'kind: (\w+), text: "([^"]+)"', head) if k != "asr"]


def _lesson_sentences() -> list[str]:
    sentences = []
    for head, body in _lesson_bodies():
        text = re.sub(r"^#.*$|^\s*[-*] ", "", body, flags=re.M)
        sentences += [s.strip() for s in re.split(r"(?<=[.?!:])\s+", text)]
        sentences += [s.strip() for s in re.findall(r'(?:question|hint|meaning|title|task): "?([^"{}\n]+?)"?[,\n]', head)]
    return sentences
