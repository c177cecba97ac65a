"""Fixtures shared by all tests."""

import pytest
import torch


@pytest.fixture
def generator() -> torch.Generator:
    """A fresh generator with a fixed seed."""
    return torch.Generator().manual_seed(20220825)
