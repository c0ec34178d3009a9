"""How well a model foresees solos, and how human the solos are that it plays.

| module | what it answers |
|---|---|
| `predictive` | how well a model foresees real solos; beside it the n-grams of `floors` |
| `generated` | everything about generated solos, from the modules below |
| `rows` | where they lie on the human table (`descriptive`, `sharing`, `human`) |
| `distances` | whether they differ from human solos as much as from one another |
| `memorisation` | what they have taken from the training solos |
| `listener` | whether a classifier can tell them from human solos |
| `loops` | whether they repeat themselves literally |
| `report` | all of it as one HTML page |
"""
