"""Chord sheets: ChordPro files, and chords above words."""
