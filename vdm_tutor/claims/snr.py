"""Section 5, Eqs. 101-114: the weight of Eq. 99 is half a drop of the signal-to-noise ratio."""

from vdm_tutor.proofs.claim import Claim, claim, lines

CLAIMS: list[Claim] = []

WEIGHT = "1/(2*posterior_var)*(alpha_bar_prev*(1-alpha_t)**2/(1-alpha_bar_t)**2)"
TAIL = "(alpha_bar_prev*(1-alpha_t)**2/(1-alpha_bar_t)**2)"
OVER = "((1-alpha_bar_prev)*(1-alpha_bar_t))"
ERROR = "[norm2(x0_hat-x_0)]"
ONE = "One expression."
HALF_DROP = "1/2*(alpha_bar_prev/(1-alpha_bar_prev) - alpha_bar_t/(1-alpha_bar_t))"

CLAIMS += lines(
    WEIGHT,
    (101, "=", f"1/(2*((1-alpha_t)*(1-alpha_bar_prev)/(1-alpha_bar_t)))*{TAIL}", "(85)", {"given": (85,),
     "checked": "Eq. 85 written into the weight of Eq. 99."}),
    (102, "=", f"1/2*((1-alpha_bar_t)/((1-alpha_t)*(1-alpha_bar_prev)))*{TAIL}", "invert", {"checked": ONE}),
    (103, "=", f"1/2*(alpha_bar_prev*(1-alpha_t)/{OVER})", "cancel", {"checked": ONE}),
    (104, "=", f"1/2*((alpha_bar_prev-alpha_bar_t)/{OVER})", "alpha_bar", {"given": ("alpha_bar",),
     "checked": "True because alpha_bar_t = alpha_t alpha_bar_{t-1}, and false without."}),
    (105, "=", f"1/2*((alpha_bar_prev - alpha_bar_prev*alpha_bar_t + alpha_bar_prev*alpha_bar_t - alpha_bar_t)/{OVER})",
     "add zero", {"checked": ONE + " The numerator is worked out as printed."}),
    (106, "=", f"1/2*((alpha_bar_prev*(1-alpha_bar_t) - alpha_bar_t*(1-alpha_bar_prev))/{OVER})", "group",
     {"checked": ONE}),
    (107, "=", f"1/2*(alpha_bar_prev*(1-alpha_bar_t)/{OVER} - alpha_bar_t*(1-alpha_bar_prev)/{OVER})", "split",
     {"checked": ONE}),
    (108, "=", HALF_DROP, "cancel", {"checked": ONE, "answer": HALF_DROP}),
    shown=r"w_t",
)  # fmt: skip
CLAIMS += claim("SNR-U1", "snr_t", "signal_mean**2/noise_var", ":=", "squared mean over variance",
      checked="Eq. 109 stands on it, with x_0 of unit power.")  # fmt: skip
CLAIMS += claim("mean of (70)", "signal_mean", "sqrt(alpha_bar_t)", ":=", "Eq. 70, |x_0| = 1")
CLAIMS += claim("variance of (70)", "noise_var", "1-alpha_bar_t", ":=", "Eq. 70")
CLAIMS += claim(
    109,
    "snr_t",
    "alpha_bar_t/(1-alpha_bar_t)",
    "=",
    "(70), unit power",
    given=("SNR-U1", "mean of (70)", "variance of (70)"),
    checked="Squared mean over variance of Eq. 70, once the power of x_0 is set to one (the survey drops it).",
)
CLAIMS += claim("(109)", "snr_t", "alpha_bar_t/(1-alpha_bar_t)", ":=", "Eq. 109")
CLAIMS += claim(
    "(109) one step down", "snr_prev", "alpha_bar_prev/(1-alpha_bar_prev)", ":=", "Eq. 109 with t - 1 for t"
)
CLAIMS += claim(110, f"{HALF_DROP}*{ERROR}", f"1/2*(snr_prev - snr_t)*{ERROR}", "=", "(108), (109)",
      given=("(109) one step down", "(109)"), answer=f"1/2*(snr_prev - snr_t)*{ERROR}",
      checked="Eq. 109 at t - 1 and t written in; t >= 2, for SNR(0) is infinite.")  # fmt: skip
CLAIMS += claim("(109) solved", "alpha_bar_t", "snr_t/(1+snr_t)", ":=", "Eq. 109 solved for alpha_bar_t")
CLAIMS += claim(111, "snr_t", "exp(-omega)", ":=", "a choice: a monotone network",
      checked="A parameterisation; Eqs. 112-114 stand on it. omega rises as the SNR falls.")  # fmt: skip
CLAIMS += claim(112, "alpha_bar_t/(1-alpha_bar_t)", "exp(-omega)", "=", "(109) = (111)", given=("(109) solved", 111),
      checked="With alpha_bar_t = SNR/(1 + SNR) and Eq. 111.")  # fmt: skip
CLAIMS += claim(113, "alpha_bar_t", "sigmoid(-omega)", "=", "solve (112)", given=("(109) solved", 111),
      checked="With alpha_bar_t = SNR/(1 + SNR) and Eq. 111.")  # fmt: skip
CLAIMS += claim(114, "1-alpha_bar_t", "sigmoid(omega)", "=", "1 - sigmoid(-y) = sigmoid(y)",
      mistakes=(("a sign flipped", "sigmoid(-omega)"),),
      given=("(109) solved", 111),
      checked="With alpha_bar_t = SNR/(1 + SNR) and Eq. 111.")  # fmt: skip
CLAIMS += claim("a flat schedule", "snr_prev", "snr_t", ":=", "the SNR does not move")
CLAIMS += claim(
    "SNR-U2",
    f"{WEIGHT}*{ERROR}",
    f"1/2*(snr_prev - snr_t)*{ERROR}",
    "=",
    "(99) with a learned schedule",
    given=(85, "(109) one step down", "(109)", "alpha_bar"),
    parts=(Claim("a flat SNR costs nothing", f"1/2*(snr_prev - snr_t)*{ERROR}", "0", given=("a flat schedule",),
                 dims=(1,)),),
    checked="The summand is that of Eq. 99, as a function of the schedule too; and it is zero for a flat SNR, so this "
    "part alone must not be minimised over the schedule.",
)  # fmt: skip
