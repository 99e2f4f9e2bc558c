"""The reading half: verifying and opening the sealed log, opening deliveries. Needs contract and cryptography only."""
