"""Public names of real health insurers, by country and kind (*pure*).

Kind "1" stands for statutory, "P" for private; Swiss basic cover (KVG) is statutory, supplementary (VVG) private.
"""

from collections.abc import Mapping
from types import MappingProxyType

Insurers = tuple[tuple[str, str], ...]

_GERMAN: Insurers = (
    ("AOK Bayern", "1"),
    ("AOK PLUS", "1"),
    ("AOK Nordost", "1"),
    ("AOK Rheinland/Hamburg", "1"),
    ("AOK Baden-Württemberg", "1"),
    ("Techniker Krankenkasse", "1"),
    ("BARMER", "1"),
    ("DAK-Gesundheit", "1"),
    ("KKH Kaufmännische Krankenkasse", "1"),
    ("hkk Krankenkasse", "1"),
    ("IKK classic", "1"),
    ("IKK gesund plus", "1"),
    ("KNAPPSCHAFT", "1"),
    ("SBK Siemens-Betriebskrankenkasse", "1"),
    ("BKK VBU", "1"),
    ("Mobil Krankenkasse", "1"),
    ("SVLFG", "1"),
    ("Debeka Krankenversicherungsverein a. G.", "P"),
    ("DKV Deutsche Krankenversicherung AG", "P"),
    ("Allianz Private Krankenversicherungs-AG", "P"),
    ("AXA Krankenversicherung AG", "P"),
    ("SIGNAL IDUNA Krankenversicherung a. G.", "P"),
    ("HUK-COBURG-Krankenversicherung AG", "P"),
    ("HALLESCHE Krankenversicherung a. G.", "P"),
    ("Barmenia Krankenversicherung AG", "P"),
    ("Bayerische Beamtenkrankenkasse AG", "P"),
    ("R+V Krankenversicherung AG", "P"),
)
_AUSTRIAN: Insurers = (
    ("ÖGK Österreichische Gesundheitskasse", "1"),
    ("SVS Sozialversicherung der Selbständigen", "1"),
    ("BVAEB", "1"),
    ("KFA Krankenfürsorgeanstalt der Bediensteten der Stadt Wien", "1"),
    ("KFL Oberösterreichische Lehrer-Kranken- und Unfallfürsorge", "1"),
    ("UNIQA Österreich Versicherungen AG", "P"),
    ("Wiener Städtische Versicherung AG", "P"),
    ("Merkur Versicherung AG", "P"),
    ("Generali Versicherung AG", "P"),
    ("MuKi Versicherungsverein a. G.", "P"),
)
_SWISS: Insurers = (
    ("CSS Kranken-Versicherung AG (KVG)", "1"),
    ("Helsana Versicherungen AG (KVG)", "1"),
    ("SWICA Krankenversicherung AG (KVG)", "1"),
    ("CONCORDIA Schweizerische Kranken- und Unfallversicherung AG (KVG)", "1"),
    ("Visana AG (KVG)", "1"),
    ("Sanitas Grundversicherungen AG (KVG)", "1"),
    ("KPT Krankenkasse AG (KVG)", "1"),
    ("Assura-Basis SA (KVG)", "1"),
    ("ÖKK Kranken- und Unfallversicherungen AG (KVG)", "1"),
    ("CSS Versicherung AG (VVG)", "P"),
    ("Helsana Zusatzversicherungen AG (VVG)", "P"),
    ("Visana Versicherungen AG (VVG)", "P"),
    ("Sanitas Privatversicherungen AG (VVG)", "P"),
    ("SWICA Versicherungen AG (VVG)", "P"),
)
INSURERS: Mapping[str, Insurers] = MappingProxyType({"DE": _GERMAN, "AT": _AUSTRIAN, "CH": _SWISS})
PAYERS_WITHOUT_KIND = ("Sozialamt", "Firmenabrechnung", 'Kostenträger "ungeklärt"')
