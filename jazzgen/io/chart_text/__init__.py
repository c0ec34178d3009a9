"""Chart text: a chord chart as a musician types it."""
