"""The commands in the guides do what the guides say."""
