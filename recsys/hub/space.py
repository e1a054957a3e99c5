"""Creating and updating a Space."""

from __future__ import annotations

from collections.abc import Mapping

from recsys.hub.failures import hub_failures
from recsys.hub.repository import Pushed, Repository, commit, create


def push_space(
    name: str,
    files: Mapping[str, bytes],
    *,
    onto: Repository | None,
    hardware: str,
    private: bool = False,
    message: str = "Update",
) -> Pushed:
    """Make the Space hold ``files`` and nothing else, in one commit; created where it is missing.

    Args:
        name: OWNER/NAME.
        files: Contents by path.
        onto: What `look` found.
        hardware: What a Space that is created now runs on; a free account may have ZeroGPU and nothing else.
        private: Whether to hide a Space that is created now.
        message: The commit's.
    """
    space = onto or create(name, "space", private=private, hardware=hardware)
    return commit(space, files, set(space.files) - set(files), message)


def hardware_of(name: str) -> str | None:
    """What the Space runs on, or is about to; None where the Hub does not say."""
    from huggingface_hub import HfApi

    with hub_failures(f"asking what {name} runs on", name, "space"):
        runtime = HfApi().get_space_runtime(name)
    return runtime.requested_hardware or runtime.hardware


def request_hardware(name: str, hardware: str) -> None:
    """Ask for other hardware, such as "cpu-basic"; the Space restarts."""
    from huggingface_hub import HfApi, SpaceHardware

    with hub_failures(f"asking for {hardware}", name, "space"):
        HfApi().request_space_hardware(name, SpaceHardware(hardware))


def variables_of(name: str) -> dict[str, str]:
    """The Space's variables."""
    from huggingface_hub import HfApi

    with hub_failures("reading variables", name, "space"):
        return {key: str(one.value) for key, one in HfApi().get_space_variables(name).items()}


def set_variables(name: str, wanted: Mapping[str, str | None]) -> None:
    """Set each variable, or delete it where its value is None; the Space restarts if any of them changes."""
    from huggingface_hub import HfApi

    api, held = HfApi(), variables_of(name)
    with hub_failures("setting variables", name, "space"):
        for key, value in wanted.items():
            if value is None and key in held:
                api.delete_space_variable(name, key)
            elif value is not None and held.get(key) != value:
                api.add_space_variable(name, key, value)
