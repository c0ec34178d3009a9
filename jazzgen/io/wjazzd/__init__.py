"""The Weimar Jazz Database, read note for note from its SQLite file."""
