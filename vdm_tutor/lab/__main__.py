"""`python -m vdm_tutor.lab`: the reader's copies, and JupyterLab at the first of them."""

from vdm_tutor.lab.desk import main

if __name__ == "__main__":
    raise SystemExit(main())
