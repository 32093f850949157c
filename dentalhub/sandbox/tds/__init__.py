"""TDS 7.4, SQL Server's wire protocol: packets, login, types, tokens, TLS. Knows nothing of SQLite."""
