"""Training the two-tower model over listening histories."""
