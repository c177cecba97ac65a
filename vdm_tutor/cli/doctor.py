"""What is installed, which device, and what to do if something is missing."""

import sys
from pathlib import Path

from vdm_tutor.cli import answer


def add_arguments(parser) -> None:
    pass


def run(args) -> int:
    from vdm_tutor.lab.installation import missing_files, problems, shipped_checkpoints

    device, device_problems = find_device()
    found = problems() + device_problems + checkpoint_problems(shipped_checkpoints())
    if in_clone():  # the package alone, from a wheel, has no lessons to run
        found += kernel_problems()
    if missing := missing_files():
        found.append(f"missing: {', '.join(missing[:5])}. Fetch the course again, or run: git checkout vdm_tutor")
    report = {
        "ok": not found,
        "python": sys.version.split()[0],
        "interpreter": sys.executable,
        "in_venv": in_venv(),
        "in_clone": in_clone(),
        "device": device,
        "checkpoints": shipped_checkpoints(),
        "problems": found,
    }
    answer(report, text(report), args.json)
    return 0 if report["ok"] else 1


def in_venv() -> bool:
    """Whether this is the Python of the .venv that `make lab` makes."""
    from vdm_tutor.lab.server import ROOT

    return Path(sys.prefix).resolve() == (ROOT / ".venv").resolve()


def in_clone() -> bool:
    """Whether the lessons are here."""
    from vdm_tutor.lab.server import LESSONS

    return LESSONS.is_dir()


def find_device() -> tuple[str, list[str]]:
    """The device that the commands would take, in words, and what is wrong with torch if it does not start."""
    try:
        import torch
    except ModuleNotFoundError:
        return "unknown: torch is missing", []
    except (ImportError, OSError) as error:
        advice = f"Install it again: {sys.executable} -m pip install --force-reinstall -r requirements.txt"
        return "unknown", [f"torch is installed but does not start ({error}). {advice}"]
    if torch.cuda.is_available():
        return f"cuda, {torch.cuda.get_device_name()}, torch {torch.__version__}", []
    return f"cpu, torch {torch.__version__} (no GPU seen; the lessons need none)", []


def kernel_problems() -> list[str]:
    """Whether Jupyter's kernel python3 is there and starts this interpreter."""
    install = f"Run: {sys.executable} -m ipykernel install --sys-prefix --name python3"
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    except ImportError:
        return [f"JupyterLab is missing. Run: {sys.executable} -m pip install -r requirements.txt"]
    try:
        program = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except NoSuchKernel:
        return [f"Jupyter has no kernel python3. {install}"]
    # Jupyter itself replaces a bare "python" by the interpreter that runs it.
    if Path(program).is_absolute() and Path(program).parent != Path(sys.executable).parent:
        return [f"Jupyter's kernel python3 starts another Python, {program}. {install}"]
    return []


def checkpoint_problems(names: list[str]) -> list[str]:
    """Whether each shipped checkpoint can be read."""
    try:
        from vdm_tutor.checkpoint import CheckpointError, load
    except ImportError:
        return []  # the missing package is named already
    found = []
    for name in names:
        try:
            load(name)
        except CheckpointError as error:
            found.append(f"{error}. Fetch the course again, or run: git checkout vdm_tutor/checkpoints")
    return found


def text(report: dict) -> str:
    """The report for a person."""
    which = "the course's .venv" if report["in_venv"] else "not the course's .venv"
    which = which if report["in_clone"] else "the package alone; the lessons are in a clone of the course"
    lines = [
        f"python       {report['python']}, {which} ({report['interpreter']})",
        f"device       {report['device']}",
        f"checkpoints  {', '.join(report['checkpoints']) or 'none'}",
    ]
    lines += [f"problem      {line}" for line in report["problems"]]
    return "\n".join([*lines, "all is well" if report["ok"] else "Mend the problems above, then run doctor again."])
