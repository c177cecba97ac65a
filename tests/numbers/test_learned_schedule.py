"""The learned schedule: monotone with fixed ends for any weights, and as good as the best shape there is."""

import pytest
import torch

from vdm_tutor.data import Mixture, ring
from vdm_tutor.schedule import LearnedSchedule, uniform_log_snr

LEVELS = torch.linspace(9, -6, 301, dtype=torch.float64)


def interpolate(log_snr: torch.Tensor, table: torch.Tensor) -> torch.Tensor:
    """The table on LEVELS between its places, linearly; gradients pass to log_snr."""
    place = ((9 - log_snr) / 15 * 300).clamp(0, 300 - 1e-9)
    low = place.detach().long()
    return table[low] + (place - low) * (table[low + 1] - table[low])


@pytest.fixture(scope="module")
def errors() -> tuple[torch.Tensor, torch.Tensor]:
    """The exact denoiser's squared error on the ring at each level: its mean, and the mean of its square."""
    generator, mixture = torch.Generator().manual_seed(0), ring()
    x0 = mixture.sample(4000, generator)
    eps = torch.randn(x0.shape, dtype=x0.dtype, generator=generator)
    return tuple(
        torch.stack(each) for each in zip(*(moments(mixture, x0, eps, level) for level in LEVELS), strict=True)
    )


def moments(mixture: Mixture, x0: torch.Tensor, eps: torch.Tensor, level: torch.Tensor):
    both = torch.cat([eps, -eps])  # every point with its noise and with the opposite
    xt = level.sigmoid().sqrt() * torch.cat([x0, x0]) + (-level).sigmoid().sqrt() * both
    error = (torch.cat([x0, x0]) - mixture.x0_mean(xt, level.item())).square().sum(1)
    return mixture.x0_var(xt, level.item()).mean(), error.square().mean()


def overshoot(log_snr: torch.Tensor, mmse: torch.Tensor) -> torch.Tensor:
    """The discrete denoising sum above its limit for infinitely many steps, nats (Eq. 110 against its integral)."""
    snr = log_snr.exp()
    total = 0.5 * ((snr[:-1] - snr[1:]) * interpolate(log_snr[1:], mmse)).sum()
    return total - 0.5 * torch.trapezoid(mmse * LEVELS.exp(), -LEVELS)


def minimise(loss, parameters, n_steps: int, learning_rate: float) -> float:
    optimizer = torch.optim.Adam(parameters, lr=learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, n_steps)
    for _ in range(n_steps):
        optimizer.zero_grad()
        value = loss()
        value.backward()
        optimizer.step()
        schedule.step()
    return loss().item()


@pytest.mark.parametrize("seed", range(5))
def test_it_falls_between_its_ends_whatever_the_weights(seed):
    torch.manual_seed(seed)
    learned = LearnedSchedule(7.0, -5.0, width=11)
    for parameter in learned.parameters():
        torch.nn.init.normal_(parameter, std=3.0)
    time = torch.linspace(0, 1, 97, dtype=torch.float64)
    log_snr = learned(time)
    assert (log_snr.diff() < 0).all()
    discrete = learned.to_schedule(97)
    torch.testing.assert_close(discrete.log_snr[1:], log_snr.detach())


@pytest.mark.parametrize("width", [1, 2, 11, 32, 67])
def test_its_ends_are_exact_in_any_company(width, generator):
    """In any batch, at any place in it, for any weights: a sum's last bit depends on all three, the ends do not."""
    learned = LearnedSchedule(6.9, -5.3, width=width)
    for n in (1, 2, 3, 8, 97):
        for parameter in learned.parameters():
            torch.nn.init.normal_(parameter, std=3.0, generator=generator)
        time = torch.rand(n + 2, dtype=torch.float64, generator=generator)
        time[n // 2], time[n // 2 + 1] = 0.0, 1.0
        log_snr = learned(time)
        assert log_snr[n // 2].item() == 6.9 and log_snr[n // 2 + 1].item() == -5.3
        assert log_snr.max() == 6.9 and log_snr.min() == -5.3


def test_gradients_are_those_of_finite_differences():
    learned, time = LearnedSchedule(width=5), torch.tensor([0.3, 0.71], dtype=torch.float64)
    weight = torch.tensor([1.0, -2.0], dtype=torch.float64)
    (weight @ learned(time)).backward()
    for parameter in learned.parameters():
        for i in range(len(parameter)):
            with torch.no_grad():
                parameter[i] += 1e-6
                above = weight @ learned(time)
                parameter[i] -= 2e-6
                below = weight @ learned(time)
                parameter[i] += 1e-6
            assert parameter.grad[i].item() == pytest.approx((above - below).item() / 2e-6, rel=1e-4, abs=1e-7)


def test_trained_for_the_bound_it_is_as_good_as_the_best_shape(errors):
    """100 steps on the ring with the exact denoiser: within 0.02 nats of 98 free levels, far below uniform log-SNR."""
    mmse, _ = errors
    uniform = overshoot(uniform_log_snr(100).log_snr[1:], mmse).item()
    free = torch.zeros(99, dtype=torch.float64, requires_grad=True)

    def levels() -> torch.Tensor:
        return torch.cat([torch.tensor([9.0]), 9 - 15 * torch.softmax(free, 0).cumsum(0)]).clamp(min=-6 + 1e-9)

    best = minimise(lambda: overshoot(levels(), mmse), [free], 600, 0.05)
    learned, time = LearnedSchedule(), torch.linspace(0, 1, 100, dtype=torch.float64)
    reached = minimise(lambda: overshoot(learned(time), mmse), learned.parameters(), 400, 0.03)
    assert best - 1e-3 < reached < best + 0.02
    assert reached < uniform - 0.1


def test_trained_for_low_variance_it_halves_the_variance_of_one_random_time(errors):
    """Continuous time: the loss at one random time, (-d log SNR / d time) SNR ||x0 - x0_hat||^2 / 2, has the same mean
    for every shape; its variance is least where the slope is inversely as the root of its second moment."""
    mmse, squared = errors
    moment = 0.25 * LEVELS.exp().square() * squared
    mean = 0.5 * torch.trapezoid(mmse * LEVELS.exp(), -LEVELS).item()
    time = (torch.arange(400, dtype=torch.float64) + 0.5) / 400
    learned = LearnedSchedule()

    def second_moment() -> torch.Tensor:
        edges = torch.arange(401, dtype=torch.float64) / 400
        slope = -learned(edges).diff() * 400
        return (slope.square() * interpolate(learned(time), moment)).mean()

    uniform = 15 * torch.trapezoid(moment, -LEVELS).item() - mean**2
    best = torch.trapezoid(moment.sqrt(), -LEVELS).item() ** 2 - mean**2
    reached = minimise(second_moment, learned.parameters(), 400, 0.03) - mean**2
    assert reached <= 0.6 * uniform
    assert best * (1 - 1e-2) < reached < 1.1 * best
