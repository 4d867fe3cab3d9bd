"""Tables for reading aloud: abbreviations, how foreign words sound, units. Data for `german.reading`."""

from __future__ import annotations

_LOWER_CASE = {
    "z. B.": "zum Beispiel", "d. h.": "das heißt", "u. a.": "unter anderem", "i. d. R.": "in der Regel",
    "o. Ä.": "oder Ähnliches", "z. T.": "zum Teil", "u. U.": "unter Umständen", "v. a.": "vor allem",
    "bzw.": "beziehungsweise", "bzgl.": "bezüglich", "usw.": "und so weiter", "etc.": "et cetera", "ca.": "circa",
    "evtl.": "eventuell", "ggf.": "gegebenenfalls", "inkl.": "inklusive", "vgl.": "vergleiche",
    "bspw.": "beispielsweise", "zzgl.": "zuzüglich", "sog.": "sogenannte",
}  # fmt: skip
ABBREVIATIONS = {
    **_LOWER_CASE, **{key[0].upper() + key[1:]: said[0].upper() + said[1:] for key, said in _LOWER_CASE.items()},
    "max.": "maximal", "min.": "mindestens", "Dr.": "Doktor", "Prof.": "Professor", "Hr.": "Herr", "Fr.": "Frau",
    "Mio.": "Millionen", "Mrd.": "Milliarden", "Std.": "Stunden", "Sek.": "Sekunden", "Min.": "Minuten",
    "St.": "Sankt", "geb.": "geboren", "Tel.": "Telefon", "Str.": "Straße",
}  # fmt: skip
NUMBERED = {"Nr.": "Nummer", "S.": "Seite", "Abs.": "Absatz", "Art.": "Artikel", "Kap.": "Kapitel"}
"""Abbreviations only before a number: "auf diese Art." ends a sentence."""
CLOSING = frozenset({"usw.", "etc.", "o. Ä.", "Std.", "Min.", "Sek.", "Mio.", "Mrd."})
"""Abbreviations that may end a sentence: then a capital letter follows."""

SENTENCE_STARTS = frozenset(
    {
        "Aber", "Also", "Alle", "Auch", "Auf", "Bei", "Bitte", "Da", "Danach", "Dann", "Darum", "Das", "Dein",
        "Deine", "Denn", "Der", "Deshalb", "Die", "Dies", "Diese", "Dieser", "Drück", "Du", "Ein", "Eine", "Er",
        "Erst", "Es", "Frag", "Für", "Gegen", "Heute", "Hier", "Hinter", "Ich", "Ihr", "Im", "In", "Ist", "Jetzt",
        "Kann", "Man", "Mit", "Nach", "Neben", "Nein", "Nimm", "Nun", "Nur", "Oder", "Ohne", "Ruf", "Sag", "Sie",
        "So", "Sprich", "Trotzdem", "Über", "Und", "Unter", "Während", "Wann", "War", "Was", "Weil", "Wenn", "Wer",
        "Wie", "Wir", "Wo", "Zum", "Zur", "Zwischen",
    }
)  # fmt: skip
"""Words with a capital letter that follow "3." only when a new sentence begins."""
MONTHS = [
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
    "Dezember",
]  # fmt: skip

PRONUNCIATION = {
    "KI": "K I", "IT": "Ai Ti", "EU": "E U", "USA": "U S A", "USB": "U S B", "EDV": "E D V", "URL": "U R L",
    "AI": "Ej Ai", "WLAN": "WLAN", "PIN": "Pinn", "TÜV": "TÜV", "LAN": "Lann", "SIM": "Simm", "NATO": "Nato",
    "DIN": "Din", "ChatGPT": "Tschätt Dschi Pi Ti", "GPT": "Dschi Pi Ti", "OpenAI": "Open Ej Ai",
    "Chatbot": "Tschättbott", "Chat": "Tschätt", "Bias": "Bai-jes", "Copilot": "Kopeilot", "Deepfake": "Diepfejk",
    "Phishing": "Fisching", "Cloud": "Klaud", "Smartphone": "Smartfohn", "Feedback": "Fiedbäck", "Team": "Tiem",
    "Gemini": "Dscheminai", "Claude": "Klohd", "Machine Learning": "Maschien Lörning",
    "Deep Learning": "Diep Lörning", "Large Language Model": "Lardsch Längwitsch Modell", "Hacker": "Häcker",
}  # fmt: skip
"""What German voices would read as a word or in another way; letters stand apart so that each is named."""

