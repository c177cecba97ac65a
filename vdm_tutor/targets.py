"""One network, four readings: x0, eps, score and v turned into one another, and the reverse mean from each.

Everything here is pointwise algebra. `score` on this page is that of q(xt|x0) or, fed E[x0|xt], the marginal one.
"""

from vdm_tutor.noise_level import LogSnr, alpha_bar_of, noise_var_of
from vdm_tutor.process import Batch, Steps, posterior
from vdm_tutor.schedule import Schedule


def eps_to_x0(eps: Batch, xt: Batch, log_snr: LogSnr) -> Batch:
    """x0 = (xt - sqrt(1 - alpha_bar) eps) / sqrt(alpha_bar) (Eq. 115)."""
    return (xt - noise_var_of(log_snr, xt).sqrt() * eps) / alpha_bar_of(log_snr, xt).sqrt()


def x0_to_eps(x0: Batch, xt: Batch, log_snr: LogSnr) -> Batch:
    """eps = (xt - sqrt(alpha_bar) x0) / sqrt(1 - alpha_bar) (Eq. 69 solved for the noise)."""
    return (xt - alpha_bar_of(log_snr, xt).sqrt() * x0) / noise_var_of(log_snr, xt).sqrt()


def eps_to_score(eps: Batch, log_snr: LogSnr) -> Batch:
    """score = -eps / sqrt(1 - alpha_bar) (Eq. 151, read for q(xt|x0))."""
    return -eps / noise_var_of(log_snr, eps).sqrt()


def score_to_eps(score: Batch, log_snr: LogSnr) -> Batch:
    """eps = -sqrt(1 - alpha_bar) score (Eq. 150, read for q(xt|x0))."""
    return -noise_var_of(log_snr, score).sqrt() * score


def score_to_x0(score: Batch, xt: Batch, log_snr: LogSnr) -> Batch:
    """x0 = (xt + (1 - alpha_bar) score) / sqrt(alpha_bar) (Eq. 133); E[x0|xt] from the marginal score (Tweedie)."""
    return (xt + noise_var_of(log_snr, xt) * score) / alpha_bar_of(log_snr, xt).sqrt()


def x0_to_score(x0: Batch, xt: Batch, log_snr: LogSnr) -> Batch:
    """score = (sqrt(alpha_bar) x0 - xt) / (1 - alpha_bar) (Eq. 133 solved for the score)."""
    return (alpha_bar_of(log_snr, xt).sqrt() * x0 - xt) / noise_var_of(log_snr, xt)


def x0_eps_to_v(x0: Batch, eps: Batch, log_snr: LogSnr) -> Batch:
    """v = sqrt(alpha_bar) eps - sqrt(1 - alpha_bar) x0: a target with no blow-up at either end."""
    return alpha_bar_of(log_snr, x0).sqrt() * eps - noise_var_of(log_snr, x0).sqrt() * x0


def v_to_x0(v: Batch, xt: Batch, log_snr: LogSnr) -> Batch:
    """x0 = sqrt(alpha_bar) xt - sqrt(1 - alpha_bar) v."""
    return alpha_bar_of(log_snr, xt).sqrt() * xt - noise_var_of(log_snr, xt).sqrt() * v


def v_to_eps(v: Batch, xt: Batch, log_snr: LogSnr) -> Batch:
    """eps = sqrt(1 - alpha_bar) xt + sqrt(alpha_bar) v."""
    return noise_var_of(log_snr, xt).sqrt() * xt + alpha_bar_of(log_snr, xt).sqrt() * v


def x0_to_mean(x0: Batch, xt: Batch, t: Steps, schedule: Schedule) -> Batch:
    """The reverse mean from x0 (Eq. 93) or from its prediction (Eq. 94)."""
    return posterior(xt, x0, t, schedule)[0]


def eps_to_mean(eps: Batch, xt: Batch, t: Steps, schedule: Schedule) -> Batch:
    """The reverse mean (xt - (1 - alpha_t) / sqrt(1 - alpha_bar_t) eps) / sqrt(alpha_t) (Eqs. 124, 125)."""
    s = schedule.at(t, xt)
    return (xt - s.beta / s.noise_var.sqrt() * eps) / s.alpha.sqrt()


def score_to_mean(score: Batch, xt: Batch, t: Steps, schedule: Schedule) -> Batch:
    """The reverse mean (xt + (1 - alpha_t) score) / sqrt(alpha_t) (Eqs. 142, 143)."""
    s = schedule.at(t, xt)
    return (xt + s.beta * score) / s.alpha.sqrt()
