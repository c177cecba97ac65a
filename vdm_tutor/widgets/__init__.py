"""Things that move with the hand.

    from vdm_tutor.widgets import FrameScrubber, denoising_player, figures, images, points, two_opinions

A `FrameScrubber` shows frames that Python computed, in one or more panels, with a slider and a play button:

    FrameScrubber({"noised": points(paths)}, labels=[f"t = {t}" for t in steps])
    FrameScrubber({"": figures(draw, 40)}, labels=...)                        # any matplotlib figure, as a film

An `Explorer` has knobs: handles that are dragged, and sliders. Pictures and numbers follow, each a table that Python
computed; `explorer.state` says where the knobs are, and sets them. The course's own stand in `explorers.py`,
and those with much to compute in modules of their own.

`OwnData()` has points to click; it is the one widget that asks the kernel, which answers with their exact walk.

`denoising_player` is one over the samplers' walks: clouds over the exact density, or digits.
"""

from vdm_tutor.widgets.cloud_and_mean import cloud_and_mean
from vdm_tutor.widgets.currencies import currencies
from vdm_tutor.widgets.explorer import Explorer
from vdm_tutor.widgets.explorers import two_opinions
from vdm_tutor.widgets.frames import figures, images, points
from vdm_tutor.widgets.guidance_dial import guidance_dial
from vdm_tutor.widgets.lid import lid
from vdm_tutor.widgets.noise_or_not import noise_or_not
from vdm_tutor.widgets.one_bell import one_bell
from vdm_tutor.widgets.own_data import OwnData
from vdm_tutor.widgets.player import denoising_player
from vdm_tutor.widgets.score_field import score_field
from vdm_tutor.widgets.scrubber import FrameScrubber
from vdm_tutor.widgets.staircase import staircase
from vdm_tutor.widgets.steps_and_noise import steps_and_noise
from vdm_tutor.widgets.two_bills import two_bills
from vdm_tutor.widgets.two_chains import two_chains
from vdm_tutor.widgets.water_level import water_level

__all__ = [
    "Explorer",
    "FrameScrubber",
    "cloud_and_mean",
    "currencies",
    "OwnData",
    "denoising_player",
    "figures",
    "guidance_dial",
    "images",
    "lid",
    "noise_or_not",
    "one_bell",
    "points",
    "score_field",
    "staircase",
    "steps_and_noise",
    "two_bills",
    "two_chains",
    "two_opinions",
    "water_level",
]
