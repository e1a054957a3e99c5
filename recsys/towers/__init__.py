"""Torch modules of the two-tower model; imported by `train` alone."""
