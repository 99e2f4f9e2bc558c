"""Peers that speak the devices' own bytes, for demonstrations and tests. Never part of the product image."""
