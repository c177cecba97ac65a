"""The lowest versions are read from pyproject.toml, and every range has one."""

import pytest

from tools.lowest import FILE, pins


def test_every_range_of_the_project_has_a_lowest_version():
    found = pins(FILE.read_text(encoding="utf-8"))
    assert found[0].startswith("torch==") and len(found) > 15


def test_a_range_is_pinned_at_its_foot_and_one_without_a_foot_is_refused():
    text = '[project]\ndependencies = ["a>=1.2,<3", "b-c==4.0"]\n[project.optional-dependencies]\nlab = ["{}"]\n'
    assert pins(text.replace("{}", "d>=5")) == ["a==1.2", "b-c==4.0", "d==5"]
    with pytest.raises(ValueError, match="no lowest version: e<7"):
        pins(text.replace("{}", "e<7"))
