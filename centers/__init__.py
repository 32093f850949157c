"""Which sources exist, how to reach them and how to read them. Imports no other app."""
