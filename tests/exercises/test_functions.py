"""Functions as people write them, in letters of their own: a mistake is heard by name, and a near miss is not."""

import numpy as np
import pytest

from vdm_tutor.exercises import ex
from vdm_tutor.exercises.mended import never_used, source_of


def by_the_noise():
    """A sampler of 10.5 by way of x_0, with other letters than ours."""

    def sample(x_T, denoiser, alpha, noise):
        bar = np.cumprod(alpha)
        x = x_T
        for i in range(len(alpha) - 1, 0, -1):
            e = denoiser(x, i)
            x0 = (x - (1 - bar[i]) ** 0.5 * e) / bar[i]
            a = alpha[i] ** 0.5 * (1 - bar[i - 1]) / (1 - bar[i])
            b = bar[i - 1] ** 0.5 * (1 - alpha[i]) / (1 - bar[i])
            x = a * x + b * x0 + ((1 - alpha[i]) * (1 - bar[i - 1]) / (1 - bar[i])) ** 0.5 * noise()
        return x

    return sample


def one_draw(x, score, c, n, noise):
    z = noise()
    for _ in range(n):
        x = x + c * score(x) + (2 * c) ** 0.5 * z
    return x


def one_draw_and_half_the_slope(x, score, c, n, noise):
    z = noise()
    for _ in range(n):
        x = x + c / 3 * score(x) + (2 * c) ** 0.5 * z
    return x


def held(x, score, c, n, noise):
    slope = score(x)
    for _ in range(n):
        x = x + c * slope + (2 * c) ** 0.5 * noise()
    return x


def held_for_two(x, score, c, n, noise):
    for i in range(n):
        slope = score(x) if i % 2 == 0 else slope  # noqa: F821
        x = x + c * slope + (2 * c) ** 0.5 * noise()
    return x


def at_once(x, score, c, n, noise):
    for _ in range(n):
        x = x + c * score(x) + (2 * c) ** 0.5 * noise()
        return x


def after_two(x, score, c, n, noise):
    for i in range(n):
        x = x + c * score(x) + (2 * c) ** 0.5 * noise()
        if i == 1:
            return x
    return x


def upwards(x_T, denoiser, alpha, noise):
    bar, x = np.cumprod(alpha), x_T
    for t in range(1, len(alpha)):
        left = 1 - bar[t]
        mean = (alpha[t] ** 0.5 * (1 - bar[t - 1]) * x + bar[t - 1] ** 0.5 * (1 - alpha[t]) * denoiser(x, t)) / left
        x = mean + ((1 - alpha[t]) * (1 - bar[t - 1]) / left) ** 0.5 * noise()
    return x


def drawn_twice(net, x_0, alpha, noise):
    bar = np.cumprod(alpha)
    seen = [bar[t] ** 0.5 * x_0 + (1 - bar[t]) ** 0.5 * noise() for t in range(1, len(alpha))]
    return [(net(x, t + 1) - noise()) ** 2 for t, x in enumerate(seen)]


def drawn_once(net, x_0, alpha, noise):
    bar, e = np.cumprod(alpha), noise()
    return [(net(bar[t] ** 0.5 * x_0 + (1 - bar[t]) ** 0.5 * e, t) - e) ** 2 for t in range(1, len(alpha))]


def of_the_whole_chain(net, x_0, alpha, noise):
    bar, total = np.cumprod(alpha), 0.0
    for t in range(1, len(alpha)):
        e = noise()
        total += (net(bar[t] ** 0.5 * x_0 + (1 - bar[t]) ** 0.5 * e, t) - e) ** 2
    return total


def rate_of_a_variance(mean, logvar):
    return 0.5 * np.sum(logvar + mean**2 - 1 - np.log(logvar), axis=1)


def rate_to_base_two(mean, logvar):
    return 0.5 * np.sum(np.exp(logvar) + mean**2 - 1 - logvar, axis=1) / np.log(2)


def rate_of_each(mean, logvar):
    return 0.5 * (np.exp(logvar) + mean**2 - 1 - logvar)


def squared_sum(mean, mean_hat, var):
    return (mean - mean_hat).sum(axis=1) ** 2 / (2 * var)


def squared_mean(mean, mean_hat, var):
    return (mean - mean_hat).mean(axis=1) ** 2 / (2 * var)


