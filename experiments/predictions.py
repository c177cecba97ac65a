"""Train small networks on the ring to predict x0, eps or v, with and without weights: measured/predictions.json.

usage: python -m experiments.predictions      (about ten minutes on one CPU core; lesson 10 reads the file)

Same network, points, noise, steps and learning rates for all; `output` is what the last layer predicts. `weights` are
those of the bound, or none ("plain": the bare squared error of the output). Measured beside the exact denoiser:
`excess[level]`, the mean of ||x0_hat - E[x0|xt]||^2 at each of `log_snr`; and of 4000 samples (100 ancestral steps)
`off_ring`, the share beyond 4 standard deviations of every one of the ring's bells, which cannot see a ring that is too
thin, and `width`, the standard deviation of their distances from the middle, which can.
"""

import json
from pathlib import Path

import torch
from tqdm import tqdm

from vdm_tutor.data import ring
from vdm_tutor.denoiser import MLP, ExactDenoiser
from vdm_tutor.elbo import eps_weight, random_steps, v_weight, x0_weight
from vdm_tutor.process import noise_like, q_sample
from vdm_tutor.sample import ancestral, last
from vdm_tutor.schedule import linear_beta, uniform_log_snr
from vdm_tutor.targets import eps_to_x0, v_to_x0, x0_eps_to_v
from vdm_tutor.train import fit
from vdm_tutor.whole_file import write_text

FILE = Path(__file__).parent.parent / "vdm_tutor" / "measured" / "predictions.json"
STEPS, BATCH, SEEDS, RATES = 800, 512, range(8), (2e-3, 8e-3)
LEVELS = torch.linspace(9, -6, 31).tolist()
WEIGHTS = {"x0": x0_weight, "eps": eps_weight, "v": v_weight}
TO_X0 = {"x0": lambda x0, xt, log_snr: x0, "eps": eps_to_x0, "v": v_to_x0}
UNIFORM, LINEAR = uniform_log_snr(1000), linear_beta(1000)
RUNS = [(output, weights, UNIFORM) for output in WEIGHTS for weights in ("bound", "plain")] + [("eps", "plain", LINEAR)]


def loss_of(net: MLP, output: str, weights: str, schedule):
    """The loss that `fit` minimises: the bound's sum at one random step, or the bare squared error."""

    def loss(x0, generator):
        t, eps = random_steps(len(x0), schedule, generator), noise_like(x0, generator)
        log_snr = schedule.log_snr_at(t)
        target = {"x0": x0, "eps": eps, "v": x0_eps_to_v(x0, eps, log_snr)}[output]
        squared_error = (net.output(q_sample(x0, log_snr, eps), log_snr) - target).square().sum(1)
        factor = (schedule.n_steps - 1) * WEIGHTS[output](t, schedule).to(x0) if weights == "bound" else 1
        return factor * squared_error

    return loss


def trained(output: str, weights: str, schedule, rate: float, seed: int):
    """A denoiser: the network after training, read as x0_hat."""
    torch.manual_seed(seed)
    net, generator = MLP(), torch.Generator().manual_seed(seed)
    batches = lambda generator: ring().sample(BATCH, generator).float()  # noqa: E731
    for record in fit(loss_of(net, output, weights, schedule), net, batches, generator, STEPS, rate):
        average = record.average

    def denoiser(xt, log_snr):
        log_snr = torch.as_tensor(log_snr).expand(len(xt))
        return TO_X0[output](average.output(xt, log_snr), xt, log_snr)

    return denoiser


@torch.no_grad()
def measure(denoiser) -> dict:
    """Excess squared error in x0 at each level, and of samples the share off the ring and the width of their ring."""
    generator = torch.Generator().manual_seed(12345)
    x0 = ring().sample(4000, generator).float()
    excess = []
    for level in LEVELS:
        xt = q_sample(x0, level, noise_like(x0, generator))
        excess.append((denoiser(xt, level) - ring().x0_mean(xt, level)).square().sum(1).mean().item())
    start = torch.randn(4000, 2, generator=generator)
    samples = last(ancestral(denoiser, uniform_log_snr(100), start, generator))
    nearest = torch.cdist(samples, ring().means.float()).min(1).values
    off_ring = (nearest > 4 * 0.12).float().mean().item()
    figures = {"off_ring": off_ring, "width": samples.norm(dim=1).std().item()}
    return {"excess": [float(f"{value:.4g}") for value in excess]} | {k: float(f"{v:.4g}") for k, v in figures.items()}


def main() -> None:
    torch.set_num_threads(1)
    runs = [(*run, rate, seed) for run in RUNS for rate in RATES for seed in SEEDS]
    rows = [{"output": "exact", **measure(ExactDenoiser(ring()))}]
    for output, weights, schedule, rate, seed in tqdm(runs, unit="network"):
        labels = {"output": output, "weights": weights, "schedule": schedule.name, "rate": rate, "seed": seed}
        rows.append(labels | measure(trained(output, weights, schedule, rate, seed)))
    source = {
        "command": "python -m experiments.predictions",
        "steps": STEPS,
        "batch": BATCH,
        "log_snr": LEVELS,
        "rows": rows,
    }
    write_text(FILE, json.dumps(source, indent=None, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
