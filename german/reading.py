"""How notation is read aloud: the steps that `german.spoken` takes.

Each step takes a text and gives it back with one kind of notation written as words. Their order in `STEPS` counts:
links go before numbers, dates before ordinals, units before bare numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from german.lexicon import (
    ABBREVIATIONS,
    MASCULINE_PLURALS,
    MONTHS,
    NUMBERED,
    PRONUNCIATION,
    SENTENCE_STARTS,
    SHOUTED,
    UNITS,
)
from german.numbers import LARGEST, cardinal, decimal, digits, ordinal, year


def _any_of(words: Iterable[str]) -> str:
    """A pattern for the longest of `words`; between their parts a space may be missing ("z.B.")."""
    return "|".join(re.escape(word).replace(r"\ ", r"\s?") for word in sorted(words, key=len, reverse=True))


_LETTER = "A-Za-zÄÖÜäöüß"
_NUMBER = r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?"


# --- markup, addresses, spellings ---


def _markdown(text: str) -> str:
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"^\s*(?:#{1,6}|[-*•>])\s+", "", text)
    text = re.sub(r"^\s*(\d{1,2})[.)]\s+(?=[A-ZÄÖÜ])", _list_number, text)
    text = re.sub(r"\*\*|__|~~|`+", "", text)
    return re.sub(r"(?<!\w)[*_](?=\w)|(?<=[\w.!?])[*_](?!\w)", "", text)


def _list_number(found: re.Match[str]) -> str:
    if found.string[found.end() :].startswith(tuple(MONTHS)):
        return found.group()
    return f"{cardinal(int(found.group(1)))}: "


def _links(text: str) -> str:
    """Of an address its host is read out; in brackets nothing is."""
    text = re.sub(r"[(<]\s*(?:https?://|www\.)[^\s>)]*\s*[>)]", " ", text)
    text = re.sub(r"(?:https?://(?:www\.)?|www\.)([\w.-]*\w)(?:[:/?#](?:[^\s>)]*[\w/])?)?", r"\1", text)
    text = re.sub(r"(?<=[\w-])@(?=[\w-]+\.\w)", " ät ", text)
    return re.sub(
        r"\b([\w-]+(?:\.[\w-]+)*)\.(de|com|org|net|eu|info)\b",
        lambda found: found.group().replace(".", " Punkt "),
        text,
    )


def _genders(text: str) -> str:
    """ "Kolleg*innen" -> "Kolleginnen und Kollegen", for nouns whose other form is certain."""
    text = re.sub(rf"\b([{_LETTER}-]+?)(?:[*:_]|/-?)innen\b", _both, text)
    text = re.sub(rf"\b([{_LETTER}]+e)[*:_]r\b", r"\1 oder \1r", text)
    return re.sub(rf"\b([{_LETTER}-]+er)(?:[*:_]|/-?)in\b", r"\1in oder \1", text)


def _both(found: re.Match[str]) -> str:
    stem = found.group(1)
    if stem.endswith("er"):
        dative = "n" if _words_before(found)[-1:] in (["den"], ["mit"], ["von"], ["bei"], ["allen"]) else ""
        return f"{stem}innen und {stem}{dative}"
    for ending, plural in MASCULINE_PLURALS.items():
        if stem.endswith(ending):
            return f"{stem}innen und {stem.removesuffix(ending)}{plural}"
        if stem.endswith(ending.lower()):  # a compound: "Arbeitskolleg"
            return f"{stem}innen und {stem.removesuffix(ending.lower())}{plural.lower()}"
    return f"{stem}innen"


def _paragraph_signs(text: str) -> str:
    return re.sub(r"§\s*", "Paragraf ", re.sub(r"§§\s*", "Paragrafen ", text))


_ABBREVIATION = re.compile(rf"(?<![\w.])(?:{_any_of(ABBREVIATIONS)}|(?:{_any_of(NUMBERED)})(?=\s*\d))")


def _abbreviations(text: str) -> str:
    def say(found: re.Match[str]) -> str:
        written = re.sub(r"\.\s*(?=.)", ". ", found.group())
        if written in UNITS and re.search(r"\d\s?$", text[: found.start()]):  # "30 Min." waits for its step
            return found.group()
        said = ABBREVIATIONS.get(written) or NUMBERED[written]
        return said + ("." if found.end() == len(text) else "")

    return _ABBREVIATION.sub(say, text)


# --- telephones, ranges, dates, times ---

_EMERGENCY = re.compile(
    r"(?<![\w.,])(11[025]|116\s?117)\b(?![.,]\d)"
    r"(\s+(?!Notruf|Polizei|Feuerwehr|Rettung)(?:[A-ZÄÖÜ]|kg\b|km\b|cm\b|mm\b|m\b|g\b|l\b)|\s?[%€°])?"
)
_EMERGENCY_BEFORE = frozenset({"die", "der", "unter", "notruf", "nummer", "wähle", "wählst", "wähl", "ruf", "rufe"})
_TELEPHONE = re.compile(r"(?<![\w.,])(?:\+\d{1,3}|\(?0\d{1,5}\)?)(?:[ /-]?\(?\d{2,}\)?){1,5}(?![\w,])")
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_RANGE = re.compile(r"(?:(?<=\d)|(?<=\d\.))\s?[–-]\s?(?=\d)")
_ORDINAL = re.compile(rf"(?<![\w.,])(\d{{1,3}})\.(?=\s+[{_LETTER}])")
_DATE = re.compile(r"(?<![\w.])(\d{1,2})\.\s?(\d{1,2})\.(?:\s?(\d{4}|\d{2})(?!\w))?")
_MONTH_YEAR = re.compile(rf"\b({_any_of(MONTHS)})\s+(\d{{4}})\b")
_NAMED_YEAR = re.compile(r"\b((?:Jahr|Jahre|Jahres|seit|ab|bis|von|vor|nach|in)\s+)(1[1-9]\d\d)\b(?!\s*[%€°])")
_CLOCK = re.compile(r"(?<![\d.,:])([01]?\d|2[0-4])(?::([0-5]\d)|\.([0-5]\d)(?=\s*Uhr\b))(?![\d:])(?:\s*Uhr\b)?")
_OBLIQUE = frozenset({
    "am", "im", "vom", "zum", "zur", "beim", "dem", "den", "des", "ab", "bis", "seit", "ins", "jedem", "jeden",
    "einem", "einen", "einer",
})  # fmt: skip
_PREPOSITIONS = frozenset({"in", "an", "auf", "mit", "aus", "von", "seit", "zu", "nach", "bei", "ab", "vor", "während"})


def _iso_dates(text: str) -> str:
    return _ISO_DATE.sub(lambda found: f"{int(found.group(3))}.{int(found.group(2))}.{found.group(1)}", text)


def _telephones(text: str) -> str:
    return _TELEPHONE.sub(_telephone, _EMERGENCY.sub(_emergency, text))


def _emergency(found: re.Match[str]) -> str:
    """Digit by digit, unless something is counted: "112 Seiten"."""
    number, counted = found.groups()
    if counted and not _EMERGENCY_BEFORE.intersection(_words_before(found)[-1:]):
        return found.group()
    return ", ".join(digits(part) for part in number.split()) + (counted or "")


def _telephone(found: re.Match[str]) -> str:
    said = ", ".join(digits(part) for part in re.findall(r"\d+", found.group()))
    return f"plus {said}" if found.group().startswith("+") else said


def _ranges(text: str) -> str:
    return _RANGE.sub(" bis ", text)


def _dates(text: str) -> str:
    text = _DATE.sub(_date, text)
    text = _MONTH_YEAR.sub(lambda found: f"{found.group(1)} {year(int(found.group(2)))}", text)
    text = _NAMED_YEAR.sub(lambda found: found.group(1) + year(int(found.group(2))), text)
    return _ordinals(text)


def _date(found: re.Match[str]) -> str:
    day, month = int(found.group(1)), int(found.group(2))
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return found.group()
    said = f"{ordinal(day, _ending(found))} {MONTHS[month - 1]}"
    if found.group(3):
        return f"{said} {year(int(found.group(3)))}"
    return said + ("." if found.end() == len(found.string) else "")


def _ordinals(text: str) -> str:
    last = ""  # "am 3. und 4. Oktober": the second takes the first one's ending

    def say(found: re.Match[str]) -> str:
        nonlocal last
        following = re.match(r"\s+(\w+)", text[found.end() :])
        if int(found.group(1)) == 0 or (following and following.group(1) in SENTENCE_STARTS):
            return found.group()
        if not (last and _words_before(found)[-1:] in (["und"], ["bis"], ["oder"])):
            last = _ending(found)
        return ordinal(int(found.group(1)), last)

    return _ORDINAL.sub(say, text)


def _ending(found: re.Match[str]) -> str:
    """The ordinal's ending after what stands before it: "am … -ten", "die … -te", "… -ter"."""
    words = _words_before(found)
    article = words[-1] if words else ""
    if article in _OBLIQUE or (article == "der" and words[0] in _PREPOSITIONS):
        return "ten"
    return "te" if article in {"der", "die", "das", "jede", "eine", "diese", "dieser", "dieses"} else "ter"


