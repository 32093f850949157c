"""Alerts: what is wrong now becomes rows, changes of the rows become messages."""
