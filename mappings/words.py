"""What the words in German and English table and column names mean. *Pure*.

Roots, not whole names: compounds are taken apart, so that BEHANDLUNGSDATUM needs no entry of its own.
"""

from functools import lru_cache

from mappings.names import Reading, words_of

UNKNOWN = "?"
_MEANINGS = {
    "patient": "PAT PATIENT PATIENTEN PATIENTS PATIENTIN PATIENTENS",
    "insurer": "KASSE KASSEN KRANKENKASSE KRANKENKASSEN VERSICHERUNG VERSICHERUNGS VERSICHERUNGEN VERSICHERER KASS KK "
    "KOSTENTRAEGER INSURANCE INSURANCES INSURER INSURERS PAYER PAYERS",
    "insured": "VERSICHERTE VERSICHERTER VERSICHERTEN INSURED MEMBER",
    "chart": "KARTEI KARTEIEN KARTEIKARTE KARTEIKARTEN CHART CHARTS KART KRANKENBLATT AKTE RECORD RECORDS",
    "sheet": "KARTE KARTEN BLATT SHEET",
    "entry": "EINTRAG EINTRAGS EINTRAEGE EINTRAGUNG EINTRAGUNGEN ENTRY ENTRIES ZEILE",
    "service": "LEISTUNG LEISTUNGS LEISTUNGEN LEIST SERVICE SERVICES PROCEDURE PROCEDURES",
    "treatment": "BEHANDLUNG BEHANDLUNGS BEHANDLUNGEN TREATMENT TREATMENTS",
    "position": "POSITION POSITIONEN POSITIONS",
    "rendered": "ERBRACHTE ERBRACHT RENDERED ERFASSUNG ERFASSTE",
    "link": "ZUORDNUNG ZUORDNUNGEN LINK LINKS ASSIGNMENT ASSIGNMENTS",
    "master": "STAMM STAMMDATEN MASTER LISTE LIST",
    "company": "COMPANY COMPANIES GESELLSCHAFT",
    "sick": "KRANKEN",
    "medical": "MEDICAL CLINICAL DENTAL",
    "number": "ID NR NUMMER NUMMERN NO NUM NUMBER KEY LNR",
    "running": "LFD LAUFENDE SEQ",
    "date": "DATUM DATE DAT TAG DAY",
    "name": "NAME NAMEN NAMENS NAMES",
    "family": "NACH FAMILIEN FAMILIE LAST SUR FAMILY ZU NN",
    "given": "VOR FIRST GIVEN RUF VORN VN",
    "label": "BEZEICHNUNG BEZ LABEL",
    "kind": "ART ARTEN TYP TYPE KIND KATEGORIE",
    "text": "TEXT TXT TEXTE INHALT CONTENT",
    "note": "NOTIZ NOTIZEN NOTE NOTES BEMERKUNG BEMERKUNGEN ANMERKUNG ANMERKUNGEN BEM REMARK REMARKS COMMENT COMMENTS",
    "code": "CODE CODES ZIFFER ZIFFERN GNR",
    "fee": "GEBUEHR GEBUEHREN FEE",
    "deleted": "DEL DELETED DELETE GELOESCHT LOESCH LOE DELKZ",
    "active": "AKTIV ACTIVE",
    "flag": "KZ FLAG KENNZEICHEN",
    "new": "NEU NEW",
    "old": "ALT OLD",
    # What other tables and columns of a practice are about: known, and not what is looked for.
    "other": "TERMIN TERMINE APPOINTMENT APPOINTMENTS RECHNUNG RECHNUNGS INVOICE INVOICES BILL REZEPT PRESCRIPTION "
    "BRIEF LETTER BEFUND FINDING FINDINGS MAHNUNG DUNNING LABOR LAB RECALL ZAHLUNG PAYMENT PAYMENTS BUCHUNG LEDGER "
    "KONTO ACCOUNT BENUTZER USER USERS LOGIN STATUS STATE FARBE COLOR COLOUR STRASSE STREET ORT CITY TOWN TELEFON "
    "PHONE MAIL EMAIL GEBURT GEBURTS BIRTH BETRAG AMOUNT TOTAL PREIS PRICE ANZAHL MENGE QUANTITY COUNT ZEIT TIME "
    "DAUER DURATION ZAHN TOOTH BEHANDLER DENTIST PROVIDER KATALOG CATALOG VORLAGE TEMPLATE PROTOKOLL LOG DOKUMENT "
    "DOCUMENT BILD PHOTO ABGERECHNET BILLED DRUCKEN PRINTABLE GESPERRT LOCKED FREI EXEMPT",
    "pnr": "PNR",
    "knr": "KNR",
    "": "IS TBL TAB DES DER",
}
_MEANING_OF = {word: meaning for meaning, words in _MEANINGS.items() for word in words.split()}
_COMPOUND_ROOT = 3
_SHORT_ROOTS = frozenset({"ID", "NR", "NO", "KZ"})
_JOINTS = ("", "S", "N", "EN", "ES")


def meanings(reading: Reading) -> frozenset[str]:
    """The meanings of all words of `reading`; a word that is not known adds `UNKNOWN`."""
    return _meanings(reading.words)


@lru_cache(maxsize=65536)
def _meanings(words: tuple[str, ...]) -> frozenset[str]:
    found: set[str] = set()
    for word in words:
        parts = _parts(word)
        found.update(_MEANING_OF[part] for part in parts) if parts else found.add(UNKNOWN)
    return frozenset(found - {""})


@lru_cache(maxsize=65536)
def _parts(word: str) -> tuple[str, ...] | None:
    """`word` as a sequence of known roots, as few as possible; None when something stays unexplained."""
    if word in _MEANING_OF:
        return (word,)
    best: tuple[str, ...] | None = None
    for end in range(2, len(word)):
        root = word[:end]
        if root not in _MEANING_OF or (end < _COMPOUND_ROOT and root not in _SHORT_ROOTS):
            continue
        for joint in _JOINTS:
            if not word[end:].startswith(joint) or len(word) == end + len(joint):
                continue
            rest = _compound_rest(word[end + len(joint) :])
            if rest and (best is None or len(rest) + 1 < len(best)):
                best = (root, *rest)
    return best


def _compound_rest(rest: str) -> tuple[str, ...] | None:
    if len(rest) < _COMPOUND_ROOT and rest not in _SHORT_ROOTS:
        return None
    return _parts(rest)


def meanings_of_name(name: str) -> frozenset[str]:
    """The meanings of the words in `name` that are known, whatever stands beside them."""
    return frozenset().union(*(meanings(Reading((word,))) for word in words_of(name))) - {UNKNOWN}
