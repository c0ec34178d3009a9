"""Recurrent cells in NumPy: one step, whole sequences, and backpropagation through time."""
