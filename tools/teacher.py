"""Write docs/teacher/: a page for the teacher of each lesson, and worked solutions apart.

usage: python -m tools.teacher

They come from the lessons, their exercises, their polls (tools.polls) and their explorers (tools.gallery). Three things
for the board, which none of these says, stand in teacher.toml.
"""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import nbformat

from tools import gallery, polls, reading, seconds
from tools.guesses import Asked, asked_in
from tools.paths import FOLDER
from tools.questions import title_of
from tools.reading import HEADING
from tools.slides import slides
from tools.stands_on import stands_on
from vdm_tutor.exercises.catalogue import EXERCISES
from vdm_tutor.exercises.exercise import Exercise
from vdm_tutor.exercises.formula import Formula
from vdm_tutor.exercises.lessons.derivations import TASKS
from vdm_tutor.exercises.prediction import Prediction
from vdm_tutor.whole_file import write_text

PAGES = FOLDER.parent / "docs" / "teacher"
NOTES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
MEASURED = seconds.known()
SLOT, TALK = 50, 1.6  # minutes of a short slot; what a class needs for a minute of reading
MADE = "Made by `python -m tools.teacher` from the lesson and its exercises."
POLLS = (
    "Slides of the deck, each before the slide that tells the answer. A minute to think, fingers up together, two "
    "minutes with the neighbour, fingers again, the reason at the next key: "
    f"{polls.MINUTES} minutes, which are not in the table."
)
WHERE = (
    'At the end of the lesson, under "Exercises", behind "If you want more": the table of contents leads there. '
    "The first cell below that heading has to run, and no other. Solutions: [solutions/{0}.md](solutions/{0}.md)."
)
OPEN = 'The lesson\'s own list under "Exercises": change a cell, run it and see. No judge, and no worked solution.'


def page(book: nbformat.NotebookNode, lesson: str) -> str:
    """The teacher's page of a lesson: goals, minutes, guesses, the board, polls, exercises with the slips to expect."""
    words = "\n\n".join(cell.source for cell in book.cells[:3] if cell.cell_type == "markdown")
    goals, _, needs = words[words.index("**Afterwards") :].partition("\n\nAbout ")
    needs = " ".join(needs[needs.index("You ") :].split())  # the minutes stand in the table
    deck = list(slides(book))
    parts = [f"# {title_of(book)}: for the teacher", "", MADE, "", "## Goals", "", goals, "", needs, "", "## Minutes"]
    parts += minutes(book, lesson, deck)
    parts += ["## What the lesson asks before it tells", "", *guesses(book, deck), ""]
    parts += ["## For the board", "", *(f"- {line}" for line in NOTES[lesson]["board"]), ""]
    parts += moved(lesson, book, deck)
    parts += ["## Polls", "", POLLS, ""]
    parts += [text for before, exercise in polls.polls(lesson).items() for text in poll(exercise, deck)]
    parts += ["## Exercises, and the mistakes to expect", "", WHERE.format(lesson), ""]
    parts += [text for exercise in of(lesson) for text in expected(exercise)]
    parts += [text for task in TASKS if task.id.startswith(lesson) for text in derived(task)]
    parts += ["## Without a judge", "", OPEN, "", open_questions(book)]
    return "\n".join(parts).rstrip() + "\n"


def of(lesson: str) -> list[Exercise]:
    return [exercise for exercise in EXERCISES if exercise.lesson == lesson]


def minutes(book: nbformat.NotebookNode, lesson: str, deck: list) -> Iterator[str]:
    """A table of the sections: minutes to read and in class, seconds to run, first slide; where a short slot ends."""
    yield "\n| section | to read | in class | to run | slide | runs on |\n|---|---|---|---|---|---|"
    total, stop, run, places = 0.0, "", seconds.by_section(book, MEASURED[lesson]), first_slides(deck)
    needs = {title: ", ".join(map(number, found)) for title, found in stands_on(book).items()}
    for depth, title, length in reading.sections(book):
        if title in (reading.BEYOND, *reading.UNCOUNTED):
            break
        total += TALK * length
        stop = stop or (title if total > SLOT else "")
        if depth < 2:
            wait = seconds.rounded(run.get(title, 0))
            row = [
                title or "opening",
                f"{length:.0f}",
                f"{TALK * length:.0f}",
                wait and f"{wait} s",
                f"{places[title]}",
                needs[title],
            ]
            yield f"| {' | '.join(row)} |"
    yield "\nA section runs on the opening and on what is named last in its row; one that no row names can be left out."
    end = f'before "{stop}"; the rest is for home' if stop else "at its end"
    yield f"Reckoned with {TALK:g} minutes in class for a minute of reading, a guess that no class has measured."
    yield f"A slot of {SLOT} minutes without polls ends {end}."
    whole = seconds.rounded(sum(MEASURED[lesson].values()))
    yield f"To run all of it takes about {whole} s of a free core: start its kernel a few minutes before its turn."
    yield f"Slides are those of `python -m tools.slides {lesson}`.\n"


def number(title: str) -> str:
    """What a section is called in short: its number, where it has one."""
    return title.partition(".")[0]


def first_slides(deck: list) -> dict[str, int]:
    """The slide of the lesson's deck on which each section begins."""
    found = {"": 1}
    for number, cells in enumerate(deck, 1):
        for _, title in HEADING.findall(cells[0].source):
            found.setdefault(title, number)
    return found


def slide_of(name: str, deck: list) -> int:
    """The slide on which a cell stands."""
    return next(number for number, cells in enumerate(deck, 1) if any(cell.id == name for cell in cells))


def section_of(number: int, deck: list) -> str:
    """The section to which a slide belongs: one that begins with the next slide is its own already."""
    titles = [title for cells in deck[: number + 1] for _, title in HEADING.findall(cells[0].source)]
    return titles[-1] if titles else "opening"


