"""Transcription: solos from files of any origin, with their notes on the grid and their chords."""
