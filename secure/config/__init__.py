"""Signed configuration, the terminal's half: python-tuf's client, and what has to stand around it."""
