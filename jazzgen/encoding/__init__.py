"""Solos as numbers: value sequences, vocabularies, chart tables, corpora, batches."""
