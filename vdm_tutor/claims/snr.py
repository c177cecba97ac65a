"""Section 5, Eqs. 101-114: the weight of Eq. 99 is half a drop of the signal-to-noise ratio."""

from vdm_tutor.claims.predict_x0 import WEIGHT
from vdm_tutor.proofs.claim import Algebra, line

TAIL = "(alpha_bar_prev*(1-alpha_t)**2/(1-alpha_bar_t)**2)"
OVER = "((1-alpha_bar_prev)*(1-alpha_bar_t))"
ERROR = "[norm2(x0_hat-x_0)]"
HALF_DROP = "1/2*(alpha_bar_prev/(1-alpha_bar_prev) - alpha_bar_t/(1-alpha_bar_t))"
BY_SNR = f"1/2*(snr_prev - snr_t)*{ERROR}"
WITH_111 = "With alpha_bar_t = SNR/(1 + SNR) and Eq. 111."

CLAIMS = (
    line(
        101,
        f"{WEIGHT} = 1/(2*((1-alpha_t)*(1-alpha_bar_prev)/(1-alpha_bar_t)))*{TAIL}",
        "(85)",
        given=(85,),
        note="Eq. 85 written into the weight of Eq. 99.",
    ),
    line(102, f"= 1/2*((1-alpha_bar_t)/((1-alpha_t)*(1-alpha_bar_prev)))*{TAIL}", "invert"),
    line(103, f"= 1/2*(alpha_bar_prev*(1-alpha_t)/{OVER})", "cancel"),
    line(
        104,
        f"= 1/2*((alpha_bar_prev-alpha_bar_t)/{OVER})",
        "alpha_bar",
        given=("alpha_bar",),
        note="True because alpha_bar_t = alpha_t alpha_bar_{t-1}, and false without.",
    ),
    line(
        105,
        f"= 1/2*((alpha_bar_prev - alpha_bar_prev*alpha_bar_t + alpha_bar_prev*alpha_bar_t - alpha_bar_t)/{OVER})",
        "add zero",
        note="The numerator is worked out as printed.",
    ),
    line(106, f"= 1/2*((alpha_bar_prev*(1-alpha_bar_t) - alpha_bar_t*(1-alpha_bar_prev))/{OVER})", "group"),
    line(107, f"= 1/2*(alpha_bar_prev*(1-alpha_bar_t)/{OVER} - alpha_bar_t*(1-alpha_bar_prev)/{OVER})", "split"),
    line(108, f"= {HALF_DROP}", "cancel"),
    line(
        "SNR-U1",
        "snr_t := signal_mean**2/noise_var",
        "squared mean over variance",
        note="Eq. 109 stands on it, with x_0 of unit power.",
    ),
    line("mean of (70)", "signal_mean := sqrt(alpha_bar_t)", "Eq. 70, |x_0| = 1"),
    line("variance of (70)", "noise_var := 1-alpha_bar_t", "Eq. 70"),
    line(
        109,
        "snr_t = alpha_bar_t/(1-alpha_bar_t)",
        "(70), unit power",
        given=("SNR-U1", "mean of (70)", "variance of (70)"),
        note="Squared mean over variance of Eq. 70, once the power of x_0 is set to one (the survey drops it).",
    ),
    line("(109)", "snr_t := alpha_bar_t/(1-alpha_bar_t)", "Eq. 109"),
    line("(109) one step down", "snr_prev := alpha_bar_prev/(1-alpha_bar_prev)", "Eq. 109 with t - 1 for t"),
    line(
        110,
        f"{HALF_DROP}*{ERROR} = {BY_SNR}",
        "(108), (109)",
        given=("(109) one step down", "(109)"),
        note="Eq. 109 at t - 1 and t written in; t >= 2, for SNR(0) is infinite.",
    ),
    line("(109) solved", "alpha_bar_t := snr_t/(1+snr_t)", "Eq. 109 solved for alpha_bar_t"),
    line(
        111,
        "snr_t := exp(-omega)",
        "a choice: a monotone network",
        note="A parameterisation; Eqs. 112-114 stand on it. omega rises as the SNR falls.",
    ),
    line(
        112,
        "alpha_bar_t/(1-alpha_bar_t) = exp(-omega)",
        "(109) = (111)",
        given=("(109) solved", 111),
        note=WITH_111,
    ),
    line(113, "alpha_bar_t = sigmoid(-omega)", "solve (112)", given=("(109) solved", 111), note=WITH_111),
    line(
        114,
        "1-alpha_bar_t = sigmoid(omega)",
        "1 - sigmoid(-y) = sigmoid(y)",
        given=("(109) solved", 111),
        mistakes={"a sign flipped": "sigmoid(-omega)"},
        note=WITH_111,
    ),
    line("a flat schedule", "snr_prev := snr_t", "the SNR does not move"),
    line(
        "SNR-U2",
        f"{WEIGHT}*{ERROR} = {BY_SNR}",
        "(99) with a learned schedule",
        given=(85, "(109) one step down", "(109)", "alpha_bar"),
        parts=(line("a flat SNR costs nothing", f"{BY_SNR} = 0", given=("a flat schedule",), by=Algebra((1,))),),
        note="The summand is that of Eq. 99, as a function of the schedule too; and it is zero for a flat SNR, so "
        "this part alone must not be minimised over the schedule.",
    ),
)
