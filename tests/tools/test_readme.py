"""The README says what the program does today: its files, commands, lessons and versions are there."""

import re
from pathlib import Path

import pytest

from tools.readme import page
from vdm_tutor.cli import COMMANDS, build_parser
from vdm_tutor.lab.ladder import rungs

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def dead_links(text: str, root: Path) -> list[str]:
    links = re.findall(r"\]\(([^)#\s]+)\)", text)
    return [link for link in links if not link.startswith("https://") and not (root / link).exists()]


def test_links_and_pictures_are_there():
    assert not dead_links(README, ROOT) and not dead_links(CONTRIBUTING, ROOT)
    assert dead_links("![a](docs/none.png) [b](https://x.org) [c](README.md)", ROOT) == ["docs/none.png"]


def test_make_targets_are_there():
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.M))
    named = set(re.findall(r"\bmake ([a-z]+)\b(?=[`\s]*(?:`|#|NAMES|PYTHON))", README + CONTRIBUTING))
    assert {"lab", "test", "notebooks", "mutants"} <= named <= targets


def test_every_command_is_there_and_understood():
    lines = re.findall(r"^python -m vdm_tutor (.*?)(?:\s{2,}.*)?$", README, re.M)
    assert {line.split()[0] for line in lines} == set(COMMANDS)
    for line in lines:
        for words in (re.sub(r"\[.*?\]", "", line).split(), re.sub(r"[\[\]]", "", line).split()):
            args, left_over = build_parser(words).parse_known_args(words)
            assert not left_over or args.command == "lab"


def test_the_tables_are_fresh():
    assert page(README) == README, "run python -m tools.readme"


def test_the_map_has_every_lesson_and_the_ladder_every_rung():
    here = {path.name for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")}
    assert set(re.findall(r"^\| \[\d\d .*?\]\(notebooks/(.*?)\).* \d+ \|$", README, re.M)) == here
    assert README.count(" ± ") == sum(rung.data == "digits" for rung in rungs())


def test_a_stale_table_is_seen():
    row = next(line for line in README.splitlines() if line.startswith("| [04"))
    assert page(README.replace(row, row.replace("| [04", "| [40"))) == README


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_torch_is_named_as_pinned(text):
    first = next(
        line
        for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    )
    assert first == "torch==2.13.0"
    for version in re.findall(r"torch (\d+\.\d+\.\d+)", text):
        assert first == f"torch=={version}"


def test_pins_are_exact_fit_the_ranges_and_name_no_index():
    import tomllib

    from packaging.requirements import Requirement

    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", pin) for pin in pins)
    versions = {pin.split("==")[0].lower().replace("_", "-"): pin.split("==")[1] for pin in pins}
    assert len(versions) == len(pins)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for text in [*project["dependencies"], *sum(project["optional-dependencies"].values(), [])]:
        requirement = Requirement(text)
        assert requirement.specifier.contains(versions[requirement.name]), text


def test_the_workflow_runs_what_the_readme_says():
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    run = set(re.findall(r"- run: (.*)", workflow))
    (windows,) = re.findall(r"In PowerShell:\n\n```\n(.*?)```", README, re.S)
    assert set(windows.splitlines()) - run == {r".venv\Scripts\python -m vdm_tutor lab"}  # a lab waits for a reader
    continuous = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "make test" in continuous and {"make test", "make steady"} <= run
    assert set(re.findall(r"^(make test|make steady)\b", README, re.M)) == {"make test", "make steady"}


def test_the_lines_of_python_run(capsys):
    (lines,) = re.findall(r"```python\n(.*?)```", README, re.S)
    assert len([line for line in lines.splitlines() if line]) <= 12
    quick = lines.replace("n_draws=16", "n_draws=1").replace('digits("test")', 'digits("test")[0][:13], None')
    names = {}
    exec(quick.replace("model.sample(10,", "model.sample(2,"), names)
    assert names["pictures"].shape == (2, 1, 8, 8) and "bits per dimension" in capsys.readouterr().out
    assert names["terms"].elbo.shape == (13,)


def test_every_lesson_has_a_line_in_the_changelog():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^- (\w+), ", text, re.M))
    for first, last in re.findall(r"^- (\d\d) to (\d\d), ", text, re.M):
        named |= {f"{number:02}" for number in range(int(first), int(last) + 1)}
    assert {path.stem.split("_")[0] for path in (ROOT / "notebooks").glob("*.ipynb")} <= named
