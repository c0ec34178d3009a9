"""The Keras engine: shared layers, the training graph and the inference graph."""
