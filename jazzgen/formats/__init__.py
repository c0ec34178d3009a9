"""Bytes in, bytes out: MIDI, chart text, pictures."""
