"""One system for the whole test run: starting it takes longer than most of what is asked of it."""

import pytest

from tests.system.running import System, trained_model

TIMEOUT_SECONDS = 420
_SYSTEM = pytest.StashKey[System]()


def shared_system(config: pytest.Config, folders: pytest.TempPathFactory) -> System:
    """The system that runs already, or a new one, which ends with the test run."""
    if _SYSTEM not in config.stash:
        system = System(folders.mktemp("system") / "data", trained_model())
        config.add_cleanup(system.stop)
        system.start()
        config.stash[_SYSTEM] = system
    return config.stash[_SYSTEM]
