"""What all widgets share: a still picture beside them, and no more of them alive than the last run of a cell made."""

import base64
import io

import anywidget
from PIL import Image

from vdm_tutor.lab.plots import STYLE
from vdm_tutor.lab.rerun import close_earlier
from vdm_tutor.widgets.frames import small_png

WIDTH = 9.0  # inches of a still picture


class Widget(anywidget.AnyWidget):
    """A widget whose output holds a picture too, which shows without a kernel; a re-run closes the earlier ones."""

    def __init__(self, **traits):
        super().__init__(**traits)
        close_earlier(self)

    def still(self) -> bytes:
        """The picture, a PNG `WIDTH` inches wide."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        picture = small_png(Image.open(io.BytesIO(self.still())).convert("RGBA"))
        shown = {"alt": f"film strip of {self!r}", "width": round(WIDTH * STYLE["figure.dpi"])}
        data = {**(data or {}), "text/plain": repr(self), "image/png": base64.b64encode(picture).decode()}
        return data, {**metadata, "image/png": shown}
