"""The public holidays of countries, federal states and cantons. *Pure*."""

import datetime as dt
from functools import lru_cache
from types import MappingProxyType

from django.utils.translation import get_language

# By ISO 3166-2; a country's own code means the days on which all of it rests.
AREAS = MappingProxyType(
    {
        "DE": "Deutschland",
        "DE-BB": "Brandenburg",
        "DE-BE": "Berlin",
        "DE-BW": "Baden-Württemberg",
        "DE-BY": "Bayern",
        "DE-HB": "Bremen",
        "DE-HE": "Hessen",
        "DE-HH": "Hamburg",
        "DE-MV": "Mecklenburg-Vorpommern",
        "DE-NI": "Niedersachsen",
        "DE-NW": "Nordrhein-Westfalen",
        "DE-RP": "Rheinland-Pfalz",
        "DE-SH": "Schleswig-Holstein",
        "DE-SL": "Saarland",
        "DE-SN": "Sachsen",
        "DE-ST": "Sachsen-Anhalt",
        "DE-TH": "Thüringen",
        "AT": "Österreich",
        "AT-1": "Burgenland",
        "AT-2": "Kärnten",
        "AT-3": "Niederösterreich",
        "AT-4": "Oberösterreich",
        "AT-5": "Salzburg",
        "AT-6": "Steiermark",
        "AT-7": "Tirol",
        "AT-8": "Vorarlberg",
        "AT-9": "Wien",
        "CH": "Schweiz",
        "CH-AG": "Aargau",
        "CH-AI": "Appenzell Innerrhoden",
        "CH-AR": "Appenzell Ausserrhoden",
        "CH-BE": "Bern",
        "CH-BL": "Basel-Landschaft",
        "CH-BS": "Basel-Stadt",
        "CH-FR": "Freiburg",
        "CH-GE": "Genf",
        "CH-GL": "Glarus",
        "CH-GR": "Graubünden",
        "CH-JU": "Jura",
        "CH-LU": "Luzern",
        "CH-NE": "Neuenburg",
        "CH-NW": "Nidwalden",
        "CH-OW": "Obwalden",
        "CH-SG": "St. Gallen",
        "CH-SH": "Schaffhausen",
        "CH-SO": "Solothurn",
        "CH-SZ": "Schwyz",
        "CH-TG": "Thurgau",
        "CH-TI": "Tessin",
        "CH-UR": "Uri",
        "CH-VD": "Waadt",
        "CH-VS": "Wallis",
        "CH-ZG": "Zug",
        "CH-ZH": "Zürich",
    }
)


def area_name(area: str) -> str:
    """The name of `area` in its own language; a code that is not known as it is."""
    return AREAS.get(area, area)


def holiday_name(area: str, day: dt.date) -> str:
    """The public holiday of `area` on `day` in the reader's language; empty on any other day, and for no area."""
    if not area:
        return ""
    language = "de" if (get_language() or "").startswith("de") else "en_US"
    return _names(area, day.year, language).get(day, "")


@lru_cache(maxsize=2048)
def _names(area: str, year: int, language: str) -> dict[dt.date, str]:
    # Here, because it costs every process of ours a tenth of a second and few of them ask.
    import holidays

    country, _dash, state = area.partition("-")
    return dict(holidays.country_holidays(country, subdiv=state or None, years=year, language=language))