def kl_in_bits(mean_1, var_1, mean_2, var_2):
    return 0.5 * (np.log2(var_2 / var_1) + (var_1 + (mean_1 - mean_2) ** 2) / var_2 - 1)


def kl_of_any_log(mean_1, var_1, mean_2, var_2):
    return 0.5 * (1.3 * np.log(var_2 / var_1) + (var_1 + (mean_1 - mean_2) ** 2) / var_2 - 1)


def by_their_numbers(kl_at, n_steps, draws):
    return (n_steps - 1) * np.mean([kl_at(i) for i in range(len(draws))])


def by_their_numbers_from_one(kl_at, n_steps, draws):
    return (n_steps - 1) * np.mean([kl_at(i + 1) for i in range(len(draws))])


def at_the_mean_step(kl_at, n_steps, draws):
    return (n_steps - 1) * kl_at(np.mean(draws))


def at_the_first_step(kl_at, n_steps, draws):
    return (n_steps - 1) * kl_at(draws[0])


def two_short(kl_at, n_steps, draws):
    return (n_steps - 2) * np.mean([kl_at(t) for t in draws])


def each_once(kl_at, n_steps, draws):
    return (n_steps - 1) * np.mean([kl_at(t) for t in set(draws)])


def last_only(recon, prior_kl, denoise_kl):
    for t in range(2, len(denoise_kl)):
        total = recon - prior_kl - denoise_kl[t]
    return total


def largest_only(recon, prior_kl, denoise_kl):
    return recon - prior_kl - np.nanmax(denoise_kl)


def prior_in_each_round(recon, prior_kl, denoise_kl):
    total = recon
    for kl in denoise_kl[2:]:
        total = total - prior_kl - kl
    return total


def prior_twice(recon, prior_kl, denoise_kl):
    return recon - 2 * prior_kl - sum(denoise_kl[2:])


def power_of_each(recon, prior_kl, denoise_kl):
    return recon - prior_kl - sum(kl**1.5 for kl in denoise_kl[2:])


def multiplied_up(recon, prior_kl, denoise_kl):
    return recon - prior_kl - np.prod(denoise_kl[2:])


def multiplied_up_twice(recon, prior_kl, denoise_kl):
    return recon - prior_kl - 1.7 * np.prod(denoise_kl[2:])


def one_round_more(recon, prior_kl, denoise_kl):
    n = len(denoise_kl) - 1
    return recon - prior_kl - n * np.mean(denoise_kl[2:])


def three_rounds_more(recon, prior_kl, denoise_kl):
    n = len(denoise_kl) + 1
    return recon - prior_kl - n * np.mean(denoise_kl[2:])


def nothing_kept(kl_at, n_steps, draws):
    for t in draws:
        total = kl_at(t)
    return (n_steps - 1) * total / len(draws)


def the_largest_kept(kl_at, n_steps, draws):
    total = 0
    for t in draws:
        total = max(total, kl_at(t))
    return (n_steps - 1) * total / len(draws)


def each_by_its_step(kl_at, n_steps, draws):
    return np.mean([(t - 1) * kl_at(t) for t in draws])


def each_by_half_its_step(kl_at, n_steps, draws):
    return np.mean([(t / 2 - 1) * kl_at(t) for t in draws])


def the_first_for_each(x, weights, variances, noise):
    for _i in range(len(weights)):
        x = weights[0] * x + np.sqrt(variances[0]) * noise()
    return x


def the_first_cubed(x, weights, variances, noise):
    for _i in range(len(weights)):
        x = weights[0] ** 3 * x + np.sqrt(variances[0]) * noise()
    return x


def faded_by_none(x, weights, variances, noise):
    return np.prod(weights) * x + np.sqrt(sum(variances)) * noise()


def faded_by_half(x, weights, variances, noise):
    return np.prod(weights) * x + np.sqrt(0.7 * sum(variances)) * noise()


def kl_turned_round(mean, logvar):
    var = np.exp(logvar)
    return 0.5 * ((1 + mean**2) / var - 1 + logvar).sum(axis=1)


def kl_half_turned_round(mean, logvar):
    var = np.exp(logvar)
    return 0.5 * ((1 + mean**2) / var - 1 + 1.3 * logvar).sum(axis=1)


def one_for_all_coordinates(mean, logvar):
    return 0.5 * (np.sum(np.exp(logvar) + mean**2 - logvar, axis=1) - 1)


