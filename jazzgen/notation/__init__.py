"""Notation: readable rhythm, note values, tuplets, spelling and the lines of a page."""