def _words_before(found: re.Match[str]) -> list[str]:
    """The last two words before a match, in lower case."""
    return re.findall(r"\w+", found.string[: found.start()].lower())[-2:]


def _times(text: str) -> str:
    return re.sub(r"(?<![\d.,:])1\s+Uhr\b", "ein Uhr", _CLOCK.sub(_clock, text))


def _clock(found: re.Match[str]) -> str:
    hour, minute = int(found.group(1)), int(found.group(2) or found.group(3))
    said = f"{'ein' if hour == 1 else cardinal(hour)} Uhr"
    return f"{said} {cardinal(minute)}" if minute else said


# --- units, numbers, signs, words ---

_UNIT = re.compile(rf"(?<![\w.,])((?<![-−])[-−])?({_NUMBER})\s?({_any_of(UNITS)})(?![\w²³])")
_PLAIN = re.compile(rf"(?<!\d)([-−])?({_NUMBER})(?!\d)")


def _units(text: str) -> str:
    return _UNIT.sub(_unit, text)


def _unit(found: re.Match[str]) -> str:
    number, (one, many) = found.group(2), UNITS[found.group(3)]
    sign = "minus " if found.group(1) else ""
    if number == "1":
        return sign + one
    whole, _, cents = number.partition(",")
    if many == "Euro" and len(cents) == 2:  # "3,50 €"
        amount = "ein" if whole == "1" else _in_words(whole)
        return f"{sign}{amount} Euro" + (f" {cardinal(int(cents))}" if int(cents) else "")
    return f"{sign}{_in_words(number)} {many}"


