"""Names and cities of the network's invented practices, by country (*pure*)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Country:
    """A country of the network: its code, region name, name patterns of practices and their cities."""

    code: str
    region: str
    patterns: tuple[str, ...]
    cities: tuple[str, ...]


GERMANY = Country(
    code="DE",
    region="germany",
    patterns=(
        "Zahnarztpraxis Dr. {name}",
        "Praxis Dr. {name} & Kollegen",
        "Zahnzentrum {city}",
        "Zahnmedizin {name}",
        "MVZ Dental {city}",
        "Kieferorthopädie Dr. {name}",
    ),
    cities=(
        *("Leipzig", "Berlin", "Hamburg", "München", "Köln", "Frankfurt am Main", "Stuttgart", "Düsseldorf"),
        *("Dresden", "Nürnberg", "Hannover", "Bremen", "Erfurt", "Würzburg", "Göttingen", "Saarbrücken"),
        *("Rostock", "Mönchengladbach", "Gießen", "Weißenfels", "Freiburg", "Lübeck", "Jena", "Potsdam"),
    ),
)
AUSTRIA = Country(
    code="AT",
    region="austria",
    patterns=("Ordination Dr. {name}", "Zahnärztezentrum {city}", "Zahnambulatorium {city}"),
    cities=("Wien", "Graz", "Linz", "Salzburg", "Innsbruck", "Klagenfurt", "Villach", "St. Pölten", "Bregenz"),
)
SWITZERLAND = Country(
    code="CH",
    region="switzerland",
    patterns=("Zahnarztpraxis {name}", "Zahnärzte {city}", "Praxis Dr. med. dent. {name}"),
    cities=("Zürich", "Bern", "Basel", "Luzern", "St. Gallen", "Winterthur", "Chur", "Biel/Bienne", "Thun"),
)
COUNTRIES = (GERMANY, AUSTRIA, SWITZERLAND)

DENTISTS = (
    *("Sommer", "Yıldız", "Krüger", "Weiß", "Brandt", "Günther", "Hofmann", "Özdemir", "Schäfer", "Lindner"),
    *("Petersen", "Groß", "Vogel", "Jäger", "Kowalski", "Böhm", "Arnold", "Nowak", "Seidel", "Förster"),
    *("Huber", "Gruber", "Steiner", "Moser", "Pichler", "Meier", "Keller", "Zürcher", "Frei", "Bühler"),
    *("Winkler", "Haas", "Kaiser", "Lorenz", "Ziegler", "Peters", "Schütz", "Engel", "Roth", "Busch"),
)
