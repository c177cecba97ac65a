"""`python -m vdm_tutor`: the command line."""

from vdm_tutor.cli import main

raise SystemExit(main())
