"""The commands' progress bar."""

import sys

from vdm_tutor.cli import UserError, silence


class Unheard:
    """stderr for what nobody has to read: where it is full, or its reader is gone, the work goes on in silence."""

    def __init__(self, stream):
        self._stream = stream

    def __getattr__(self, name: str):
        return getattr(self._stream, name)

    def __eq__(self, other) -> bool:  # tqdm asks how wide stderr is
        return other is self._stream

    def write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            silence(self._stream)


def bar(steps=None, leave: bool = False, **options):
    """tqdm on stderr. Raises UserError where the environment has a setting for it that is none."""
    try:
        from tqdm import tqdm  # reads the environment
    except ValueError as error:
        raise UserError(f"a variable TQDM_... of the environment sets what is no setting ({error})") from None
    return tqdm(steps, leave=leave, file=Unheard(sys.stderr), **options)
