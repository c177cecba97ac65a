import pytest


@pytest.fixture(autouse=True)
def own_progress(tmp_path, monkeypatch):
    """No test writes into the reader's file."""
    monkeypatch.setenv("VDM_TUTOR_PROGRESS", str(tmp_path / "progress.json"))
    return tmp_path / "progress.json"
