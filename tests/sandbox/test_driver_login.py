"""Logging in with the genuine driver."""

from pathlib import Path

import pyodbc
import pytest

from tests.sandbox.conftest import Served
from tests.sandbox.driver import connect, native_number


@pytest.mark.parametrize(
    "keywords",
    [
        {"Encrypt": "yes"},
        {"Encrypt": "yes", "TrustServerCertificate": "yes"},
        {"Encrypt": "no"},
        {"Encrypt": "optional"},
        {"Encrypt": "strict"},
    ],
    ids=["verified", "trusted blindly", "plain", "optional", "strict"],
)
def test_login_with_each_encryption(served: Served, keywords: dict[str, str]) -> None:
    connection = served.connect(**keywords)
    assert tuple(connection.execute("SELECT DB_NAME(), SUSER_SNAME()").fetchone()) == ("master", "svc_extract")
    assert connection.getinfo(pyodbc.SQL_DBMS_VER) == "15.00.2000"
    connection.close()


def test_login_names_its_database(served: Served) -> None:
    connection = served.connect(DATABASE=served.first.database.upper())
    assert connection.execute("SELECT DB_NAME()").fetchval() == served.first.database
    connection.close()


def test_untrusted_certificate_is_refused(served: Served, tmp_path: Path) -> None:
    nothing = tmp_path / "none.pem"
    with pytest.raises(pyodbc.OperationalError, match="certificate verify failed"):
        connect(served.process, served.first.server, 5, nothing)


def test_certificate_is_for_localhost_only(served: Served) -> None:
    port = served.process.ports[served.first.server]
    with pytest.raises(pyodbc.OperationalError, match="does not match host name"):
        served.connect(SERVER=f"127.0.0.1,{port}")


@pytest.mark.parametrize("keywords", [{"PWD": "wrong"}, {"UID": "sa"}, {"PWD": "ü;}{😀"}])
@pytest.mark.parametrize("encrypt", ["yes", "no"])
def test_wrong_login_is_18456(served: Served, keywords: dict[str, str], encrypt: str) -> None:
    with pytest.raises(pyodbc.InterfaceError) as caught:
        served.connect(Encrypt=encrypt, **keywords)
    assert (caught.value.args[0], native_number(caught.value)) == ("28000", 18456)


def test_unknown_database_is_4060(served: Served) -> None:
    with pytest.raises(pyodbc.ProgrammingError) as caught:
        served.connect(DATABASE="Nirgends")
    assert "(4060)" in str(caught.value)


def test_databases_of_other_servers_are_unknown(served: Served) -> None:
    other = next(one for one in served.network.centers if one.server != served.first.server)
    with pytest.raises(pyodbc.ProgrammingError, match=r"\(4060\)"):
        served.connect(DATABASE=other.database)


def test_login_attempts_are_counted_per_server_whatever_becomes_of_them(served: Served) -> None:
    before = served.process.logins()
    assert before.keys() == served.process.ports.keys()
    served.connect().close()
    with pytest.raises(pyodbc.InterfaceError):
        served.connect(PWD="wrong")
    after = served.process.logins()
    assert {name: after[name] - before[name] for name in after if after[name] != before[name]} == {
        served.first.server: 2
    }
