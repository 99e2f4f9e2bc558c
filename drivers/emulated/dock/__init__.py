"""The dock: a small local page where a person plays with the emulated devices, and an interface for the tour."""
