"""How dates, times and numbers look on screen, in each language."""
