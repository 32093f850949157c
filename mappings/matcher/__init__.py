"""The matcher: which physical table and column is which canonical one. *Pure*, all of it.

Clues speak for or against a candidate, each with a weight (`weights.yml`); a table is right because its columns are,
and all tables are chosen together. `mappings.proposal` is the way in.
"""
