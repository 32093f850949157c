"""The secret key of processes that tests start: long enough for the system checks, and known to everybody."""

SECRET_KEY = "only for tests, which hide nothing: 0123456789 abcdefghijklmnopqrstuvwxyz"
