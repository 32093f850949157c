"""One class per dental software: how its sources are read."""
