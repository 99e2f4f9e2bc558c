"""Made-up people, contributions, payouts and openings: the same for the same seed, on every machine."""
