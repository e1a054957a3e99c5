"""ZeroGPU, the free hardware of Spaces, starts only apps that declare a function for its GPU."""

from __future__ import annotations

import importlib
from importlib.util import find_spec


def declare_gpu_function() -> bool:
    """Declare one where the package `spaces` is installed; elsewhere do nothing. Whether it was declared.

    The models run on the CPU in milliseconds, so that nothing calls the function and no visitor's share of the GPU is
    spent; for the same reason the page's own functions are not to be wrapped. To be called before the page is launched.
    """
    if find_spec("spaces") is None:
        return False
    spaces = importlib.import_module("spaces")
    spaces.disable_gradio_auto_wrap()
    spaces.GPU(gpu_function)
    return True


def gpu_function() -> None:
    """What ZeroGPU asks for."""
