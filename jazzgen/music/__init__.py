"""Timing, pitch, chords, charts and solos: pure Python, importing nothing above it."""
