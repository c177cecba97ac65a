"""Fixtures shared by all tests; and signatures are checked, shapes included, in every room but proofs and judge.

Their functions are called a million times: there one test checks them, on some formulas of each kind.
"""

from pathlib import Path

import pytest
import torch
from jaxtyping import install_import_hook

PATIENCE = 300_000  # ms until a page is given up: what comes late on a busy machine is not missing
PACKAGE = Path(__file__).parent.parent / "vdm_tutor"
UNCHECKED = {"__init__", "__pycache__", "proofs", "judge"}
ROOMS = {path.stem for path in PACKAGE.iterdir() if path.suffix in ("", ".py")} - UNCHECKED
install_import_hook([f"vdm_tutor.{room}" for room in sorted(ROOMS)], "tests.checked")


def pytest_addoption(parser):
    parser.addoption("--full", action="store_true", help="inject faults and bad input in full, not in small: minutes")


@pytest.fixture
def generator() -> torch.Generator:
    """A fresh generator with a fixed seed."""
    return torch.Generator().manual_seed(20220825)


@pytest.fixture(scope="session")
def browser():
    """The one headless browser of a process: beside Playwright's loop, which never ends, there can be no other."""
    from playwright.sync_api import sync_playwright

    from tools.browser import launch

    with sync_playwright() as playwright:
        browser = launch(playwright)
        new_page = browser.new_page

        def patient(**options):
            page = new_page(**options)
            page.set_default_timeout(PATIENCE)
            return page

        browser.new_page = patient
        yield browser
