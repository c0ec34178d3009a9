"""Titles of tunes: a character-level language model, trained and run in NumPy alone."""
