"""Titles of tunes, letter by letter: a character-level language model in NumPy alone."""
