"""Which centers and servers a network has: names, cities, countries, databases and traits by seed (*pure*)."""

import random
from dataclasses import dataclass

from dentalhub.sandbox.options import NetworkOptions
from dentalhub.sandbox.practice_names import AUSTRIA, COUNTRIES, DENTISTS, GERMANY, SWITZERLAND, Country
from dentalhub.sandbox.traits import trait_at

EXTRACTION_LOGIN = "svc_extract"


@dataclass(frozen=True, slots=True)
class NetworkServer:
    """One simulated SQL Server, with the only login it knows."""

    name: str
    region: str
    login: str


@dataclass(frozen=True, slots=True)
class NetworkCenter:
    """One center. ``file`` is relative to the network's directory; ``trait`` says how its source deviates."""

    center_id: str
    name: str
    city: str
    country: str
    server: str
    database: str
    file: str
    trait: str


@dataclass(frozen=True, slots=True)
class Roster:
    """All servers and centers of a network."""

    servers: tuple[NetworkServer, ...]
    centers: tuple[NetworkCenter, ...]


def plan_roster(options: NetworkOptions) -> Roster:
    """Lay out the network: two thirds German, one sixth each Austrian and Swiss, spread over the servers."""
    countries = _countries(options.centers)
    width = max(2, len(str(options.centers)))
    numbers = [f"{number:0{width}d}" for number in range(1, options.centers + 1)]
    places = _places(options.seed, countries)
    if options.one_server_per_center:
        servers = tuple(
            _server(f"sandbox-center-{number}", country.region)
            for number, country in zip(numbers, countries, strict=True)
        )
        server_names = [server.name for server in servers]
    else:
        servers, server_names = _shared_servers(countries, options.servers)
    centers = tuple(
        NetworkCenter(
            center_id=f"center_{number}",
            name=name,
            city=city,
            country=country.code,
            server=server_name,
            database=f"DentalDB_{number}",
            file=f"databases/DentalDB_{number}.sqlite3",
            trait=trait_at(index),
        )
        for index, (number, country, (name, city), server_name) in enumerate(
            zip(numbers, countries, places, server_names, strict=True), start=1
        )
    )
    return Roster(servers, centers)


def _server(name: str, region: str) -> NetworkServer:
    return NetworkServer(name=name, region=region, login=EXTRACTION_LOGIN)


def _countries(centers: int) -> list[Country]:
    abroad = max(1, round(centers / 6)) if centers >= len(COUNTRIES) else 0
    return [GERMANY] * (centers - 2 * abroad) + [AUSTRIA] * abroad + [SWITZERLAND] * abroad


def _places(seed: int, countries: list[Country]) -> list[tuple[str, str]]:
    """Name and city of each center; names are unique in the network."""
    rng = random.Random(f"{seed}/roster")
    dentists = rng.sample(DENTISTS, len(DENTISTS))
    cities = {country.code: rng.sample(country.cities, len(country.cities)) for country in COUNTRIES}
    taken: set[str] = set()
    places = []
    for index, country in enumerate(countries):
        here = cities[country.code]
        city = here[index % len(here)]
        pattern = rng.choice(country.patterns)
        name = f"{pattern.format(name=dentists[index % len(dentists)], city=city)}, {city}"
        if "{city}" in pattern:
            name = pattern.format(city=city)
        unique, count = name, 2
        while unique in taken:
            unique, count = f"{name} {count}", count + 1
        taken.add(unique)
        places.append((unique, city))
    return places


def _shared_servers(countries: list[Country], wanted: int) -> tuple[tuple[NetworkServer, ...], list[str]]:
    """Give each region its servers, by its number of centers; regions without one join the last server."""
    present = [country for country in COUNTRIES if country in countries]
    served = present[:wanted]
    sizes = {country.code: countries.count(country) for country in served}
    shares = dict.fromkeys(sizes, 1)
    for _ in range(wanted - len(served)):
        crowded = max(shares, key=lambda code: sizes[code] / shares[code])
        shares[crowded] += 1
    names = {
        country.code: [_server_name(country.region, part, shares[country.code]) for part in range(shares[country.code])]
        for country in served
    }
    servers = tuple(_server(name, country.region) for country in served for name in names[country.code])
    fallback = [servers[-1].name]
    seen = dict.fromkeys((country.code for country in COUNTRIES), 0)
    chosen = []
    for country in countries:
        options = names.get(country.code, fallback)
        chosen.append(options[seen[country.code] % len(options)])
        seen[country.code] += 1
    return servers, chosen


def _server_name(region: str, part: int, parts: int) -> str:
    return f"sandbox-{region}" if parts == 1 else f"sandbox-{region}-{part + 1}"
