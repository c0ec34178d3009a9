"""What every program needs from the machine that it runs on, music or not."""
