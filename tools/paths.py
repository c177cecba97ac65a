"""Where the notebooks of the course lie."""

from pathlib import Path

FOLDER = Path(__file__).parent.parent / "notebooks"


def lessons(folder: Path = FOLDER) -> list[Path]:
    """The lessons and the cards, in order."""
    return sorted(folder.glob("*.ipynb"))


def topics(folder: Path = FOLDER) -> list[Path]:
    """The topics of the question book."""
    return sorted(folder.glob("questions/*.ipynb"))