def two_for_all_coordinates(mean, logvar):
    return 0.5 * (np.sum(np.exp(logvar) + mean**2 - logvar, axis=1) - 2)


def half_of_the_first(mean, logvar):
    return (0.5 * np.exp(logvar) + mean**2 - 1 - logvar).sum(-1)


def third_of_the_first(mean, logvar):
    return (np.exp(logvar) / 3 + mean**2 - 1 - logvar).sum(-1)


def the_largest_coordinate(mean, mean_hat, var):
    return np.max((mean - mean_hat) ** 2, axis=-1) / (2 * var)


def the_middle_coordinate(mean, mean_hat, var):
    return np.median((mean - mean_hat) ** 2, axis=-1) / (2 * var)


def alphas_added(x_0, alpha, noise):
    ab = np.sum(alpha[1:])
    return np.sqrt(ab) * x_0 + np.sqrt(np.abs(1 - ab)) * noise()


def alphas_averaged(x_0, alpha, noise):
    ab = np.mean(alpha[1:])
    return np.sqrt(ab) * x_0 + np.sqrt(np.abs(1 - ab)) * noise()


def step_by_step(net, x_0, alpha, noise):
    x, found = x_0, []
    for t in range(1, len(alpha)):
        e = noise()
        x = np.sqrt(alpha[t]) * x + np.sqrt(1 - alpha[t]) * e
        found.append((net(x, t) - e) ** 2)
    return found


def added_step_by_step(net, x_0, alpha, noise):
    x, found = x_0, []
    for t in range(1, len(alpha)):
        e = noise()
        x = x + np.sqrt(1 - alpha[t]) * e
        found.append((net(x, t) - e) ** 2)
    return found


def walked(weights):
    """A sampler of 08.1 with other weights of x_t and of the guess."""

    def sample(x_T, denoiser, alpha, noise):
        bar, x = np.cumprod(alpha), x_T
        for i in range(len(alpha) - 1, 0, -1):
            std = ((1 - alpha[i]) * (1 - bar[i - 1]) / (1 - bar[i])) ** 0.5
            a, b = weights(alpha[i], bar[i], bar[i - 1])
            x = a * x + b * denoiser(x, i) + std * noise()
        return x

    return sample


UNDIVIDED = walked(lambda a, bar, prev: (a**0.5 * (1 - prev), prev**0.5 * (1 - a)))
HALVED = walked(lambda a, bar, prev: (a**0.5 * (1 - prev) / 2, prev**0.5 * (1 - a) / 2))
ROOTLESS = walked(lambda a, bar, prev: (a * (1 - prev) / (1 - bar), prev * (1 - a) / (1 - bar)))
CUBED = walked(lambda a, bar, prev: (a**1.5 * (1 - prev) / (1 - bar), prev**1.5 * (1 - a) / (1 - bar)))


def afresh(share):
    def sample(x_T, denoiser, alpha, noise):
        bar, x = np.cumprod(alpha), x_T
        for i in range(len(alpha) - 1, 0, -1):
            x = bar[i - 1] ** 0.5 * denoiser(x, i) + (share * (1 - bar[i - 1])) ** 0.5 * noise()
        return x

    return sample


def bars(over, under):
    """A sampler of 10.5 whose noise is weighed by two shares."""

    def sample(x_T, denoiser, alpha, noise):
        bar, x = np.cumprod(alpha), x_T
        for i in range(len(alpha) - 1, 0, -1):
            share = {"step": 1 - alpha[i], "jump": 1 - bar[i]}
            x = (x - share[over] / share[under] ** 0.5 * denoiser(x, i)) / alpha[i] ** 0.5
            x = x + ((1 - alpha[i]) * (1 - bar[i - 1]) / (1 - bar[i])) ** 0.5 * noise()
        return x

    return sample


def blend(eps_without, eps_with, scale):
    return (eps_without + scale * eps_with) / (1 + scale)


def other_blend(eps_without, eps_with, scale):
    return (eps_without + scale * eps_with) / (2 + scale)


def over_their_number(x_1, levels, alpha_bar):
    return np.exp(-((x_1 - alpha_bar**0.5 * levels) ** 2) / (2 * (1 - alpha_bar))) / len(levels)


def over_thrice_their_number(x_1, levels, alpha_bar):
    return np.exp(-((x_1 - alpha_bar**0.5 * levels) ** 2) / (2 * (1 - alpha_bar))) / len(levels) / 3


