"""The commands' progress bar."""

import sys

from vdm_tutor.cli import UserError


def bar(steps=None, leave: bool = False, **options):
    """tqdm on stderr. Raises UserError where the environment has a setting for it that is none."""
    try:
        from tqdm import tqdm  # reads the environment
    except ValueError as error:
        raise UserError(f"a variable TQDM_... of the environment sets what is no setting ({error})") from None
    return tqdm(steps, leave=leave, file=sys.stderr, **options)
