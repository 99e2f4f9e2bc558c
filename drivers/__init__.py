"""Devices behind one contract. Knows nobody but contract; what a driver needs from outside is a Protocol of its own."""