def _numbers(text: str) -> str:
    text = re.sub(r"(?<=\d)\.(?!\d{3}\b)(?=\d)", " Punkt ", text)  # versions: "3.5"
    return _PLAIN.sub(_number, text)


def _number(found: re.Match[str]) -> str:
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    joined = bool(before) and (before.isalpha() or (found.group(1) is not None and not before.isspace()))
    sign = "minus " if found.group(1) and not joined else ""  # the hyphen of "GPT-4" is none
    return (" " if joined else "") + sign + _in_words(found.group(2)) + (" " if after.isalpha() else "")


def _in_words(written: str) -> str:
    """ "1.234,5" as it is read; numbers that begin with 0 or are very long are read digit by digit."""
    whole, _, fraction = written.replace(".", "").partition(",")
    if len(whole) > len(str(LARGEST)) or (whole.startswith("0") and len(whole) > 1):
        return digits(whole + fraction)
    return decimal(whole, fraction) if fraction else cardinal(int(whole))


def _signs(text: str) -> str:
    for sign, said in (("&", " und "), ("+", " plus "), ("=", " gleich "), ("→", ", "), ("…", "."), ("|", ", ")):
        text = text.replace(sign, said)
    text = re.sub(r"\s[–—-]+\s", ", ", text)
    return re.sub(r"[–—/]", " ", text).replace("’", "'")


_PRONOUNCED = re.compile(rf"(?<!\w)({_any_of(PRONUNCIATION)})(s?)(?!\w)")


def _words(text: str) -> str:
    text = _PRONOUNCED.sub(lambda found: PRONUNCIATION[re.sub(r"\s+", " ", found.group(1))] + found.group(2), text)
    text = re.sub(r"\b([A-ZÄÖÜ]{2,6})(s?)\b", _acronym, text)
    # "K I-Kumpel" would be one word with a lone K before it: the letters stand apart from what follows.
    return re.sub(r"((?<!\w)[A-ZÄÖÜ])-(?=\w)", r"\1 ", text)


def _acronym(found: re.Match[str]) -> str:
    """Letter by letter, unless it is a word in capitals ("NICHT")."""
    letters = found.group(1)
    if letters in PRONUNCIATION.values() or found.group() in SHOUTED:
        return found.group()
    if len(letters) > 3 and re.search("[AEIOUÄÖÜ]", letters) and not re.search("[^AEIOUÄÖÜ]{4}", letters):
        return found.group().capitalize()
    return " ".join(letters) + found.group(2)


STEPS: tuple[Callable[[str], str], ...] = (
    _markdown, _links, _genders, _paragraph_signs, _abbreviations, _iso_dates, _telephones, _ranges, _dates, _times,
    _units, _numbers, _signs, _words,
)  # fmt: skip
"""In this order."""
