"""The experiment behind lesson 10: its losses are the bound's, and its committed results are whole."""

import json

import pytest
import torch

from experiments import predictions
from vdm_tutor.data import ring
from vdm_tutor.schedule import uniform_log_snr
from vdm_tutor.vdm import vdm_for


class Stub:
    """A network whose last layer says a fixed function of xt."""

    def output(self, xt, log_snr):
        return 0.7 * xt + 0.1 * xt.square()


@pytest.mark.parametrize("output", predictions.WEIGHTS)
def test_with_the_bound_s_weights_each_output_is_charged_the_bound(output, generator):
    schedule, x0 = uniform_log_snr(50), ring().sample(97, generator)

    def denoiser(xt, log_snr):
        return predictions.TO_X0[output](Stub().output(xt, log_snr), xt, log_snr)

    loss = predictions.loss_of(Stub(), output, "bound", schedule)(x0, torch.Generator().manual_seed(1))
    truth = vdm_for("ring", denoiser, schedule).loss(x0, torch.Generator().manual_seed(1))
    torch.testing.assert_close(loss, truth, rtol=1e-9, atol=0)


def test_plain_noise_is_the_bound_up_to_one_factor_only_where_log_snr_is_even(generator):
    x0 = ring().sample(97, generator)
    for schedule, even in ((predictions.UNIFORM, True), (predictions.LINEAR, False)):
        plain, bound = (
            predictions.loss_of(Stub(), "eps", weights, schedule)(x0, torch.Generator().manual_seed(1))
            for weights in ("plain", "bound")
        )
        factor = bound / plain
        assert bool((factor.max() / factor.min() - 1) < 1e-9) is even


def test_the_committed_results_hold_every_run():
    source = json.loads(predictions.FILE.read_text(encoding="utf-8"))
    exact, *rows = source["rows"]
    assert exact["output"] == "exact" and max(exact["excess"]) < 1e-10
    found = {(row["output"], row["weights"], row["schedule"], row["rate"], row["seed"]) for row in rows}
    wanted = {(o, w, s.name, r, seed) for o, w, s in predictions.RUNS for r in predictions.RATES for seed in range(8)}
    assert found == wanted and len(rows) == len(wanted)
    assert (source["steps"], source["batch"]) == (predictions.STEPS, predictions.BATCH)
    assert all(len(row["excess"]) == len(source["log_snr"]) for row in rows)