def half_outside(mean, logvar, z):
    return mean + np.exp(logvar) / 2 * z


def third_outside(mean, logvar, z):
    return mean + np.exp(logvar) / 3 * z


def weight_not_used(x, weights, variances, noise):
    for weight, variance in zip(weights, variances, strict=True):  # noqa: B007
        x = (1 - variance) ** 0.5 * x + variance**0.5 * noise()
    return x


def weight_used_thrice(x, weights, variances, noise):
    for weight, variance in zip(weights, variances, strict=True):
        x = 3 * weight * (1 - variance) ** 0.5 * x + variance**0.5 * noise()
    return x


def root_by_itself(x_0, alpha, noise):
    bar = np.prod(alpha)
    return np.sqrt(bar) * x_0 + (1 - np.sqrt(bar)) * noise()


def third_root_by_itself(x_0, alpha, noise):
    bar = np.prod(alpha)
    return np.sqrt(bar) * x_0 + (1 - bar ** (1 / 3)) * noise()


def from_nought(net, x_0, alpha, noise):
    bar, found = np.cumprod(alpha), []
    for t in range(len(alpha) - 1):
        e = noise()
        found.append((net(bar[t] ** 0.5 * x_0 + (1 - bar[t]) ** 0.5 * e, t) - e) ** 2)
    return found


def from_nought_with_other_steps(net, x_0, alpha, noise):
    bar, found = np.cumprod(alpha), []
    for t in range(len(alpha) - 1):
        e = noise()
        found.append((net(bar[t + 1] ** 0.5 * x_0 + (1 - bar[t]) ** 0.3 * e, t) - e) ** 2)
    return found


def noise_taken_away(power):
    def sample(x_T, denoiser, alpha, noise):
        bar, x = np.cumprod(alpha), x_T
        for i in range(len(alpha) - 1, 0, -1):
            x = (x - (1 - alpha[i]) ** power * denoiser(x, i)) / alpha[i] ** 0.5
            x = x + ((1 - alpha[i]) * (1 - bar[i - 1]) / (1 - bar[i])) ** 0.5 * noise()
        return x

    return sample


def guess_afresh(share):
    def sample(x_T, denoiser, alpha, noise):
        bar, x = np.cumprod(alpha), x_T
        for i in range(len(alpha) - 1, 0, -1):
            x_0 = (x - (1 - bar[i]) ** 0.5 * denoiser(x, i)) / bar[i] ** 0.5
            x = bar[i - 1] ** 0.5 * x_0 + (share * (1 - bar[i - 1])) ** 0.5 * noise()
        return x

    return sample


def bar_in_the_noise(x, a, noise):
    bar = np.cumprod(a)
    for t in range(1, len(a)):
        x = a[t] ** 0.5 * x + (1 - bar[t]) ** 0.5 * noise()
    return x


def half_a_bar_in_the_noise(x, a, noise):
    bar = np.cumprod(a)
    for t in range(1, len(a)):
        x = a[t] ** 0.5 * x + (1 - bar[t] / 3) ** 0.5 * noise()
    return x


def no_cross_term(mean, mean_hat, var):
    return 0.5 * np.sum(mean**2 + mean_hat**2, axis=-1) / var


def thrice_of_one(mean, mean_hat, var):
    return 0.5 * np.sum(mean**2 + 3 * mean_hat**2, axis=-1) / var


def one_beside_the_sums(mean, logvar):
    return 0.5 * (np.exp(logvar).sum(1) + (mean**2).sum(1) - 1 - logvar.sum(1))


def two_beside_the_sums(mean, logvar):
    return 0.5 * (np.exp(logvar).sum(1) + (mean**2).sum(1) - 2 - logvar.sum(1))


def the_first_as_often(recon, prior_kl, denoise_kl):
    return recon - prior_kl - (len(denoise_kl) - 2) * denoise_kl[2]


def the_first_more_often(recon, prior_kl, denoise_kl):
    return recon - prior_kl - len(denoise_kl) * denoise_kl[2]


def alpha_as_the_variance(x, net, al, noise):
    bar = np.cumprod(al)
    for t in range(len(al) - 1, 0, -1):
        x = (x - (1 - al[t]) / np.sqrt(1 - bar[t]) * net(x, t)) / np.sqrt(al[t]) + np.sqrt(al[t]) * noise() * (t > 1)
    return x


