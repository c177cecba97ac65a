"""Training: `fit` beside the plain loop, on the same 8,000 points and one clock, the CPU seconds of one thread.

What each part earns, 250 steps of 512 (excess over the best possible error of eps, CPU seconds):

    all of it                                        0.026    1.3
    Adam in place of Muon                            0.040    1.1
    each error at the example's own x_0 only         0.040    1.1
    the waves at full height at every noise level    0.038    1.3
    no waves                                         0.162    1.1
    none of these                                    0.180    0.65

Half the batch and twice the steps come to the same; wider or deeper networks win only where time is long; waves of
learned direction, waves at octaves, a larger set to share among and torch's own Muon (bfloat16) earned nothing.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from tools.bench.plain import N_POINTS, drawing, fifty_steps, plain_loop
from tools.bench.table import Row
from vdm_tutor.data import Mixture, ring
from vdm_tutor.denoiser import MLP, ExactDenoiser
from vdm_tutor.elbo import shared_error, spread
from vdm_tutor.measure import gap
from vdm_tutor.optimizers import muon
from vdm_tutor.process import noise_like, q_sample
from vdm_tutor.schedule import Schedule, uniform_log_snr
from vdm_tutor.targets import x0_to_eps
from vdm_tutor.train import fit
from vdm_tutor.vdm import vdm_for

PLAIN_STEPS, BATCH, RATE, DECAY = 50_000, 512, 0.03, 0.98
RING_RATE = 0.015  # its points never end: with 0.03, 15,000 steps end 0.003 above the exact denoiser, with this 0.0015
NETWORK = {"width": 64, "depth": 2, "n_waves": 96}  # one network for the ring and for the drawing
LENGTHS = [round(50 * 1.25**k) for k in range(12)]  # steps, tried from the shortest until the plain loop is met


@dataclass(frozen=True)
class Judge:
    """How far eps_hat is from the exact denoiser's, mean square an entry: what a loss has above the best possible."""

    xt: Float[Tensor, "n 2"]
    t: Int[Tensor, "n"]
    exact: Float[Tensor, "n 2"]

    @torch.no_grad()
    def excess(self, eps_hat: Callable) -> float:
        return (eps_hat(self.xt, self.t) - self.exact).square().mean().item()


def judge(mixture: Mixture, schedule: Schedule, n: int = 20_000) -> Judge:
    """The judge of fresh points, as many at each step t."""
    generator = torch.Generator().manual_seed(7)
    x0, t = mixture.sample(n, generator), torch.arange(n) % schedule.n_steps + 1
    xt = q_sample(x0, schedule.log_snr_at(t), noise_like(x0, generator))
    exact = eps_of(ExactDenoiser(mixture), schedule)
    return Judge(
        xt.float(), t, torch.cat([exact(*part) for part in zip(xt.split(2000), t.split(2000), strict=True)]).float()
    )


def eps_of(denoiser: Callable, schedule: Schedule) -> Callable:
    """eps_hat(xt, t) of a denoiser."""
    return lambda xt, t: x0_to_eps(denoiser(xt, schedule.log_snr_at(t)), xt, schedule.log_snr_at(t))


def ours(points: Float[Tensor, "n 2"], schedule: Schedule, n_steps: int) -> tuple[MLP, float]:
    """The network that `fit` makes of the points, and its CPU seconds: the plain loop's loss, each error shared."""
    torch.manual_seed(0)
    net, generator = MLP(**NETWORK), torch.Generator().manual_seed(0)

    def loss(x0, generator):
        log_snr = schedule.log_snr_at(1 + (schedule.n_steps * spread(len(x0), generator)).long())
        xt = q_sample(x0, log_snr, noise_like(x0, generator))
        return log_snr.exp().to(x0.dtype) * shared_error(net(xt, log_snr), x0, xt, log_snr) / 2

    def batches(generator):
        return points[torch.randint(len(points), (BATCH,), generator=generator)]

    return timed(fit(loss, net, batches, generator, n_steps, RATE, DECAY, optimizer=muon))


def timed(records: Iterator) -> tuple[MLP, float]:
    """The averaged network of a run, and the CPU seconds of the run."""
    started = time.process_time()
    *_, last = records
    return last.average, time.process_time() - started


def rows() -> Iterator[Row]:
    """Every row about training and evaluation, on one thread."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield from drawing_rows()
    yield from ring_rows()
    torch.set_num_threads(n_threads)


def drawing_rows() -> Iterator[Row]:
    """The same points, the same judge: time to the plain loop's excess, excess at a tenth of its time, at its time."""
    schedule, mixture = fifty_steps(), drawing()
    points = mixture.sample(N_POINTS, torch.Generator().manual_seed(1)).float()
    look = judge(mixture, schedule)
    plain_loop(points, schedule, 20), ours(points, schedule, 20)  # what torch does once is nobody's time
    net, seconds = plain_loop(points, schedule, PLAIN_STEPS)
    theirs = look.excess(net)
    beside = f"plain loop, {PLAIN_STEPS} steps: {theirs:.3f} in {seconds:.0f} s"
    for n_steps in LENGTHS:
        net, spent = ours(points, schedule, n_steps)
        reached = look.excess(eps_of(net, schedule))
        if reached <= theirs:
            break
    said = f"{reached:.3f} in {spent:.2f} s, {n_steps} steps"
    yield Row(
        "CPU seconds to the plain loop's excess over the best possible error of eps", seconds / spent, said, beside
    )
    for share, words in ((0.1, "a tenth of its"), (1.0, "its whole")):
        net, took = ours(points, schedule, round(share * seconds * n_steps / spent))
        reached = look.excess(eps_of(net, schedule))
        yield Row(f"excess after {words} CPU time", theirs / reached, f"{reached:.4f} in {took:.1f} s", beside)


def ring_rows(lengths: tuple[int, ...] = (3000, 15_000)) -> Iterator[Row]:
    """The same network on the ring: the gap of the whole bound, and the exact denoiser's, which no network passes."""
    mixture, schedule, x = ring(), uniform_log_snr(1000), ring().sample(4096, torch.Generator().manual_seed(12345))
    draw = lambda g: mixture.sample(BATCH, g).float()  # noqa: E731

    def bound(denoiser: Callable) -> Float[Tensor, "batch"]:
        return vdm_for("ring", denoiser, schedule).terms(x.float(), torch.Generator().manual_seed(1)).elbo

    exact = bound(ExactDenoiser(mixture))
    for n_steps in lengths:
        torch.manual_seed(0)
        net, generator = MLP(**NETWORK), torch.Generator().manual_seed(0)
        loss = vdm_for("ring", net, schedule).shared_loss
        net, spent = timed(fit(loss, net, draw, generator, n_steps, RING_RATE, DECAY, optimizer=muon))
        ours = bound(net)
        (found, error), (best, its_error) = (gap(mixture.log_prob(x), elbo) for elbo in (ours, exact))
        above, paired = gap(exact, ours)
        said = f"{found:.3f} ± {error:.3f} nats in {spent:.0f} s; above the exact denoiser {above:.4f} ± {paired:.4f}"
        yield Row("the ring's gap", None, said, f"the exact denoiser: {best:.3f} ± {its_error:.3f} nats")
