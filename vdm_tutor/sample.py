"""Samplers: from noise to data, one reverse step at a time.

A step is a bell: given x_t and x0_hat it has a mean and a variance, and x_prev is drawn from it. `posterior` is the
ancestral one; the others are here. A sampler walks through the levels of a schedule: for fewer steps than the denoiser
was trained on, hand it fewer levels, `from_log_snr(schedule.log_snr[steps])` for any rising subset of the steps.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial

import torch
from jaxtyping import Float
from torch import Tensor

from vdm_tutor.data import check_count, check_generator
from vdm_tutor.denoiser import asked
from vdm_tutor.noise_level import LogSnr, alpha_bar_of
from vdm_tutor.process import Batch, Steps, noise_like, posterior
from vdm_tutor.schedule import Schedule
from vdm_tutor.targets import score_to_mean, x0_to_eps, x0_to_score

Walk = Iterator[tuple[int, Batch, Batch]]
Bell = tuple[Batch, Float[Tensor, "..."]]  # a mean and a variance


@torch.no_grad()
def walk_back(
    step: Callable[[Batch, Batch, Steps, Schedule], Bell],
    denoiser: Callable,
    schedule: Schedule,
    xt: Batch,
    generator: torch.Generator | None = None,
) -> Walk:
    """Walk from x_T to x_0: at every t ask the denoiser, and draw x_prev from the bell step(xt, x0_hat, t, schedule).

    Yields (t, x_t, x0_hat) for t = T..1 and last (0, x_0, x_0). Without a generator only the means are taken.
    """
    for number in range(schedule.n_steps, 0, -1):
        t = torch.full((len(xt),), number, device=xt.device)
        x0_hat = asked(denoiser, xt, schedule.log_snr_at(t))
        yield number, xt, x0_hat
        xt, var = step(xt, x0_hat, t, schedule)
        if generator is not None:
            xt = xt + var.sqrt() * noise_like(xt, generator)
    yield 0, xt, xt


def ancestral(denoiser: Callable, schedule: Schedule, xt: Batch, generator: torch.Generator | None = None) -> Walk:
    """Each x_prev from p(x_prev|xt) = N(mu_q(xt, x0_hat), sigma_q^2) (Eqs. 84, 94); yields like `walk_back`."""
    return walk_back(posterior, denoiser, schedule, xt, generator)


def ddim_step(xt: Batch, x0_hat: Batch, t: Steps, schedule: Schedule, eta: float = 0.0) -> Bell:
    """DDIM: keep the predicted noise, lower its share, and renew a part of it, of variance (eta sigma_q)^2.

    eta = 0 renews nothing, eta = 1 is the ancestral step; were x0_hat x_0 itself, each would leave q(x_prev|x_0).
    """
    s, eps_hat = schedule.at(t, xt), x0_to_eps(x0_hat, xt, schedule.log_snr_at(t))
    var = eta**2 * s.beta * s.noise_var_prev / s.noise_var
    return s.alpha_bar_prev.sqrt() * x0_hat + (s.noise_var_prev - var).sqrt() * eps_hat, var


def ddim(
    denoiser: Callable, schedule: Schedule, xt: Batch, eta: float = 0.0, generator: torch.Generator | None = None
) -> Walk:
    """DDIM steps; yields like `walk_back`. Raises ValueError for an eta outside 0..1 or noise without a generator."""
    if not 0 <= eta <= 1:
        raise ValueError(f"eta runs from 0 (no fresh noise) to 1 (the ancestral step); got {eta}")
    if eta and generator is None:
        raise ValueError("eta above 0 means fresh noise at every step: hand a generator")
    return walk_back(partial(ddim_step, eta=eta), denoiser, schedule, xt, generator if eta else None)


def deterministic(denoiser: Callable, schedule: Schedule, xt: Batch) -> Walk:
    """`ddim` without fresh noise."""
    return ddim(denoiser, schedule, xt)


def reverse_sde_step(xt: Batch, x0_hat: Batch, t: Steps, schedule: Schedule) -> Bell:
    """Euler-Maruyama on the reverse SDE: the mean of Eq. 143, and a variance of (1 - alpha_t) / alpha_t.

    In x_t / sqrt(alpha_bar_t), which is x_0 plus noise of variance 1/SNR(t), the step takes v = 1/SNR(t) - 1/SNR(t-1)
    of that variance away: it moves by v times the score and adds fresh noise of variance v.
    """
    s, score_hat = schedule.at(t, xt), x0_to_score(x0_hat, xt, schedule.log_snr_at(t))
    return score_to_mean(score_hat, xt, t, schedule), s.beta / s.alpha


def reverse_sde(denoiser: Callable, schedule: Schedule, xt: Batch, generator: torch.Generator) -> Walk:
    """Euler-Maruyama steps on the reverse SDE; yields like `walk_back`."""
    check_generator(generator)
    return walk_back(reverse_sde_step, denoiser, schedule, xt, generator)


def flow_slope(xt: Batch, x0_hat: Batch, log_snr: LogSnr) -> Batch:
    """d xt / d log SNR on the probability-flow ODE, a walk without noise.

    It is (1 - alpha_bar) (xt + score) / 2, in x0_hat: finite where noise ends.
    """
    signal = alpha_bar_of(log_snr, xt).sqrt()
    return 0.5 * signal * (x0_hat - signal * xt)


def heun(denoiser: Callable, schedule: Schedule, xt: Batch) -> Walk:
    """Heun's second-order steps on the probability-flow ODE, in log SNR; yields like `walk_back`.

    Every step but the last asks the denoiser twice, at its start and where Euler's step would end. The last one runs
    to log SNR = infinity, where x_0 = x0_hat.
    """

    def step(xt, x0_hat, t, schedule):
        now, after = schedule.log_snr_at(t), schedule.log_snr_at(t - 1)
        slope, stretch = flow_slope(xt, x0_hat, now), (after - now).to(xt).reshape(-1, *[1] * (xt.ndim - 1))
        euler = xt + stretch * slope
        return xt + stretch * (slope + flow_slope(euler, asked(denoiser, euler, after), after)) / 2, torch.zeros_like(
            xt[:1]
        )

    for number, now, x0_hat in walk_back(step, denoiser, schedule, xt):
        yield number, now, x0_hat
        if number == 1:
            break
    yield 0, x0_hat, x0_hat


def langevin_step(x: Batch, score: Batch, step_size: float | Tensor) -> Bell:
    """Langevin's step x + c score + sqrt(2 c) eps (Eq. 158) as a bell: its mean, and its variance 2 c."""
    return x + step_size * score, torch.as_tensor(2 * step_size, dtype=x.dtype, device=x.device)


