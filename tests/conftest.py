"""What several test files share: the demo, made once a session."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# No deadline: what a machine is busy with besides is no fault of ours.
# A busy machine is no fault of what is tested.
_PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("molva", _PATIENT)
settings.register_profile("fuzz", _PATIENT, max_examples=2000)
settings.load_profile("molva")


@pytest.fixture
def frozen_heap() -> Iterator[None]:
    """Time the code alone: no garbage collection over what other tests left behind."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(scope="session")
def demo_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of one demo run; read it only."""
    from molva import demo
    from molva.pipeline.runs import silent

    path = tmp_path_factory.mktemp("newsroom") / "one.db"
    demo.run(path, silent)
    return path
