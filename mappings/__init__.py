"""What the names in a source mean: snapshots, proposals and versioned mappings. Imports `centers` only."""
