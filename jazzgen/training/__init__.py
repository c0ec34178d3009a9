"""Training: the run, its data on disk, its checkpoints, logs and schedule."""
