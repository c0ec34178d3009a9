"""How well a model foresees solos, and how human the solos are that it plays."""
