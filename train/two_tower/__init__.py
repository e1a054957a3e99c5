"""Training the two-tower model over listening histories.

`TwoTower.fit` (`train.two_tower.model`) is all that others call. By default the encoders' outputs are computed once
(`train.two_tower.encode.encode_all`) and kept, and the towers learn on top of them, on any machine.

On GPUs everything can learn together, with one command::

    torchrun --nproc-per-node 8 -m train.user_history encode --encoders big --histories … --audio …

Each process takes its share of every batch, computes in bf16 and sees the negatives of all. How many histories a GPU
holds is said by `python -m train.two_tower.memory`: 8 of 20 tracks need 11 GiB with activations computed again, 54 GiB
with all remembered. This was tested with two processes on a processor, never on a GPU.
"""
