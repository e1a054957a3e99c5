"""The parts of `train.genre_tagger`: split, two models, their mixture, and how good they are."""
