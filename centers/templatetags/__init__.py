"""Template tags of the centers pages."""
