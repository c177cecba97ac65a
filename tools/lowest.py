"""Print the lowest versions that pyproject.toml admits, as pins: what the weekly run tries beside the newest.

usage: python -m tools.lowest > lowest.txt      (needs the standard library alone)
"""

import re
import tomllib
from pathlib import Path

FILE = Path(__file__).parent.parent / "pyproject.toml"
LOWEST = re.compile(r"(?P<name>[\w.-]+)(?:>=|==)(?P<version>[\w.]+)")


def pins(text: str) -> list[str]:
    """A pin for each requirement, optional ones too; raises ValueError for one without a lowest version."""
    project = tomllib.loads(text)["project"]
    requirements = [*project["dependencies"], *sum(project.get("optional-dependencies", {}).values(), [])]
    found = {requirement: LOWEST.match(requirement) for requirement in requirements}
    if unbounded := [requirement for requirement, match in found.items() if not match]:
        raise ValueError(f"no lowest version: {', '.join(unbounded)}")
    return [f"{match['name']}=={match['version']}" for match in found.values()]


if __name__ == "__main__":
    print(*pins(FILE.read_text(encoding="utf-8")), sep="\n")
