"""Numbers as German words."""

from __future__ import annotations

_ONES = [
    "null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf",
    "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn",
]  # fmt: skip
_TENS = ["-", "-", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"]
_LARGE = ((10**9, "Milliarde", "Milliarden"), (10**6, "Million", "Millionen"))
_ORDINAL_STEMS = {"eins": "ers", "drei": "drit", "sieben": "sieb", "acht": "ach"}
LARGEST = 10**12 - 1


def cardinal(number: int) -> str:
    """A number up to 10¹² - 1 in words; raises ValueError beyond.

    >>> cardinal(1234)
    'eintausendzweihundertvierunddreißig'
    """
    if abs(number) > LARGEST:
        raise ValueError(f"{number} is too large to be spoken")
    if number < 0:
        return f"minus {cardinal(-number)}"
    parts = []
    for size, one, many in _LARGE:
        count, number = divmod(number, size)
        if count:
            parts.append(f"eine {one}" if count == 1 else f"{_below_million(count)} {many}")
    if number or not parts:
        parts.append(_below_million(number))
    return " ".join(parts)


def _below_million(number: int) -> str:
    thousands, rest = divmod(number, 1000)
    if not thousands:
        return _below_thousand(rest)
    return _joined(thousands) + "tausend" + (_below_thousand(rest) if rest else "")


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below_hundred(rest)
    return _joined(hundreds) + "hundert" + (_below_hundred(rest) if rest else "")


def _below_hundred(number: int) -> str:
    if number < 20:
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return (_joined(ones) + "und" if ones else "") + _TENS[tens]


def _joined(number: int) -> str:
    """Before another part of the word "eins" loses its s."""
    words = _below_thousand(number)
    return words[:-1] if words.endswith("eins") else words


def year(number: int) -> str:
    """1100 to 1999 in hundreds, as years are read; others like `cardinal`.

    >>> year(1989), year(2025)
    ('neunzehnhundertneunundachtzig', 'zweitausendfünfundzwanzig')
    """
    if not 1100 <= number <= 1999:
        return cardinal(number)
    hundreds, rest = divmod(number, 100)
    return _below_hundred(hundreds) + "hundert" + (_below_hundred(rest) if rest else "")


def ordinal(number: int, ending: str = "te") -> str:
    """The ordinal with "te", "ter", "tes" or "ten" at its end.

    >>> ordinal(3, "ten"), ordinal(21), ordinal(101, "ter")
    ('dritten', 'einundzwanzigste', 'hunderterster')
    """
    last = number % 100
    if 0 < last < 20:
        word = _ONES[last]
        stem = cardinal(number)[: -len(word)] + _ORDINAL_STEMS.get(word, word)
    else:
        stem = cardinal(number) + "s"
    return (stem.replace("einhundert", "hundert", 1) if number < 200 else stem) + ending


def digits(text: str) -> str:
    """Every digit for itself, as telephone numbers are read.

    >>> digits("112")
    'eins eins zwei'
    """
    return " ".join(_ONES[int(char)] for char in text if char in "0123456789")


def decimal(whole: str, fraction: str) -> str:
    """A decimal fraction: the digits after the comma one by one.

    >>> decimal("3", "14")
    'drei Komma eins vier'
    """
    return f"{cardinal(int(whole))} Komma {digits(fraction)}"
