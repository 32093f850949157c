"""T-SQL for logins that may only read, as SQL Server 2012 and later understand it (*pure*)."""

from collections.abc import Iterator

from dentalhub.sandbox.tsql_script import bracketed, literal


def login_batch(login: str, password: str, *, exists: bool) -> str:
    """Give a login of the server its password; the statement holds it, as there is no other way."""
    verb = "ALTER" if exists else "CREATE"
    return f"{verb} LOGIN {bracketed(login)} WITH PASSWORD = {literal(password)}"


def reader_script(database: str, login: str) -> Iterator[str]:
    """The batches that let a login read every table of a database; they may be sent again and again."""
    yield f"USE {bracketed(database)}"
    yield f"IF USER_ID({literal(login)}) IS NULL CREATE USER {bracketed(login)} FOR LOGIN {bracketed(login)}"
    yield (
        f"IF ISNULL(IS_ROLEMEMBER(N'db_datareader', {literal(login)}), 0) = 0 "
        f"ALTER ROLE [db_datareader] ADD MEMBER {bracketed(login)}"
    )
    yield "USE [master]"
