"""Recurrent networks: the two engines, what they have in common, and models on disk.

Comments give shapes in these letters:

| letter | means |
|---|---|
| B | batch |
| T | time steps; Tx in training, Ty in generation |
| V | values (classes of an output) |
| U | units of a recurrent cell |
| F | features of an input |
"""
