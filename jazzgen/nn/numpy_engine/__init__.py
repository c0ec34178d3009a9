"""The NumPy engine: plays shipped models at once, without a network library."""