def alpha_to_a_power(x, net, al, noise):
    bar = np.cumprod(al)
    for t in range(len(al) - 1, 0, -1):
        x = (x - (1 - al[t]) / np.sqrt(1 - bar[t]) * net(x, t)) / np.sqrt(al[t]) + al[t] ** 1.3 * noise() * (t > 1)
    return x


def with_momentum(x, score, c, n, noise):
    g = 0
    for _ in range(n):
        g = g + c * score(x)
        x = x + g + np.sqrt(2 * c) * noise()
    return x


def height_of_a_bell(x_1, levels, alpha_bar):
    p = np.exp(-((x_1 - alpha_bar**0.5 * levels) ** 2) / (2 * (1 - alpha_bar)))
    return p / np.sqrt(2 * np.pi * (1 - alpha_bar))


def height_without_its_root(x_1, levels, alpha_bar):
    p = np.exp(-((x_1 - alpha_bar**0.5 * levels) ** 2) / (2 * (1 - alpha_bar)))
    return p / (2 * np.pi * (1 - alpha_bar)) ** 0.8


def costs_as_gains(recon, prior_kl, denoise_kl, n_pixels):
    return -(recon + prior_kl + denoise_kl) / (n_pixels * np.log(2))


def squared_step(x, score, c, n, noise):
    for _ in range(n):
        x = x + c**2 * score(x) + (2 * c) ** 0.5 * noise()
    return x


def cubed_step(x, score, c, n, noise):
    for _ in range(n):
        x = x + c**3 * score(x) + (2 * c) ** 0.5 * noise()
    return x


def of_its_own(mean, logvar, z):
    return mean + np.exp(0.5 * logvar) * 0.3


def noise_behind(x_0, alpha, noise):
    x = x_0
    for t in range(1, len(alpha)):
        x = alpha[t] ** 0.5 * x
    x = x + (1 - alpha[t]) ** 0.5 * noise()
    return x


def half_the_noise_behind(x_0, alpha, noise):
    x = x_0
    for t in range(1, len(alpha)):
        x = alpha[t] ** 0.5 * x
    x = x + (1 - alpha[t]) ** 0.5 * noise() / 2
    return x


def over_their_steps(kl_at, n_steps, draws):
    return (n_steps - 1) * sum(kl_at(t) for t in draws) / n_steps


def over_twice_their_steps(kl_at, n_steps, draws):
    return (n_steps - 1) * sum(kl_at(t) for t in draws) / (2 * n_steps)


def number_over_steps(kl_at, n_steps, draws):
    return sum(kl_at(t) for t in draws) * len(draws) / (n_steps - 1)


def number_over_thrice_the_steps(kl_at, n_steps, draws):
    return sum(kl_at(t) for t in draws) * len(draws) / (n_steps - 1) / 3


def alpha_below(alpha):
    bar = np.cumprod(alpha)[1:]
    return np.log(bar) - np.log(1 - alpha[1:])


def alpha_below_cubed(alpha):
    bar = np.cumprod(alpha)[1:]
    return np.log(bar) - np.log(1 - alpha[1:] ** 3)


def log_chances(x_1, levels, alpha_bar):
    logits = -((x_1 - alpha_bar**0.5 * levels) ** 2) / (2 * (1 - alpha_bar))
    return logits - np.log(np.sum(np.exp(logits)))


def logits_alone(x_1, levels, alpha_bar):
    return -((x_1 - alpha_bar**0.5 * levels) ** 2) / (2 * (1 - alpha_bar)) - 1


def log_of_both(recon, prior_kl, denoise_kl, n_pixels):
    return (prior_kl + denoise_kl - recon) / np.log(2 * n_pixels)


def log_of_thrice_both(recon, prior_kl, denoise_kl, n_pixels):
    return (prior_kl + denoise_kl - recon) / np.log(3 * n_pixels)


def square_of_all(mean, logvar):
    var = np.exp(logvar)
    return 0.5 * (np.sum(var, 1) + np.sum(mean, 1) ** 2 - mean.shape[1] - np.sum(logvar, 1))


def cube_of_all(mean, logvar):
    var = np.exp(logvar)
    return 0.5 * (np.sum(var, 1) + np.sum(mean, 1) ** 3 - mean.shape[1] - np.sum(logvar, 1))


def added_to_itself(x, weights, variances, noise):
    for w, v in zip(weights, variances, strict=True):
        x += w * x + v**0.5 * noise()
    return x


