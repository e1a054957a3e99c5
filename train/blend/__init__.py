"""Training of the blend; see `train.blend.fit`."""
