"""jazzgen: learns to improvise from jazz solos."""

__version__ = "0.1.0"
