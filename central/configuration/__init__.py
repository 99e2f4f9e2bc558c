"""Signed configuration, the platform's half: keys, the repository, releases and their rings, serving, the ceremony."""
