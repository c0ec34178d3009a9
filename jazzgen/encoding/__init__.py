"""Solos as numbers: value sequences, chart tables, features of the line, training examples."""
