import pytest

from branch import Branch
from contract import Client


@pytest.fixture(scope="session")
def branch(tmp_path_factory):
    """One branch for the whole run: its tests use queues, counters and tickets of their own where it matters."""
    running = Branch(tmp_path_factory.mktemp("branch"))
    yield running
    assert running.process.poll() is None, f"serve died: {running.said()}"
    assert running.stop() == 0, running.said()


@pytest.fixture(scope="module")
def own_branch(tmp_path_factory):
    """A branch that only the tests of one file use."""
    running = Branch(tmp_path_factory.mktemp("own"))
    yield running
    assert running.stop() == 0, running.said()


@pytest.fixture
def speak(own_branch):
    """Gives a client for a role."""
    return lambda role: Client(own_branch, role)