def annealed_langevin(
    denoiser: Callable,
    schedule: Schedule,
    xt: Batch,
    generator: torch.Generator,
    n_moves: int = 25,
    step_size: float = 0.1,
) -> Walk:
    """`n_moves` Langevin steps at every noise level, from the noisiest down; yields like `walk_back`.

    The step at a level is `step_size` times its noise variance. Between levels x_t only sheds its shrinking.
    """

    def moves(xt, x0_hat, t, schedule):
        s, log_snr = schedule.at(t, xt), schedule.log_snr_at(t)
        for _ in range(n_moves):
            score_hat = x0_to_score(denoiser(xt, log_snr), xt, log_snr)
            mean, var = langevin_step(xt, score_hat, step_size * s.noise_var)
            xt = mean + var.sqrt() * noise_like(xt, generator)
        return xt / s.alpha.sqrt(), torch.zeros_like(s.alpha)

    return walk_back(moves, denoiser, schedule, xt)


def last(steps: Iterable) -> Tensor:
    """The x_0 at the end of a walk. Raises ValueError where there is none."""
    ends = deque(steps, maxlen=1)
    if not ends:
        raise ValueError("a walk has at least its end; got none")
    return ends.pop()[1]


def frames(steps: Iterable, keep: Iterable[int]) -> tuple[list[int], Tensor]:
    """The steps named in `keep`, in the walk's order, and their x_t stacked: what a player shows.

    Raises ValueError where the walk has none of them.
    """
    wanted = set(keep)
    kept = [(t, xt) for t, xt, _ in steps if t in wanted]
    if not kept:
        raise ValueError(f"the walk has none of the steps {sorted(wanted)}")
    return [t for t, _ in kept], torch.stack([xt for _, xt in kept])


def prior_noise(n: int, shape: tuple[int, ...], generator: torch.Generator, dtype=torch.float32) -> Tensor:
    """x_T ~ N(0, I) (Eq. 33), n of them. Raises ValueError for n < 1."""
    check_count(n, "at least one example can be drawn; got n =")
    check_generator(generator)
    return torch.randn(n, *shape, dtype=dtype, device=generator.device, generator=generator)
