"""`python -m vdm_tutor`: the command line."""

import os

from vdm_tutor.cli import main

# Before torch loads: waiting threads sleep. Where another program wants the cores too, spinning ones cost tenfold.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

if __name__ == "__main__":  # where processes are spawned, each imports this file again
    raise SystemExit(main())
