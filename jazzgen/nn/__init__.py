"""Recurrent networks: cells, heads, the two graphs, sampling, training, models on disk.

Shapes are written behind the lines with these letters:

| letter | means |
|---|---|
| B | batch |
| T | time steps; Tx in training, Ty in generation |
| V | values (classes of an output) |
| U | units of a recurrent cell |
| F | features of an input |
"""
