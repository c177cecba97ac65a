"""Answers as people write them: the right ones pass, however odd; of the wrong ones none does, and each is told why."""

from pathlib import Path

import numpy as np
import pytest

from vdm_tutor.exercises import ex

LINES = [line for line in Path(__file__).with_name("learners.txt").read_text("utf-8").splitlines() if line[0] != "#"]
RIGHT = [line.split(" ✓ ") for line in LINES if " ✓ " in line]
WRONG = [(*line.partition("  # ")[0].split(" ✗ "), line.partition("  # ")[2]) for line in LINES if " ✗ " in line]


def test_there_are_fifty_right_and_a_hundred_wrong_over_all_lessons():
    assert len(RIGHT) >= 50 and len(WRONG) >= 100 and len(RIGHT) + len(WRONG) == len(LINES)
    assert {name[:2] for name, *_ in WRONG} == {f"{lesson:02d}" for lesson in range(14)}


@pytest.mark.parametrize("name, answer", RIGHT)
def test_right_is_right_however_it_is_written(name, answer):
    assert ex(name).check(answer).correct


@pytest.mark.parametrize("name, answer, heard", WRONG)
def test_wrong_is_wrong_and_the_mistake_is_heard_by_name(name, answer, heard):
    found = ex(name).check(answer)
    said = " ".join([found.status, found.said, found.slip or "", found.remark])
    assert not found.correct and any(piece in said for piece in heard.split("|")), found


def kl_not_divided(mean_1, var_1, mean_2, var_2):
    return 0.5 * (np.log(var_2 / var_1) + var_1 / var_2 + (mean_1 - mean_2) ** 2 - 1)


def rate_of_all(mean, logvar):
    return 0.5 * np.sum(np.exp(logvar) + mean**2 - 1 - logvar)


def twice_for_half(mean, logvar, z):
    return mean + np.exp(2 * logvar) * z


def late_by_one(recon, prior_kl, denoise_kl):
    return recon - prior_kl - np.sum(denoise_kl[3:])


def a_length(mean, mean_hat, var):
    return np.sqrt(np.sum((mean - mean_hat) ** 2, axis=1)) / (2 * var)


def half_a_root(x, score, c, n, noise):
    for _ in range(n):
        x = x + c * score(x) + np.sqrt(2) * c * noise()
    return x


def divided(eps_without, eps_with, scale):
    return eps_without + (eps_with - eps_without) / scale


@pytest.mark.parametrize(
    "name, answer, heard",
    [
        ("01.3", kl_not_divided, "for one term only"),
        ("02.3", rate_of_all, "another axis"),
        ("02.2", twice_for_half, "2 for 1/2"),
        ("05.3", late_by_one, "range"),
        ("07.3", a_length, "norm"),
        ("12.2", half_a_root, "over one part"),
        ("13.2", divided, "a product for a quotient"),
        ("09.4", [0, 0.25, 0.5, 0.75, 1], "equal steps"),
        ("12.4", [0, 0.5, 1, 1.5], "place itself"),
        ("09.4", [-1, -0.76, 0, 0.76, 1], "between other heights"),
        ("09.4", [1, 1, 0.5, 0, 0], "a step upside down"),
        ("01.5", [0.5, 0, 0.5, 2, 4.5], "moved to the left"),
        ("04.6", [4, 3.5, 3, 2.5, 2], "between other heights"),
        ("09.4", [0.0025, 0.105, 0.25, 0.105, 0.0025], "its slope"),
        ("04.6", [0.25, 0.308, 0.4, 0.571, 1], "the inverse"),
        ("04.6", [1.386, 1.18, 0.916, 0.56, 0], "its logarithm"),
        ("01.5", [4.5, 2, 0.5, 0, 0.5], "moved to the right"),
        ("12.4", [4, 2, 1.33, 1], "from the other end"),
        ("12.4", [1, 1.5, 2, 2.5], "place beside the first height"),
        ("04.6", [2, 1.8, 1.6, 1.3, 1], "root of the height"),
        ("01.5", [-2, -0.5, 0, 0.5, 2], "sign of the place"),
        ("01.5", [0, 0.5, 2, 4.5, 8], "moved to the left"),
        ("01.5", [1, 0.5, 0, 0.5, 1], "a square lost; and a factor 2"),
        ("01.5", [0, 0, 0, 0.5, 2], "two sides unlike"),
        ("01.5", [2, 1.5, 0, 1.5, 2], "bent the other way"),
        ("01.5", [1.2, 0.4, 0, 0.4, 1.2], "not steep enough"),
        ("04.6", [4, 2.25, 1, 0.25, 0], "bent where it is straight"),
        ("04.6", [0, 0.25, 0.5, 0.75, 1], "up for down"),
        ("09.4", [0, 0, 0.5, 1, 1], "a step"),
        ("09.4", [0.0025, 0.135, 1, 7.39, 403], "exponential of the place"),
        ("09.4", [0.5, 0.5, 0.5, 0.5, 0.5], "flat where it changes"),
        ("12.4", [1, 1.25, 1.5, 1.75], "straight where it bends"),
        ("12.4", [1, 1.8, 3.2, 5.5], "too steep"),
    ],
)
def test_what_nobody_foresaw_of_a_function_or_a_curve_has_a_name_and_a_hint(name, answer, heard):
    found = ex(name).check(answer)
    assert heard in found.slip and found.hint