def guesses(book: nbformat.NotebookNode, deck: list) -> Iterator[str]:
    """What the lesson asks before it tells, for a show of hands, and what comes out."""
    before = None
    for guess in asked_in(book):
        options = f" ({' · '.join(guess.options)})" if guess.options else ""
        said = told(guess, slide_of(guess.answered, deck))
        said, before = ("(In the same lines.)" if said == before else said), said
        yield f"- Slide {slide_of(guess.cell, deck)}: {guess.question}{options} {said}"


def told(guess: Asked, number: int) -> str:
    """The answer to a guess, as the lesson's own cell tells it."""
    if guess.answer:
        return f"**{guess.answer}**"
    if "\n" not in guess.printed:
        return f"`{guess.printed}`"
    lines = "\n".join(f"  {line}".rstrip() for line in guess.printed.splitlines())
    return f"Slide {number} prints\n\n  ```text\n{lines}\n  ```\n"


def moved(lesson: str, book: nbformat.NotebookNode, deck: list) -> Iterator[str]:
    """The explorers of a lesson: where they stand, what to ask a class that moves them, and what to expect."""
    own = {make: words for make, words in gallery.SCREENS.items() if words["lesson"] == lesson}
    if own:
        yield "## To move\n"
    for make, words in own.items():
        cell = next(cell.id for cell in book.cells if cell.cell_type == "code" and f"{make}(" in cell.source)
        slide = next((n for n, cells in enumerate(deck, 1) if cell in [each.id for each in cells]), None)
        on = f"slide {slide}" if slide else "not in the deck"
        yield f"**{words['title']}**, {on}, cell `{cell}`; on a screen of its own, `gallery.html#{make}`.\n"
        for question, answer in zip(words["ask"], words["expect"], strict=True):
            yield f"- {question} *{answer}*"
        yield ""


def poll(exercise: Exercise, deck: list) -> Iterator[str]:
    """A poll: where it is asked, the choices in an order that tells nothing, and the belief behind each wrong one."""
    number = slide_of(polls.slide(exercise).id, deck)
    yield f"**{exercise.id}**, slide {number}, in *{section_of(number, deck)}*. {exercise.story}\n"
    for letter, (choice, belief) in zip("abcdefgh", polls.choices(exercise).items(), strict=False):
        yield f"- ({letter}) {choice}: {f'*{belief}*' if belief else '**right**'}"
    yield ""


def expected(exercise: Exercise) -> Iterator[str]:
    """An exercise: what is asked, the mistakes with what to ask back, the hints in their order."""
    story = "The poll above." if exercise.id in polls.PLACES else exercise.story
    yield f"**{exercise.id}**, {exercise.kind}. {story}\n"
    for mistake, question in mistakes(exercise).items():
        yield f"- *{mistake}*{f': {question}' if question else ''}"
    for hint in exercise.hints:
        yield f"- hint: {hint}"
    if exercise.invariant:
        yield f"- to test an answer by: {exercise.invariant}"
    yield ""


def mistakes(exercise: Exercise) -> Mapping[str, str]:
    """The mistakes that an exercise knows by name, each with what to ask back; those of its poll stand there."""
    if isinstance(exercise, Prediction):
        return {} if exercise.id in polls.PLACES else dict(exercise.beliefs)
    names = list(getattr(exercise, "slips", {})) or list(getattr(exercise, "wrong", {}))
    if isinstance(exercise, Formula):
        voted = polls.wrong_answers(exercise) if exercise.id in polls.PLACES else []
        answers = [*(text for text, _ in exercise.noted.values()), *exercise.families.values()]
        names = [exercise.verdict_on(answer).slip for answer in answers if answer not in voted]
    return {name: exercise.asked_back(name) for name in names if name}


def derived(task) -> Iterator[str]:
    """A derivation: where it begins, and what the lines of one road stand on."""
    yield f"**{task.id}**, derive line by line. {task.story}\n"
    yield f"- {beginning(task)}"
    yield f"- hint: one road has {len(task.roads[0])} lines: {'; then '.join(reason for _, reason in task.roads[0])}\n"


def beginning(task) -> str:
    return f"begins with `{task.start or f'{task.heads[0]} = ...'}`"


def open_questions(book: nbformat.NotebookNode) -> str:
    """What a lesson leaves to be tried, as it stands there."""
    words = "\n\n".join(cell.source for cell in book.cells if cell.cell_type == "markdown")
    return words.partition("## Exercises\n")[2].partition("\n\nPut your answer")[0].strip()


def solutions(book: nbformat.NotebookNode, lesson: str) -> str:
    """Worked solutions of a lesson's exercises and derivations."""
    parts = [f"# {title_of(book)}: solutions", "", f"{MADE} Not for students' copies.", ""]
    for exercise in of(lesson):
        parts += [f"**{exercise.id}** {exercise.story}", "", exercise.shown(), "", exercise.explained, ""]
    for task in (task for task in TASKS if task.id.startswith(lesson)):
        lines = [f"1. `{line}` ({reason})" for line, reason in task.roads[0]]
        parts += [f"**{task.id}** {task.story} It {beginning(task)}.", "", *lines, ""]
    return "\n".join(parts).rstrip() + "\n"


def pages() -> Iterator[tuple[Path, str]]:
    """Every page with its place."""
    for lesson in NOTES:
        (path,) = FOLDER.glob(f"{lesson}_*.ipynb")
        book = nbformat.read(path, as_version=4)
        yield PAGES / f"{lesson}.md", page(book, lesson)
        yield PAGES / "solutions" / f"{lesson}.md", solutions(book, lesson)


if __name__ == "__main__":
    for place, text in pages():
        write_text(place, text)
