"""Devices behind one contract. Knows nobody but contract; what a driver needs from outside it declares as a Protocol."""
