"""How well a model predicts solos, and how human the solos are that it plays.

| module | what it answers |
|---|---|
| `predictive` | how well a model predicts real solos; beside it the n-grams of `baselines` |
| `generated` | everything about generated solos, from the modules below |
| `metrics` | the registry of metrics: what each measures, its unit and human reference |
| `rows` | how each metric compares with that of human solos (`human`) |
| `distances` | whether they differ from human solos as much as from one another |
| `memorisation` | what they have copied from the training solos |
| `listener` | whether a classifier can tell them from human solos |
| `loops` | whether they repeat themselves literally |
| `report` | all of it as one HTML page |
"""
