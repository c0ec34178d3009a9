"""Formats: bytes in, bytes out."""
