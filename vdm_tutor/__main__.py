"""`python -m vdm_tutor`: the command line."""

import os

from vdm_tutor.cli import main

# Before torch loads: waiting threads sleep. Where another program wants the cores too, spinning ones cost tenfold.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

raise SystemExit(main())