def doubled_each_time(x, weights, variances, noise):
    for w, v in zip(weights, variances, strict=True):
        x += 2 * w * x + v**0.5 * noise()
    return x


def never_moved(x, score, c, n, noise):
    start = x
    for _ in range(n):
        x = start + c * score(start) + (2 * c) ** 0.5 * noise()
    return x


def moved_from_the_start(x, score, c, n, noise):
    y = x
    for _ in range(n):
        y = x + c * score(y) + (2 * c) ** 0.5 * noise()
    return y


def always_told_the_last(x_T, denoiser, alpha, noise):
    bar, x = np.cumprod(alpha), x_T
    for t in range(len(alpha) - 1, 0, -1):
        x0 = denoiser(x, len(alpha) - 1)
        m = (alpha[t] ** 0.5 * (1 - bar[t - 1]) * x + bar[t - 1] ** 0.5 * (1 - alpha[t]) * x0) / (1 - bar[t])
        x = m + ((1 - alpha[t]) * (1 - bar[t - 1]) / (1 - bar[t])) ** 0.5 * noise()
    return x


def asked_before(x_T, denoiser, alpha, noise):
    bar, x = np.cumprod(alpha), x_T
    x0 = denoiser(x, len(alpha) - 1)
    for t in range(len(alpha) - 1, 0, -1):
        m = (alpha[t] ** 0.5 * (1 - bar[t - 1]) * x + bar[t - 1] ** 0.5 * (1 - alpha[t]) * x0) / (1 - bar[t])
        x = m + ((1 - alpha[t]) * (1 - bar[t - 1]) / (1 - bar[t])) ** 0.5 * noise()
    return x


def levels_crossed(x_T, denoiser, alpha, noise):
    bar, x = np.cumprod(alpha), x_T
    for t in range(len(alpha) - 1, 0, -1):
        x0 = denoiser(x, t)
        m = (bar[t - 1] ** 0.5 * (1 - bar[t - 1]) * x + alpha[t] ** 0.5 * (1 - alpha[t]) * x0) / (1 - bar[t])
        x = m + ((1 - alpha[t]) * (1 - bar[t - 1]) / (1 - bar[t])) ** 0.5 * noise()
    return x


def levels_crossed_in_part(x_T, denoiser, alpha, noise):
    bar, x = np.cumprod(alpha), x_T
    for t in range(len(alpha) - 1, 0, -1):
        x0 = denoiser(x, t)
        m = (bar[t - 1] ** 0.5 * (1 - bar[t - 1]) * x + alpha[t] ** 0.3 * (1 - alpha[t]) * x0) / (1 - bar[t])
        x = m + ((1 - alpha[t]) * (1 - bar[t - 1]) / (1 - bar[t])) ** 0.5 * noise()
    return x


def share_by_itself(x_T, denoiser, alpha, noise):
    bar, x = np.cumprod(alpha), x_T
    for t in range(len(alpha) - 1, 0, -1):
        x0 = (x - (1 - bar[t]) * denoiser(x, t)) / bar[t] ** 0.5
        m = (alpha[t] ** 0.5 * (1 - bar[t - 1]) * x + bar[t - 1] ** 0.5 * (1 - alpha[t]) * x0) / (1 - bar[t])
        x = m + ((1 - alpha[t]) * (1 - bar[t - 1]) / (1 - bar[t])) ** 0.5 * noise()
    return x


def square_of_both(mean_1, var_1, mean_2, var_2):
    return 0.5 * (np.log(var_2 / var_1) + (var_1 + (mean_1 - mean_2)) ** 2 / var_2 - 1)


def cube_of_both(mean_1, var_1, mean_2, var_2):
    return 0.5 * (np.log(var_2 / var_1) + (var_1 + (mean_1 - mean_2)) ** 3 / var_2 - 1)


def log_of_a_difference(mean_1, var_1, mean_2, var_2):
    return 0.5 * (np.log(abs(var_2 - var_1)) + (var_1 + (mean_1 - mean_2) ** 2) / var_2 - 1)


def log_of_a_sum(mean_1, var_1, mean_2, var_2):
    return 0.5 * (np.log(var_2 + var_1) + (var_1 + (mean_1 - mean_2) ** 2) / var_2 - 1)


def prior_as_a_factor(recon, prior_kl, denoise_kl):
    return recon * prior_kl - np.sum(denoise_kl[2:])


