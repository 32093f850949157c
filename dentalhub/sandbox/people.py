"""Family names, given names, streets and staff of invented people (*pure*)."""

FAMILY_NAMES = (
    *("Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Meyer", "Wagner", "Becker", "Schulz", "Hoffmann"),
    *("Schäfer", "Koch", "Bauer", "Richter", "Klein", "Wolf", "Schröder", "Neumann", "Schwarz", "Zimmermann"),
    *("Braun", "Krüger", "Hartmann", "Lange", "Werner", "Krause", "Lehmann", "Köhler", "Maier", "Weiß"),
    *("Yılmaz", "Özdemir", "Kaya", "Nowak", "Kowalski", "Nguyễn", "Petrović", "O'Brien", "D'Angelo", "Strauß"),
    *("von der Heide", "zu Löwenstein", "Müller-Lüdenscheidt", "Gruber", "Hofer", "Moser", "Bühlmann", "Zürcher"),
)
GIVEN_NAMES = (
    *("Anna", "Jürgen", "Käthe", "Björn", "Zoë", "Michael", "Sabine", "Thomas", "Ursula", "Stefan", "Monika"),
    *("Emre", "Ayşe", "Łukasz", "Marie-Luise", "Hans-Jörg", "Günther", "Heike", "Sören", "Renée", "Mia", "Leon"),
    *("Lina", "Noah", "Elif", "Paul", "Frieda", "Matteo", "Reto", "Urs", "Resi", "Franz", "Jörg", "Silke"),
)
STREETS = (
    *("Hauptstraße", "Bahnhofstraße", "Gartenweg", "Schillerstraße", "Am Mühlbach", "Kirchgasse", "Ringstraße"),
    *("Lindenallee", "Dorfplatz", "Goetheweg", "Straße des 17. Juni", "Seestrasse", "Kärntner Straße"),
)
STAFF = ("kmu", "ssc", "awe", "tbr", "jhu", "lko", "mya")
