"""What answers the statements: SQLite files opened read-only, with SQL Server's functions, views and errors."""
