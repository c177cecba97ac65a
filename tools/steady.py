"""Run tests and lessons again as other processors would, and name all that then fails or prints another text.

usage: python -m tools.steady [PATH ...]      (default: the tests that compute with floats, and all lessons)

A setting is a few environment variables: one thread or two, and the kernels that torch, MKL, oneDNN, numpy and OpenBLAS
choose on a processor that knows fewer instructions. Needs no browser.
"""

import os
import re
import subprocess
import sys
import tempfile
import textwrap
import time
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import torch

ROOT = Path(__file__).parent.parent
PYTEST = "-vv --color=no -n 2 --dist loadfile --nbval --nbval-current-env --nbval-cell-timeout 300".split()
# What only moves symbols or drives a program is the same everywhere, and is left to make test.
NUMERIC_PROOFS = ["tests/proofs/test_meets_numbers.py", "tests/proofs/test_quadrature.py"]
RESULTS = ["tests/lab/test_ladder.py", "tests/lab/test_plots.py"]
PATHS = ["tests/numbers", *NUMERIC_PROOFS, "tests/cli", "tests/widgets", *RESULTS, "notebooks"]
OLD_X86 = {"MKL_ENABLE_INSTRUCTIONS": "SSE4_2", "ONEDNN_MAX_CPU_ISA": "SSE41", "OPENBLAS_CORETYPE": "Nehalem"}
AVX2_X86 = {"MKL_ENABLE_INSTRUCTIONS": "AVX2", "ONEDNN_MAX_CPU_ISA": "AVX2", "OPENBLAS_CORETYPE": "Haswell"}
BRANCH = {"MKL_CBWR": "COMPATIBLE"}


def settings() -> dict[str, dict[str, str]]:
    """The environment of every setting that this machine can run, by a name for people; at least six where MKL is."""
    # Waiting threads sleep, as in the Makefile: two processes of two spinning threads each take four times as long.
    one, two = ({"OMP_NUM_THREADS": n, "MKL_NUM_THREADS": n, "OMP_WAIT_POLICY": "passive"} for n in "12")
    mkl, capability = torch.backends.mkl.is_available(), torch.backends.cpu.get_cpu_capability()
    plain = {"ATEN_CPU_CAPABILITY": "default", "NPY_DISABLE_CPU_FEATURES": " ".join(numpy_features())}
    plain |= OLD_X86 if mkl else {}  # MKL is on x86 alone, and so are the names of these processors
    found = {"1 thread": one, "2 threads": two, "plain kernels, 1 thread": one | plain}
    found["plain kernels, 2 threads"] = two | plain
    if mkl:
        found["plain kernels, MKL's compatible branch, 1 thread"] = one | plain | BRANCH
        found["MKL's compatible branch, 2 threads"] = two | BRANCH
    if mkl and capability == "AVX512":
        newest = [name for name in numpy_features() if "512" in name or name == "X86_V4"]
        avx2 = {"ATEN_CPU_CAPABILITY": "avx2", "NPY_DISABLE_CPU_FEATURES": " ".join(newest), **AVX2_X86}
        found["AVX2 kernels, 2 threads"] = two | avx2
    return found


def numpy_features() -> list[str]:
    """The instruction sets that numpy would use here and can do without; it refuses to drop any other."""
    return np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])


def failures(paths: list[str], environment: dict[str, str]) -> list[tuple[str, str]]:
    """Every test that fails and every cell whose text changes under a setting: its name, and what was said of it."""
    ours = {name for each in settings().values() for name in each}
    rest = {name: value for name, value in os.environ.items() if name not in ours}
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", *PYTEST, "-m", "not browser", f"--junitxml={report}", *paths]
        done = subprocess.run(command, cwd=ROOT, env=rest | environment, capture_output=True, text=True)
        cases = list(ElementTree.parse(report).iter("testcase")) if report.exists() else []
    found = [(case, word.text or "") for case in cases for word in case if word.tag in ("failure", "error")]
    if not cases or (done.returncode and not found):
        return [("pytest", (done.stdout + done.stderr)[-3000:])]
    return [(f"{case.get('classname')}, {case.get('name')}", said(text)) for case, text in found]


def said(text: str) -> str:
    """pytest's words without colours; in nbval's, the two texts by name and not by sign."""
    plain = re.sub(r"\x1b\[[\d;]*m|#x1B\[[\d;]*m", "", text).replace("Notebook cell execution failed\n", "")
    if "reference_output == test_output" in plain:
        plain = re.sub(r"^  \+ ", "  committed: ", re.sub(r"^  - ", "  here:      ", plain, flags=re.M), flags=re.M)
    return plain.strip()


def main() -> int:
    paths = sys.argv[1:] or PATHS
    changes = defaultdict(list)
    for name, environment in settings().items():
        started, found = time.monotonic(), failures(paths, environment)
        for where, text in found:
            changes[where, text].append(name)
        print(f"{name}: {len(found)} changes ({time.monotonic() - started:.0f} s)", flush=True)
    for (where, text), names in changes.items():
        print(f"\n{where}\nunder: {'; '.join(names)}\n{textwrap.indent(text, '    ')}")
    return bool(changes)


if __name__ == "__main__":
    raise SystemExit(main())
