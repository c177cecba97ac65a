"""docs/class.md, marks.md and deploy/README.md: minutes, slides, polls and commands are those of the course."""

import re
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest

from tools.grader import files
from tools.paths import lessons
from tools.polls import MINUTES, PLACES
from tools.slides import slides
from tools.teacher import PAGES, section_of, slide_of

DOCS = PAGES.parent
CLASS = (DOCS / "class.md").read_text(encoding="utf-8")
TEXTS = {
    path.name: path.read_text(encoding="utf-8") for path in (DOCS / "marks.md", DOCS.parent / "deploy" / "README.md")
}
TEXTS |= {"class.md": CLASS, "06.md": (PAGES / "06.md").read_text(encoding="utf-8")}
ROW = re.compile(r"^\| (\d):(\d\d) \| (\d\d), (.+?) \|", re.M)  # of a sitting: from when, which lesson, what of it
PLAN = re.compile(r"^\|[^|]*\| \[(\d\d)\]\(teacher/\d\d\.md\) \| (opening, sections .+?) \| (\d+) \|$", re.M)
OTTER = {"generate": {"-t", "-o", "-r", "--no-config"}, "run": {"-a", "-o"}, "grade": {"-n", "-a", "-o"}}
CLOSE = 3  # minutes: the pages round


def numbers(words: str) -> list[str]:
    """The sections that words name: "" for the opening, and those by number."""
    several = re.search(r"sections? ([\d, and]+?)( to (\d+))?(?:$|[;:])", f"{words};")
    found = re.findall(r"\d+", several[1]) if several else []
    found += [str(n) for n in range(int(found[-1]) + 1, int(several[3]) + 1)] if several and several[2] else []
    return [""] * ("opening" in words) + found


def length(lesson: str, words: str) -> int:
    """The minutes in class, by the lesson's page, of the sections that words name."""
    text = (PAGES / f"{lesson}.md").read_text(encoding="utf-8")
    table = dict(re.findall(r"^\| (?:(\d+)\. [^|]*|opening) \| \d+ \| (\d+) \|", text, re.M))
    return sum(int(table[number]) for number in numbers(words))


def deck(lesson: str) -> list:
    (path,) = (path for path in lessons() if path.name.startswith(lesson))
    return list(slides(nbformat.read(path, as_version=4)))


def test_sections_are_read_as_they_are_named():
    assert numbers("opening, sections 1, 2, 3 and 5") == ["", "1", "2", "3", "5"]
    assert numbers("opening, sections 1 to 4") == ["", "1", "2", "3", "4"]
    assert numbers("section 2; poll 04.1") == ["2"] and numbers("opening and section 1") == ["", "1"]


def test_the_plan_of_two_sittings_states_the_minutes_of_the_pages():
    rows = PLAN.findall(CLASS)
    assert len(rows) == 4
    assert not [row for row in rows if abs(length(row[0], row[1]) - int(row[2])) > CLOSE]


def test_a_sitting_runs_by_the_minutes_of_the_pages_and_of_its_polls():
    rows = [(60 * int(hours) + int(minutes), lesson, words) for hours, minutes, lesson, words in ROW.findall(CLASS)]
    sittings = [rows[: (second := [row[0] for row in rows].index(0, 1))], rows[second:]]
    for sitting in sittings:
        clock = 0
        for start, lesson, words in sitting:
            assert abs(start - clock) <= CLOSE, f"{lesson}, {words}: {clock // 60}:{clock % 60:02}"
            clock = start + length(lesson, words) + MINUTES * len(re.findall(r"\d\d\.\d", words))
        assert clock <= 90


def test_a_poll_of_a_sitting_stands_in_the_section_that_is_given():
    named = [(name, words) for _, _, _, words in ROW.findall(CLASS) for name in re.findall(r"\d\d\.\d", words)]
    assert len(named) == 4
    for name, words in named:
        cells = deck(name[:2])
        section = section_of(slide_of(f"poll-{name.replace('.', '-')}", cells), cells)
        assert name in PLACES and section.split(".")[0] in numbers(words), f"{name} is in {section}"


def test_the_film_of_06_is_the_slide_that_is_named():
    (number,) = re.findall(r"`#(\d+)` is the film of 06", CLASS)
    assert slide_of("scrub-show", deck("06")) == int(number)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_each_command_of_the_course_is_there_with_its_options(text):
    lines = re.findall(r"python -m ((?:tools|vdm_tutor)[\w.]*)([^`\n]*)", text)
    assert lines
    for module, rest in lines:
        spec = find_spec(module)
        assert spec, module
        source = Path(spec.origin).with_name("__main__.py") if spec.submodule_search_locations else Path(spec.origin)
        words = "".join(path.read_text(encoding="utf-8") for path in source.parent.glob("*.py"))
        assert all(f'"{option}"' in words for option in re.findall(r"(?<= )--[a-z-]+", rest)), rest


def test_a_weight_is_changed_in_one_place():
    assert all(text.count("points") == 1 for text in files("06").values())


@pytest.mark.parametrize("line", re.findall(r"`otter ([^`]+)`", TEXTS["marks.md"]))
def test_otter_is_called_as_its_version_7_understands(line):
    assert not unknown_to_otter(line)


def test_a_call_that_otter_7_does_not_understand_is_seen():
    assert unknown_to_otter("grade -a autograder.zip -p submissions") == {"-p"}


def unknown_to_otter(line: str) -> set[str]:
    """The options of a call that otter-grader 7.0.0, which is not installed here, does not have."""
    command, *words = line.split()
    return {word for word in words if word.startswith("-")} - OTTER[command]
