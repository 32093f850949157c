"""The part of T-SQL the sandbox understands, translated to SQLite. What is not understood becomes error 102."""
