"""Every number on an explorer is what the package's functions say: at ten random states, to the digits shown."""

import zlib

import numpy as np
import pytest
import torch

from tests.widgets.by_hand import OTHERS
from vdm_tutor.process import posterior
from vdm_tutor.schedule import linear_beta
from vdm_tutor.widgets.explorer import Explorer
from vdm_tutor.widgets.explorers import two_opinions


def values(widget: Explorer) -> dict[str, float]:
    """The knobs' values, read from the state's text alone."""
    return {name: float(text) for name, text in (part.split("=") for part in widget.state.split())}


def shown(widget: Explorer) -> dict[str, str]:
    """The readouts at the explorer's state."""
    return {each.symbol: str(each.texts.at(widget.places)) for each in widget.readouts}


def somewhere(widget: Explorer, rng: np.random.Generator) -> dict[str, float]:
    """Move every knob to a random place, and say where."""
    widget.state = " ".join(f"{each.name}={rng.choice(each.texts)}" for each in widget.knobs if not each.guess)
    return values(widget)


def opinions_by_hand(t: float, x0: float, xt: float) -> dict[str, str]:
    """What the readouts of the two opinions have to say, from Eqs. 84 and 85 and from the two precisions."""
    schedule, step = linear_beta(30), int(t)
    mean, var = posterior(
        *(torch.tensor([each], dtype=torch.float64) for each in (xt, x0)), torch.tensor([step]), schedule
    )
    alpha, kept = schedule.alpha[step].item(), schedule.alpha_bar[step - 1].item()
    xt_var, x0_var = (1 - alpha) / alpha, 1 - kept
    weight = x0_var / (xt_var + x0_var)
    fused = weight * xt / alpha**0.5 + (1 - weight) * kept**0.5 * x0
    assert abs(mean.item() - fused) < 1e-9  # the posterior is the fusion of the two bells that are drawn
    numbers = {"μ_q": f"{mean.item():.3f}", "σ_q²": f"{var.item():.3f}", "β_t": f"{1 - alpha:.3f}"}
    numbers |= {"xₜ weighs": f"{weight:.2f}", "x₀ weighs": f"{1 - weight:.2f}"}
    return {name: text.replace("-0.000", "0.000").replace("-", "−") for name, text in numbers.items()}


BY_HAND = {two_opinions: opinions_by_hand, **OTHERS}


@pytest.mark.parametrize("make", BY_HAND, ids=lambda make: make.__name__)
def test_the_numbers_are_the_functions_at_ten_random_states(make):
    widget, rng = make(), np.random.default_rng(zlib.crc32(make.__name__.encode()))
    for _ in range(10):
        expected = BY_HAND[make](**somewhere(widget, rng))
        assert {name: shown(widget)[name] for name in expected} == expected, widget.state


def test_the_bells_stand_where_the_opinions_are_and_have_area_one():
    widget = two_opinions(t=7, x0=1.2, xt=-0.4)
    bells = [layer for layer in widget.panels[0].layers if layer.kind == "curve"]
    peaks = []
    for bell in bells:
        x, y = (bell.tables[axis].at(widget.places) for axis in "xy")
        assert abs(np.trapezoid(y, x) - 1) < 1e-3
        peaks.append(float(bell.tables["at"].at(widget.places)))
    schedule = linear_beta(30)
    assert peaks[0] == pytest.approx(-0.4 / schedule.alpha[7].item() ** 0.5)
    assert peaks[1] == pytest.approx(1.2 * schedule.alpha_bar[6].item() ** 0.5)
    assert min(peaks[:2]) < peaks[2] < max(peaks[:2])
