"""Standard MIDI Files: read as scores and solos, and written."""