SHOUTED = frozenset(
    {
        "AB", "ALS", "AM", "AN", "AUF", "AUS", "BEI", "BIS", "DA", "DAS", "DER", "DIE", "DU", "EIN", "ER", "ES",
        "FÜR", "GUT", "ICH", "IHR", "IM", "IN", "IST", "JA", "MIT", "NEU", "NIE", "NUN", "NUR", "ROT", "SIE", "SO",
        "TUN", "UM", "UND", "VON", "VOR", "WER", "WIE", "WIR", "WO", "ZU",
    }
)  # fmt: skip
"""Short words that somebody wrote in capitals."""

MASCULINE_PLURALS = {
    "Kolleg": "Kollegen", "Kund": "Kunden", "Ärzt": "Ärzte", "Expert": "Experten", "Student": "Studenten",
    "Assistent": "Assistenten", "Chef": "Chefs", "Patient": "Patienten",
}  # fmt: skip
"""Stems before "innen" whose masculine plural is not the stem itself."""

UNITS = {  # sign: (one, many)
    "%": ("ein Prozent", "Prozent"), "‰": ("ein Promille", "Promille"), "€": ("ein Euro", "Euro"),
    "EUR": ("ein Euro", "Euro"), "ct": ("ein Cent", "Cent"), "$": ("ein Dollar", "Dollar"),
    "km/h": ("ein Kilometer pro Stunde", "Kilometer pro Stunde"), "km": ("ein Kilometer", "Kilometer"),
    "m²": ("ein Quadratmeter", "Quadratmeter"), "m³": ("ein Kubikmeter", "Kubikmeter"),
    "cm": ("ein Zentimeter", "Zentimeter"), "mm": ("ein Millimeter", "Millimeter"), "m": ("ein Meter", "Meter"),
    "µm": ("ein Mikrometer", "Mikrometer"), "kg": ("ein Kilogramm", "Kilogramm"), "g": ("ein Gramm", "Gramm"),
    "mg": ("ein Milligramm", "Milligramm"), "ml": ("ein Milliliter", "Milliliter"), "l": ("ein Liter", "Liter"),
    "t": ("eine Tonne", "Tonnen"), "°C": ("ein Grad", "Grad"), "°": ("ein Grad", "Grad"),
    "h": ("eine Stunde", "Stunden"), "Std.": ("eine Stunde", "Stunden"), "min": ("eine Minute", "Minuten"),
    "Min.": ("eine Minute", "Minuten"), "Sek.": ("eine Sekunde", "Sekunden"), "s": ("eine Sekunde", "Sekunden"),
    "ms": ("eine Millisekunde", "Millisekunden"), "kB": ("ein Kilobyte", "Kilobyte"),
    "MB": ("ein Megabyte", "Megabyte"), "GB": ("ein Gigabyte", "Gigabyte"), "TB": ("ein Terabyte", "Terabyte"),
    "kWh": ("eine Kilowattstunde", "Kilowattstunden"), "kW": ("ein Kilowatt", "Kilowatt"), "W": ("ein Watt", "Watt"),
    "V": ("ein Volt", "Volt"), "dB": ("ein Dezibel", "Dezibel"), "Hz": ("ein Hertz", "Hertz"),
    "bar": ("ein Bar", "Bar"),
}  # fmt: skip