def prior_squared_as_a_factor(recon, prior_kl, denoise_kl):
    return recon * prior_kl**2 - np.sum(denoise_kl[2:])


def largest_of_all(kl_at, n_steps, draws):
    return (n_steps - 1) * max(kl_at(t) for t in draws)


def largest_and_more(kl_at, n_steps, draws):
    return (n_steps - 1) * max(kl_at(t) for t in draws) + 1


HEARD = [  # exercise, function, what is heard of it; and one of which this is not heard
    ("01.3", square_of_both, "a square over all terms", cube_of_both),
    ("01.3", log_of_a_difference, "a difference for a ratio", log_of_a_sum),
    ("05.3", prior_as_a_factor, "a sum for a product, or a product for a sum", prior_squared_as_a_factor),
    ("07.4", largest_of_all, "one of them for all of them", largest_and_more),
    ("04.2", noise_behind, "done once what is done in every round", half_the_noise_behind),
    ("07.4", over_their_steps, "one variable for another", over_twice_their_steps),
    ("07.4", number_over_steps, "a ratio upside down", number_over_thrice_the_steps),
    ("07.4", each_once, "what comes twice counted once", two_short),
    ("09.3", alpha_below, "one variable for another", alpha_below_cubed),
    ("14.2", log_chances, "a logarithm or an exponential too many", logits_alone),
    ("14.1", log_of_both, "a factor inside the function", log_of_thrice_both),
    ("02.3", square_of_all, "the square of a sum for a sum of squares", cube_of_all),
    ("03.3", added_to_itself, "a term too many", doubled_each_time),
    ("12.2", at_once, "left in the first round of the loop", never_moved),
    ("12.2", moved_from_the_start, "one variable for another", never_moved),
    ("08.1", always_told_the_last, "one variable for another", asked_before),
    ("08.1", asked_before, "worked out once, before the loop", always_told_the_last),
    ("08.1", levels_crossed, "alpha and alpha_bar exchanged", levels_crossed_in_part),
    ("10.5", share_by_itself, "variance for standard deviation", None),
    ("10.5", by_the_noise(), "a root dropped", None),
    ("12.2", one_draw, "one noise used at every step", one_draw_and_half_the_slope),
    ("12.2", held, "worked out once, before the loop", held_for_two),
    ("12.2", at_once, "left in the first round of the loop", after_two),
    ("08.1", upwards, "the steps taken in the opposite order", None),
    ("08.2", drawn_once, "one noise used at every step", drawn_twice),
    ("08.2", of_the_whole_chain, "summed over another axis", drawn_once),
    ("02.3", rate_of_a_variance, "a logarithm taken for the quantity itself", rate_to_base_two),
    ("02.3", rate_of_each, "a sum left out", rate_of_a_variance),
    ("07.3", squared_sum, "the square of a sum for a sum of squares", squared_mean),
    ("01.3", kl_in_bits, "a logarithm to another base", kl_of_any_log),
    ("07.4", by_their_numbers, "the number of a thing for the thing", by_their_numbers_from_one),
    ("07.4", at_the_mean_step, "a function at the mean", at_the_first_step),
    ("07.4", at_the_first_step, "one of them for all of them", at_the_mean_step),
    ("07.4", two_short, "a count off by one", each_once),
    ("05.3", last_only, "one of them for all of them", largest_only),
    ("14.1", costs_as_gains, "a sign flipped; and a sign flipped", None),
    ("05.3", prior_in_each_round, "done in every round what is done once", prior_twice),
    ("05.3", multiplied_up, "a sum for a product", multiplied_up_twice),
    ("05.3", one_round_more, "a count off by one", three_rounds_more),
    ("07.4", nothing_kept, "one of them for all of them", the_largest_kept),
    ("07.4", each_by_its_step, "one variable for another", each_by_half_its_step),
    ("03.3", the_first_for_each, "one of them for all of them", the_first_cubed),
    ("03.3", faded_by_none, "noises not faded", faded_by_half),
    ("02.3", kl_turned_round, "the arguments swapped", kl_half_turned_round),
    ("02.3", one_for_all_coordinates, "a sum over one part only", two_for_all_coordinates),
    ("02.3", half_of_the_first, "for one term only", third_of_the_first),
    ("07.3", the_largest_coordinate, "one of them for all of them", the_middle_coordinate),
    ("04.2", alphas_added, "a running product lost", alphas_averaged),
    ("08.2", step_by_step, "the noise of one step for the whole noise", added_step_by_step),
    ("08.1", UNDIVIDED, "a denominator lost", HALVED),
    ("08.1", ROOTLESS, "a root dropped", CUBED),
    ("08.1", afresh(1.0), "the guess noised afresh", afresh(0.7)),
    ("10.5", bars("jump", "step"), "alpha and alpha_bar exchanged", bars("jump", "jump")),
    ("13.2", blend, "weights that add up to 1", other_blend),
    ("14.2", over_their_number, "divided by their number", over_thrice_their_number),
    ("02.2", half_outside, "a factor outside the function", third_outside),
    ("03.3", weight_not_used, "an argument never used", weight_used_thrice),
    ("04.2", root_by_itself, "a function of a sum taken term by term", third_root_by_itself),
    ("08.2", from_nought, "the range cut or stretched", from_nought_with_other_steps),
    ("10.5", noise_taken_away(0.5), "the noise of one step for the whole noise", noise_taken_away(0.4)),
    ("10.5", guess_afresh(1.0), "the guess noised afresh", guess_afresh(0.7)),
    ("04.2", bar_in_the_noise, "alpha_bar for alpha", half_a_bar_in_the_noise),
    ("07.3", no_cross_term, "a function of a sum taken term by term", thrice_of_one),
    ("02.3", one_beside_the_sums, "a sum over one part only", two_beside_the_sums),
    ("05.3", the_first_as_often, "one of them for all of them", the_first_more_often),
    ("10.5", alpha_as_the_variance, "a and 1 - a confused", alpha_to_a_power),
    ("12.2", held, "worked out once", with_momentum),
    ("14.2", height_of_a_bell, "the height of the bell", height_without_its_root),
    ("12.2", squared_step, "a square too many", cubed_step),
    ("02.2", of_its_own, "an argument never used", None),
]


