"""Measurements of the terminal, beside a peer where there is one. ``scripts/bench --list``."""
