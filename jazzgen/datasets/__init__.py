"""Solos from files to batches: finding and reading files, datasets, journals, windows."""