@pytest.mark.parametrize(
    "name, answer, other",
    [
        ("06.3", "(2*alpha_t+1)/((1-alpha_t)*(1-alpha_bar_prev))", "multiplied across"),
        ("07.2", "(alpha_bar_prev-alpha_bar_t)/3", "alpha_bar for the SNR"),
        ("07.2", "(alpha_bar_prev-alpha_t)/2", "alpha_bar for the SNR"),
        ("11.1", "-eps**3/2", "a slope lost"),
        ("11.1", "-eps**2/(1-alpha_bar_t)", "a slope lost"),
        ("13.1", "guidance_scale**2*(score + score_given_y-score)", "for all terms"),
        ("10.2", "(x_t - (1-alpha_bar_t)/sqrt(1-alpha_bar_t)*eps)/sqrt(alpha_t)", "exchanged"),
        ("08.5", "mu_theta*eps_step**3 + sqrt(posterior_var)", "on the wrong term"),
        ("07.1", "(norm2(mu_theta)+norm2(mu_q))/(3*posterior_var)", "term by term"),
        ("09.4", [-1, -0.5, 0, 0.5, 1], "between other heights"),
        ("09.4", [1, 0.8, 0.5, 0.1, 0], "a step"),
        ("01.5", [0.5, 0, 0.5, 2, 3.5], "moved to the left"),
        ("01.5", [4.5, 2, 0.5, 0.5, 0.5], "moved to the right"),
        ("09.4", [0.0025, 0.105, 0.5, 0.105, 0.0025], "its slope"),
        ("04.6", [0.25, 0.3, 0.4, 0.5, 0.6], "the inverse"),
        ("04.6", [1.4, 1.3, 1.2, 1.1, 0], "its logarithm"),
        ("12.4", [4, 2.6, 2.2, 1], "from the other end"),
        ("12.4", [1, 1.7, 2.3, 2.9], "beside the first height"),
        ("04.6", [2, 1.5, 1.2, 1.1, 1], "root of the height"),
        ("01.5", [8, 2, 0, 2, 8], "square of the height"),
        ("01.5", [0, 0.5, 2, 4.5, 6], "moved to the left"),
        ("01.5", [1, 0.4, 0, 0.4, 1], "a square lost"),
        ("01.5", [1.2, 0.3, 0, 0.4, 1.2], "unlike"),
        ("01.5", [2, 1.1, 0, 1.1, 2], "bent the other way"),
        ("04.6", [3.6, 2.7, 1.8, 0.9, 0.1], "bent"),
        ("04.6", [4, 3.1, 1.6, 1.9, 1], "up for down"),
        ("09.4", [0.0025, 0.135, 1, 7.39, 300], "exponential of the place"),
        ("09.4", [0.4, 0.4, 0.5, 0.6, 0.6], "flat where it changes"),
        ("12.4", [1, 1.2, 1.45, 1.9], "straight where it bends"),
    ],
)
def test_a_near_miss_of_a_mistake_has_not_its_name(name, answer, other):
    found = ex(name).check(answer)
    assert not found.correct and other not in (found.slip or ""), found


@pytest.mark.parametrize("heights", ([0, 0.1, 0.5, 0.9, 1], [0.05, 0.05, 0.5, 0.95, 0.95]))
def test_a_hand_that_is_not_nearer_to_a_step_is_right(heights):
    assert ex("09.4").check(heights).correct


def test_a_curve_too_high_everywhere_is_told_its_factor():
    assert "factor 4" in ex("01.5").check([8, 2, 0, 2, 8]).said
    assert "factor" not in ex("01.5").check([8, 2, 0, 2, 4]).said
