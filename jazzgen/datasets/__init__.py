"""Solos in files: found, read, journalled, kept as datasets, and cut into windows."""
