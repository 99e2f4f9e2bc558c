"""A question a screen: choices, a number, words."""