@pytest.mark.parametrize("name, answer, heard, near", HEARD, ids=[f"{name} {heard}" for name, _, heard, _ in HEARD])
def test_a_mistake_of_loops_and_arrays_is_heard_and_a_near_miss_is_another(name, answer, heard, near):
    found = ex(name).check(answer)
    assert heard in (found.slip or "") and found.hint, found
    other = ex(name).check(near) if near else None
    assert other is None or (not other.correct and heard not in (other.slip or "")), other


def test_two_mistakes_are_not_told_by_what_is_no_number():
    """A known slip that gives nan everywhere is met by every other text that gives nan."""
    found = ex("05.3").check(power_of_each)
    assert not found.correct and not found.slip, found


def patching(x, score, c, n, noise):
    import vdm_tutor.exercises.program as judge

    judge.alike = lambda *_: True
    return x


def test_what_a_function_changes_where_it_runs_changes_no_later_verdict():
    assert not ex("12.2").check(patching).correct
    assert "a square too many" in ex("12.2").check(squared_step).slip


def test_draws_may_be_made_in_any_order_and_all_at_once():
    def backwards(net, x_0, alpha, noise):
        bar, found = np.cumprod(alpha), []
        for t in reversed(range(1, len(alpha))):
            e = noise()
            found.append((net(bar[t] ** 0.5 * x_0 + (1 - bar[t]) ** 0.5 * e, t) - e) ** 2)
        return found[::-1]

    def all_at_once(net, x_0, alpha, noise):
        bar, draws = np.cumprod(alpha), [noise() for _ in alpha]
        seen = [bar[t] ** 0.5 * x_0 + (1 - bar[t]) ** 0.5 * draws[t] for t in range(1, len(alpha))]
        return [(net(x, t + 1) - draws[t + 1]) ** 2 for t, x in enumerate(seen)]

    assert ex("08.2").check(backwards).correct and ex("08.2").check(all_at_once).correct


def test_the_text_of_a_function_is_had_where_there_is_one():
    plain = lambda a, b: a + b  # noqa: E731
    assert source_of(plain).split() == "def answer(a, b): return a + b".split()
    assert "alpha_bar[t]" in source_of(upwards) and never_used(of_its_own) == ["z"] and not never_used(held)
    assert source_of(np.sum) == source_of(len) == source_of(3) == source_of(eval("lambda a: a")) == ""


def test_nothing_given_back_is_told_so():
    def noised(x_0, alpha, noise):
        x_0 * 2

    assert "return" in ex("04.2").check(noised).said
