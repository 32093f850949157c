"""Invented chart texts with all that makes moving them hard (*pure*).

Umlauts, quotes, separators of CSV, line breaks, text that a spreadsheet would take for a formula, T-SQL and HTML
that must stay text, and rarely a character beyond the Basic Multilingual Plane.
"""

import random

_TEETH = tuple(f"{quadrant}{tooth}" for quadrant in range(1, 5) for tooth in range(1, 9))

_PATTERNS = (
    "Kontrolle, Zst entfernt, {a} o.B.",
    "Füllung {a} mod Komposit (A3), Ultracain 1,7 ml; Okklusion geprüft",
    "{a} Vitalitätsprobe +, Perkussion -; Röntgenbild ohne apikalen Befund",
    "Präparation {a} Krone, Abformung Impregum, Provisorium eingegliedert",
    "Extraktion {a} in Leitungsanästhesie, Naht, Verhaltensregeln mitgegeben",
    "WK-Behandlung {a}: Trepanation, Aufbereitung bis ISO 25, Ca(OH)₂-Einlage",
    "WF {a} nach lateraler Kondensation; Röntgenkontrolle: randständig",
    "Zahnreinigung: Beläge & Verfärbungen entfernt, Politur, Fluoridierung {a}–{b}",
    "Patient klagt über Schmerzen regio {a}, „ziehend, bei Kälte“; DD: Pulpitis",
    'Pat. wörtlich: "es drückt seit Tagen"; {a} Einschleifen, Kontrolle nächste Woche',
    "Aufklärung über Implantat regio {a}; Kostenvoranschlag über 2.480,50 € ausgehändigt",
    "PSI erhoben: 2/1/2/3/1/2, Mundhygiene mäßig, Übungen mit Interdentalbürste",
    "HKP {a}, {b} besprochen; Genehmigung der Kasse liegt vor",
    "Bissflügelaufnahmen beidseits, Approximalkaries {a} distal, {b} mesial",
    "Nahtentfernung regio {a}, Wundheilung reizlos",
    "Schiene eingegliedert, Laterotrusion frei; Druckstelle {a} entlastet",
    "Nachkontrolle {a}: beschwerdefrei, Größe der Läsion rückläufig",
    "Überweisung zum Kieferchirurgen wegen {a} (Wurzelrest, Sinusnähe)",
    "Terminabsage weniger als 24 h vorher – Ausfall berechnet?",
    "Schmerzbehandlung {a}; Ibuprofen 600 verordnet, max. 3×/Tag, Allergie: Penicillin!",
)
_AWKWARD = (
    "=SUMME({a};{b}) stand so im Altsystem",
    "+49 341 555 0142 zurückgerufen, Termin verschoben",
    "-> siehe Karteikarte von gestern, {a}",
    "@Labor: Farbe {a} bitte A2 statt A3",
    "Befund:\r\n- {a} kariös\r\n- {b} gelockert (Grad II)\r\nTherapie besprochen",
    "Zeile eins\nZeile zwei; mit \"Anführung\" und 'Hochkomma'",
    "Pat. sagt: 'O'Brien''s Schiene' passt nicht; 100 % unzufrieden",
    "Röntgen\tOPG\t{a}\tohne Befund",
    "<b>Wichtig</b>: Marcumar-Patient & Bluter, vor Extraktion {a} INR prüfen",
    "'; DROP TABLE KARTEI; -- wurde so eingetippt",
    "Ordner C:\\Röntgen\\{a}\\ geprüft",
    "Pfad endet mit \\\nund geht hier weiter",
    "ÄÖÜ äöü ß – … ‚einfach‘ «doppelt» ½ ±",
    "Kind sehr tapfer 🦷 Fluorid {a}",
    "   eingerückt, mit Leerzeichen am Ende   ",
    "{a}",
)
_AWKWARD_SHARE = 0.12
_EMPTY_SHARE = 0.03


def chart_text(rng: random.Random) -> str | None:
    """A chart text, rarely empty or NULL; shorter than 500 characters."""
    drawn = rng.random()
    if drawn < _EMPTY_SHARE:
        return rng.choice(("", None))
    if drawn < _EMPTY_SHARE + _AWKWARD_SHARE:
        return _filled(rng, _AWKWARD)
    if drawn > 0.85:
        return f"{_filled(rng, _PATTERNS)}; {_filled(rng, _PATTERNS)}"
    return _filled(rng, _PATTERNS)


def _filled(rng: random.Random, patterns: tuple[str, ...]) -> str:
    return rng.choice(patterns).format(a=rng.choice(_TEETH), b=rng.choice(_TEETH))
