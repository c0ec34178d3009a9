"""Files, processes and tables on disk: what every floor stands on, and nothing of music."""
