"""Moving the rows: runs, reading, landing, results and exports. Imports `centers` and `mappings`."""
