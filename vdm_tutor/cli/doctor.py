"""What is installed, which device, and what to do if something is missing."""

import json
import sys

DEVICES = "no GPU seen: the course runs on the CPU"


def add_arguments(parser) -> None:
    pass


def run(args) -> int:
    from vdm_tutor.lab import problems, shipped_checkpoints

    found = problems() + kernel_problems()
    report = {
        "ok": not found,
        "python": sys.version.split()[0],
        "interpreter": sys.executable,
        "device": device(),
        "checkpoints": shipped_checkpoints(),
        "problems": found,
    }
    print(json.dumps(report) if args.json else text(report))
    return 0 if report["ok"] else 1


def device() -> str:
    """The best device that torch sees, in words."""
    try:
        import torch
    except ImportError:
        return "unknown: torch is missing"
    if torch.cuda.is_available():
        return f"cuda: {torch.cuda.get_device_name()}"
    return f"cpu, torch {torch.__version__} ({DEVICES})"


def kernel_problems() -> list[str]:
    """Whether Jupyter's kernel python3 is there and is this interpreter."""
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    except ImportError:
        return [f"JupyterLab is missing. Run: {sys.executable} -m pip install -r requirements.txt"]
    try:
        KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        return [f"Jupyter has no kernel python3. Run: {sys.executable} -m pip install ipykernel"]
    return []


def text(report: dict) -> str:
    """The report for a person."""
    lines = [
        f"python       {report['python']} ({report['interpreter']})",
        f"device       {report['device']}",
        f"checkpoints  {', '.join(report['checkpoints']) or 'none'}",
    ]
    lines += [f"problem      {line}" for line in report["problems"]]
    return "\n".join([*lines, "all is well" if report["ok"] else "mend the problems above, then run doctor again"])
