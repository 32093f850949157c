"""The embedded practice network: a small server that speaks SQL Server's wire protocol over SQLite files.

Nothing in here is imported by ``centers``, ``mappings`` or ``extraction``, and it imports none of them.
"""
