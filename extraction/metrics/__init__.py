"""What Prometheus asks about the extraction, read from our own rows."""
