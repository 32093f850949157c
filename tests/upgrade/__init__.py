"""From the first released state to the present one, with rows that are there and work that is queued."""
