import pytest

from branch import Branch
from contract import Client


@pytest.fixture(scope="module")
def branch(tmp_path_factory):
    """A branch that only the tests of one file use."""
    running = Branch(tmp_path_factory.mktemp("branch"))
    yield running
    assert running.process.poll() is None, f"serve died: {running.said()}"
    assert running.stop() == 0, running.said()


@pytest.fixture
def speak(branch):
    """Gives a client for a role."""
    return lambda role: Client(branch, role)
