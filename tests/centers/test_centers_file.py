import pytest

from centers.centers_file import CentersFile, parse_centers_file
from centers.exceptions import ImportFileError

DATABASE = '{host: localhost, port: 1434, user: svc_extract, password: "env:IVORIS_PASSWORD"}'
CENTER = "{id: center_31, name: Neue Zahnarztpraxis Berlin, database: DentalDB_31, city: Berlin}"
FLAT = f"database: {DATABASE}\ncenters:\n  - {CENTER}\n"


def problems_of(text: str) -> list[tuple[int, int, str]]:
    with pytest.raises(ImportFileError) as caught:
        parse_centers_file(text)
    return [(problem.line, problem.column, problem.message) for problem in caught.value.problems]


def with_center(center: str) -> str:
    return f"database: {DATABASE}\ncenters:\n  - {center}\n"


def test_parse_of_a_flat_file_makes_one_server_in_one_region() -> None:
    file = parse_centers_file(FLAT)
    assert list(file.regions) == ["default"]
    assert {code: (server.host, server.port) for code, server in file.servers.items()} == {
        "default": ("localhost", 1434)
    }
    assert [(center.id, center.server, center.city) for center in file.centers] == [("center_31", "default", "Berlin")]
    assert file.positions == {"center_31": (3, 5)}


def full_file() -> CentersFile:
    return parse_centers_file(
        """
regions:
  austria: {name: Austria, time_zone: Europe/Vienna}
servers:
  wien: {region: austria, host: sql.example, user: u, password: "file:wien", encrypt: no, max_connections: 5}
centers:
  - {id: c1, name: A, database: D1, server: wien, state: paused, adapter: ivoris}
"""
    )


def test_parse_of_a_full_file_keeps_every_key() -> None:
    file = full_file()
    assert file.regions["austria"].time_zone == "Europe/Vienna"
    assert (file.servers["wien"].encrypt, file.servers["wien"].max_connections) == ("no", 5)
    assert (file.centers[0].server, file.centers[0].state) == ("wien", "paused")


@pytest.mark.parametrize(
    ("center", "problem"),
    [
        ("{id: c1, name: A}", (3, 5, "The key database is missing.")),
        ("{id: c1, name: A, database: D, sever: x}", (3, 36, "Unknown key sever. Did you mean server?")),
        ("{id: c1, name: 12, database: D}", (3, 20, "name must be text: put it in quotes.")),
        ("{id: 31, name: A, database: D}", (3, 10, "id must be text: put it in quotes.")),
        ("{id: C 1, name: A, database: D}", (3, 10, "id: Use small letters, digits, '_' and '-'.")),
        ("{id: c1, name: '', database: D}", (3, 20, "name: This field cannot be blank.")),
        ("{id: c1, name: A, database: D, server: b}", (3, 44, "Unknown server b. Known are: default.")),
        ("{id: c1, name: A, database: D, state: off}", (3, 43, "state must be text: put it in quotes.")),
        ("{id: c1, name: A, database: D, state: x}", (3, 43, "state: Value 'x' is not a valid choice.")),
        ("just text", (3, 5, "Here must stand keys with values.")),
    ],
)
def test_parse_of_a_wrong_center_names_line_and_column(center: str, problem: tuple[int, int, str]) -> None:
    assert problems_of(with_center(center)) == [problem]


@pytest.mark.parametrize(
    ("database", "problem"),
    [
        ('{user: u, password: "env:IVORIS_A"}', (1, 11, "The key host is missing.")),
        (
            "{host: h, user: u, password: geheim}",
            (
                1,
                40,
                (
                    "password: Write where the password is, never the password: env:NAME, file:PATH, "
                    "vault:mount/path#key or aws-sm:id#key."
                ),
            ),
        ),
        (
            '{host: h, user: u, password: "env:SECRET_KEY"}',
            (1, 40, "password: The variable's name must begin with IVORIS_."),
        ),
        ('{host: h, user: u, password: "env:IVORIS_A", port: x}', (1, 62, "port must be a whole number.")),
        (
            '{host: h, user: u, password: "env:IVORIS_A", port: 70000}',
            (1, 62, "port: Ensure this value is less than or equal to 65535."),
        ),
        (
            '{host: "a b", user: u, password: "env:IVORIS_A"}',
            (1, 18, "host: Write a host name or an address, without port, spaces or other characters."),
        ),
        (
            '{host: h, user: u, password: "env:IVORIS_A", driver: /tmp/evil.so}',
            (1, 64, "driver: Write the name of an installed ODBC driver, not a path."),
        ),
        (
            '{host: h, user: u, password: "env:IVORIS_A", region: nope}',
            (1, 64, "Unknown region nope. Known are: –."),
        ),
    ],
)
def test_parse_of_a_wrong_server_names_line_and_column(database: str, problem: tuple[int, int, str]) -> None:
    assert problems_of(f"database: {database}\ncenters:\n  - {CENTER}\n") == [problem]


def test_parse_never_repeats_a_plain_password() -> None:
    text = f'database: {{host: h, user: u, password: "geheim;123"}}\ncenters:\n  - {CENTER}\n'
    assert "geheim" not in str(problems_of(text))


def test_parse_of_a_double_id_names_the_first_line() -> None:
    text = f"{FLAT}  - {{id: center_31, name: B, database: D}}\n"
    assert problems_of(text) == [(4, 10, "The center id center_31 stands already in line 3.")]


def test_parse_of_a_shared_database_names_the_other_center() -> None:
    text = f"{FLAT}  - {{id: c2, name: B, database: dentaldb_31}}\n"
    assert problems_of(text) == [(4, 33, "This is the database of center_31 already.")]


def test_parse_without_any_server_says_that_one_is_missing() -> None:
    assert problems_of(f"centers:\n  - {CENTER}\n") == [
        (2, 5, "The key server is missing: say on which server the center's database is.")
    ]


@pytest.mark.parametrize("centers", ["", "centers:\n", "centers: {}\n", "centers: []\n"])
def test_parse_without_centers_is_a_problem(centers: str) -> None:
    assert [message for _line, _column, message in problems_of(f"database: {DATABASE}\n{centers}")] == [
        "The file needs the key centers with a list of centers."
    ]


@pytest.mark.parametrize("text", ["", "just text\n", "- a\n"])
def test_parse_of_another_document_is_a_problem(text: str) -> None:
    assert problems_of(text) == [(1, 1, "The file must consist of the keys database or servers, and centers.")]


def test_parse_collects_all_problems_in_the_order_of_the_file() -> None:
    text = """database: {host: "a b", port: x, user: u, password: geheim, encrpt: yes}
centres: []
servers: {BAD CODE: {region: nope}}
centers:
  - {id: c1, name: A}
  - {id: c1, name: B, database: D, server: gone}
"""
    assert [(line, column) for line, column, _message in problems_of(text)] == [
        (1, 18),
        (1, 31),
        (1, 53),
        (1, 61),
        (2, 1),
        (3, 11),
        (3, 21),
        (5, 5),
        (6, 10),
        (6, 44),
    ]


def test_parse_accepts_servers_and_regions_that_are_known_already() -> None:
    text = "centers:\n  - {id: c1, name: A, database: D, server: berlin}\n"
    assert [center.server for center in parse_centers_file(text, known_servers={"berlin"}).centers] == ["berlin"]
