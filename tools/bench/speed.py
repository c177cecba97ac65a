"""Speed of one step, of the bound and of sampling: work a second, on one thread, with the network of `training`."""

import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from tools.bench.plain import BATCH as PLAIN_BATCH
from tools.bench.plain import PlainNet
from tools.bench.table import Row, not_measured
from tools.bench.training import BATCH, NETWORK
from vdm_tutor.data import ring
from vdm_tutor.denoiser import MLP
from vdm_tutor.optimizers import muon
from vdm_tutor.sample import ddim, last
from vdm_tutor.schedule import uniform_log_snr
from vdm_tutor.train import fit, training_step
from vdm_tutor.vdm import vdm_for

STEPS, SAMPLES = 100, 2000


def rows() -> Iterator[Row]:
    """Every row about speed, on one thread."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield from step_rows()
    yield bound_row()
    yield sampling_row()
    yield captured_row()
    torch.set_num_threads(n_threads)


def seconds_of(work: Callable, n: int) -> float:
    """CPU seconds of one call, the mean of n after one that is not counted."""
    work()
    started = time.process_time()
    for _ in range(n):
        work()
    return (time.process_time() - started) / n


def ring_step(batch_size: int) -> Callable:
    """One training step of `fit` on the ring."""
    net, generator, points = MLP(**NETWORK), torch.Generator().manual_seed(0), ring()
    loss, optimizers = vdm_for("ring", net, uniform_log_snr(1000)).shared_loss, muon(net, 1e-4)
    return lambda: training_step(loss, net, points.sample(batch_size, generator).float(), generator, optimizers)


def plain_step() -> Callable:
    """One step of the plain loop's network and optimiser, its points at hand."""
    net, x, t = PlainNet(), torch.randn(PLAIN_BATCH, 2), torch.randint(1, 51, (PLAIN_BATCH,))
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-4)

    def step():
        optimizer.zero_grad()
        nn.functional.mse_loss(net(x, t), x).backward()
        optimizer.step()

    return step


def step_rows() -> Iterator[Row]:
    """Examples a second beside the plain loop; the share of the peak that the step's matrix products take."""
    step = ring_step(BATCH)
    spent, theirs = seconds_of(step, 100), seconds_of(plain_step(), 300)
    said, beside = f"{1 / spent:.0f} steps of {BATCH} a second", f"plain loop: {1 / theirs:.0f} steps of {PLAIN_BATCH}"
    yield Row("examples a second in training", BATCH / spent / (PLAIN_BATCH / theirs), said, beside)
    square = torch.randn(1024, 1024)
    peak = 2 * 1024**3 / seconds_of(lambda: square @ square, 20)
    with FlopCounterMode(display=False) as counter:
        step()
    share = counter.get_total_flops() / spent / peak
    what = "share of the measured matrix-product peak that a step's products make"
    yield Row(what, None, f"{share:.0%} at batch {BATCH}", f"{peak / 1e9:.0f} GFLOP/s, float32, 1024 × 1024")


def captured_row(n_steps: int = 500, batch_size: int = 4096) -> Row:
    """Steps of `fit` a second on a GPU: recorded and replayed, and each told to the device by the host."""
    what = "steps a second on a GPU, captured beside eager"
    if not torch.cuda.is_available():
        return not_measured(what, "no CUDA device")
    replayed, eager = (seconds_a_step("cuda", capture, n_steps, batch_size) for capture in (True, False))
    return Row(what, eager / replayed, f"{1 / replayed:.0f} of {batch_size}", f"eager: {1 / eager:.0f}")


def seconds_a_step(device: str, capture: bool, n_steps: int, batch_size: int) -> float:
    """Seconds on the clock of one step of `fit` on the ring, without its first fifth."""
    net, points, generator = MLP(**NETWORK).to(device), ring().to(device), torch.Generator(device).manual_seed(0)
    loss, begin = vdm_for("ring", net, uniform_log_snr(1000)).to(device).shared_loss, n_steps // 5
    draw = lambda g: points.sample(batch_size, g).float()  # noqa: E731
    records = fit(loss, net, draw, generator, n_steps, 1e-3, optimizer=muon, capture=capture)
    for record in records:  # each has waited for its loss
        if record.step == begin:
            started = time.perf_counter()
    return (time.perf_counter() - started) / (n_steps - begin)


def bound_row() -> Row:
    """The bound of 512 points, T = 1000 summed in full: all points at once, and 32 at a time."""
    model, x = vdm_for("ring", MLP(**NETWORK).eval(), uniform_log_snr(1000)), ring().sample(512, torch.Generator())
    generator = torch.Generator()

    def terms(size: int) -> None:
        for part in x.float().split(size):
            model.terms(part, generator)

    whole, parts = seconds_of(lambda: terms(512), 1), seconds_of(lambda: terms(32), 1)
    said = f"{whole:.1f} s, one batch"
    return Row("the bound of 512 points, T = 1000 summed in full", parts / whole, said, f"{parts:.1f} s, batches of 32")


def sampling_row() -> Row:
    """DDIM from the same noise through the same network: the same samples, so that quality is equal."""
    what = f"{SAMPLES} samples, DDIM in {STEPS} steps, one network"
    if find_spec("diffusers") is None:
        return not_measured(what, "diffusers is not installed")
    net, schedule, noise = MLP(**NETWORK).eval(), uniform_log_snr(STEPS), torch.randn(SAMPLES, 2)
    with torch.no_grad():
        apart = (last(ddim(net, schedule, noise)) - with_diffusers(net, schedule, noise)).abs().max()
        assert apart < 1e-3, f"the two samplers differ by {apart}"
        mine = seconds_of(lambda: last(ddim(net, schedule, noise)), 3)
        theirs = seconds_of(lambda: with_diffusers(net, schedule, noise), 3)
    return Row(what, theirs / mine, f"{mine:.2f} s", f"diffusers: {theirs:.2f} s, the same samples")


def with_diffusers(net: nn.Module, schedule, xt: torch.Tensor) -> torch.Tensor:
    """The same walk by diffusers' own scheduler, whose step t is ours less one."""
    from diffusers import DDIMScheduler

    options = {"clip_sample": False, "prediction_type": "sample", "set_alpha_to_one": True}
    scheduler = DDIMScheduler(STEPS, trained_betas=schedule.beta[1:].numpy(), **options)
    scheduler.set_timesteps(STEPS)
    for t in scheduler.timesteps:
        x0_hat = net(xt, schedule.log_snr[t + 1].item())
        xt = scheduler.step(x0_hat, t, xt).prev_sample
    return xt
