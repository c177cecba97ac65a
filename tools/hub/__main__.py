"""A class at a real JupyterHub on this machine: does everybody reach the end, and what does it take?

usage: python -m tools.hub [--students 30] [--computing 2] [--lessons 00 08 06] [--limit MINUTES] [--at FOLDER]

Hub, proxy and students' environment are installed once, into FOLDER (default: build/hub), from deploy/. Each student
logs in, opens the lessons in their order, writes a note and an answer, and runs every cell; at most `computing` cells
run at once. Meanwhile the hub is restarted, and a kernel of every third student is killed; one server too. In the end
the idle culler ends all servers, everybody comes back, and it is looked whether their words are still there.
"""

import argparse
import asyncio
import json
import signal
import statistics
import sys
import time
from pathlib import Path

import psutil

from tools.hub.engine import ROOT, Hub
from tools.hub.memory import kernels_of, megabytes, owner, processes_of
from tools.hub.student import Student
from tools.paths import FOLDER

PAUSE = 10  # seconds between two looks at the memory
LEAST = 1.5e9  # bytes that must be left on the machine


async def watch(homes: Path, peaks: dict, whole: list) -> None:
    """Keep the most that each student's server and kernels held, and what they all held together."""
    while True:
        held = await asyncio.to_thread(megabytes, homes)
        for name, kinds in held.items():
            for kind, size in kinds.items():
                peaks.setdefault(kind, {})[name] = max(size, peaks.get(kind, {}).get(name, 0))
        whole.append(sum(sum(kinds.values()) for kinds in held.values()))
        if psutil.virtual_memory().available < LEAST:
            sys.exit("less than a gigabyte and a half is left on this machine: the class is sent home")
        await asyncio.sleep(PAUSE)


async def trouble(hub: Hub, students: list[Student], after: float) -> list[str]:
    """Kill a kernel of every third student, restart the hub, kill a server; says what was done."""
    await asyncio.sleep(after)
    done = []
    for student in students[::3]:
        for kernel in kernels_of(hub.homes, student.name)[:1]:
            kernel.kill()
            done.append(student.name)
    said = [f"kernels killed: {len(done)}"]
    await asyncio.to_thread(hub.stop, "hub")
    await asyncio.sleep(5)
    began = time.monotonic()
    await asyncio.to_thread(hub.start, "hub")
    said.append(f"hub restarted, {time.monotonic() - began:.0f} s until it answered")
    victim = students[-1].name
    for process in [p for p in processes_of(hub.homes) if owner(p) == victim]:
        process.kill()
    said.append("servers killed: 1")
    return said


async def term(hub: Hub, args) -> dict:
    """The whole class from log-in to the end; gives what was measured."""
    computing = asyncio.Semaphore(args.computing)
    students = [Student(hub.url, f"student{number:02}", computing) for number in range(1, args.students + 1)]
    lessons = [path.name for name in args.lessons for path in FOLDER.glob(f"{name}_*.ipynb")]
    peaks, whole, began = {}, [], time.monotonic()
    watcher = asyncio.create_task(watch(hub.homes, peaks, whole))
    await asyncio.gather(*(student.log_in() for student in students))
    troubled = asyncio.create_task(trouble(hub, students, args.trouble_after))

    async def attend(student: Student) -> None:
        for lesson in lessons:
            await student.read(lesson)
            print(f"{student.name} has come to the end of {lesson}", file=sys.stderr, flush=True)

    tasks = [asyncio.create_task(attend(student)) for student in students]
    over, late = await asyncio.wait(tasks, timeout=60 * args.limit)
    for task in late:
        task.cancel()
    said = await troubled
    minutes = (time.monotonic() - began) / 60
    watcher.cancel()
    await asyncio.to_thread(hub.cull, 20, 60 + 3 * args.students)
    left = len({owner(p) for p in await asyncio.to_thread(lambda: list(processes_of(hub.homes)))})
    await asyncio.gather(*(student.server_ready() for student in students))
    kept = [all([await s.kept(n) for n in lessons if f"end of {n[:2]}" in s.marks]) for s in students]
    return {
        "students": args.students,
        "lessons": args.lessons,
        "computing": args.computing,
        "reached_the_end": {name: sum(f"end of {name}" in s.marks for s in students) for name in args.lessons},
        "errors": [str(task.exception()) for task in over if task.exception()],
        "trouble": said,
        "kernels_that_died_in_hands": sum(student.deaths for student in students),
        "servers_asked_for": sum(student.starts for student in students),
        "answers_at_a_second_try": sum(student.tries for student in students),
        "servers_after_culling": left,
        "kept_every_word": sum(kept),
        "minutes": round(minutes, 1),
        "marks_s": {what: spread([s.marks[what] for s in students if what in s.marks]) for what in students[0].marks},
        "peak_MB": {kind: spread(list(found.values())) for kind, found in peaks.items()},
        "peak_whole_MB": round(max(whole)),
    }


def spread(values: list[float]) -> dict:
    """Median and largest."""
    return {"median": round(statistics.median(values), 1), "most": round(max(values), 1)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--computing", type=int, default=2)
    parser.add_argument("--lessons", nargs="+", default=["00", "08", "06"])
    parser.add_argument("--trouble-after", type=float, default=60, help="seconds after the last log-in")
    parser.add_argument("--limit", type=float, default=90, help="minutes after which whoever is not at the end stops")
    parser.add_argument("--at", type=Path, default=ROOT / "build" / "hub")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    args.at.mkdir(parents=True, exist_ok=True)
    hub = Hub(args.at.resolve())
    hub.make()
    try:
        hub.start("proxy")
        hub.start("hub")
        found = asyncio.run(term(hub, args))
    finally:
        hub.end()
    print(json.dumps(found, indent=1))
    ends = [*found["reached_the_end"].values(), found["kept_every_word"]]
    return 0 if set(ends) == {args.students} else 1


if __name__ == "__main__":
    sys.exit(main())
