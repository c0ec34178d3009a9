"""Solos as a musician gets them: MIDI with a band, pictures, sound, notebook cells."""
