"""What is right is accepted however it is written, what is wrong is refused and named, and no text does harm."""

import re

import pytest
import sympy as sp

from vdm_tutor.claims import find
from vdm_tutor.proofs.lexing import Unreadable
from vdm_tutor.proofs.slips import every_slip
from vdm_tutor.proofs.tree import parse
from vdm_tutor.survey import check, equation
from vdm_tutor.survey.check import answer_of, asked_by
from vdm_tutor.survey.ledger import survey_rows
from vdm_tutor.survey.symbols import alpha_bar_prev, alpha_t, posterior_var

KEYS = list(survey_rows())


@pytest.mark.parametrize("key", KEYS)
def test_every_line_can_be_answered_and_a_slip_of_it_is_refused(key):
    assert check(answer_of(key), against=key).status == "correct"
    asked = asked_by(key)
    slips = [parse(text) for text in find(key).mistakes.values()] + [slip.tree for slip in every_slip(asked.truth)]
    assert any(not asked.agree(tree, asked.truth, reading) for tree in slips for reading in ("plain", "full"))


def test_the_left_side_said_again_is_no_answer_but_true():
    for formula, key in (("mu_q", 84), ("posterior_var", 85), ("sigma_q**2", 85), ("mu_theta", 125), ("snr_t", 109)):
        answer = check(formula, against=key)
        assert answer.status == "restated" and answer.proved, (formula, key)


ABBREVIATED = (
    "(sqrt(a_t)*(1-abar_{t-1})*x_t + sqrt(abar_{t-1})*(1-a_t)*x_0)/(1-abar_t)",
    "(√a_t (1-ā_{t-1}) x_t + √ā_{t-1} (1-a_t) x_0)/(1-ā_t)",
    "(sqrt(a[t])*(1-abar[t-1])*x[t] + sqrt(abar[t-1])*(1-a[t])*x[0])/(1-abar[t])",
)


@pytest.mark.parametrize("formula", ABBREVIATED)
def test_a_latin_letter_may_stand_for_alpha(formula):
    assert check(formula, against=84).proved
    wrong = check(re.sub(r"\(1-(abar|ā)", r"(\1", formula, count=1), against=84)
    assert wrong.slip == "a and 1 - a confused", wrong


def test_the_place_of_a_slip_is_a_piece_of_the_text():
    formula = "√ᾱ_t x₀ + (1−ᾱ_t) ε"
    answer = check(formula, against=69)
    assert answer.slip == "variance for standard deviation" and formula[slice(*answer.place)] == answer.piece
    assert answer.piece.strip("()") == "1−ᾱ_t" and repr(answer).endswith(f"at {answer.piece!r}")


def test_one_sample_and_the_mean_are_told_apart():
    for key, formula in ((151, "-eps/sqrt(1-alpha_bar_t)"), (133, "x_0"), (132, "sqrt(alpha_bar_t)*x_0")):
        answer = check(formula, against=key)
        assert answer.status == "nearly" and "right for one sample" in answer.remark, answer
    assert (
        "right on average"
        in check("(x_t - (1-alpha_t)*eps_mean/sqrt(1-alpha_bar_t))/sqrt(alpha_t)", against=124).remark
    )


def test_what_is_right_in_one_dimension_only_is_not_called_another_lines():
    for formula in ("tr(x_0)", "det(x_0)", "x_t + 1", "1 + x_0"):
        answer = check(formula, against=92)
        assert answer.status == "wrong" and not answer.slip and "Eq." not in answer.remark, answer


def test_dimension_matters_where_the_line_is_general():
    swapped = answer_of(86).replace("tr(inv", "det(inv")
    answer = check(swapped, against=86)
    assert not answer.proved and "in 2 dimensions" in answer.why and answer.slip == "det for tr, or tr for det"
    assert not check("x_0*x_t", against=84).proved


def test_a_density_is_that_of_its_own_variable():
    assert check("N(x_t, sqrt(alpha_bar_t)*x_0, (1-alpha_bar_t)*I)", against=70).proved
    assert not check("N(x_0, sqrt(alpha_bar_t)*x_0, (1-alpha_bar_t)*I)", against=70).proved
    assert not check("N(x_t, sqrt(alpha_t)*x_prev, (1-alpha_t)*I)", against=60).proved


def test_chains_are_decided_by_enumeration_where_the_general_argument_does_not_reach():
    inner = "E[q(x_t|x_0)](KL(q(x_{t-1}|x_t,x_0), p(x_{t-1}|x_t)))"
    start = "E[q(x_1|x_0)](log(p(x_0|x_1))) - KL(q(x_T|x_0), p(x_T))"
    assert check(f"{start} - sum(t, 2, T, {inner})", against=58).mark == "∀Σ"
    assert check(f"{start} - sum(t, 2, T, {inner}*3)/3", against=58).mark == "Σ"


def test_what_is_equal_and_not_proved_is_undecided():
    assert check("(1-alpha_t)*(1-alpha_bar_prev)/(1-alpha_bar_t) + 1/10**18", against=85).status == "undecided"


def test_sympy_is_understood_and_given():
    x = (1 - alpha_t) * (1 - alpha_bar_prev) / (1 - alpha_t * alpha_bar_prev)
    assert check(x, against=85).proved and not check(sp.sqrt(x), against=85).proved
    assert equation(85).left == posterior_var and check(equation(85).right, against=85).proved
    assert check(equation(124).right, against=84).proved
    with pytest.raises(ValueError, match="sympy cannot hold"):
        _ = equation(58).right


REFUSED = [
    ("alfa_t", 85, "no quantity here is called 'alfa_t' (did you mean 'alpha_t'?)"),
    ("sqroot(alpha_t)", 85, "no function here is called 'sqroot' (did you mean 'sqrt'?)"),
    ("x_{t-3}", 84, "does not stand in this line"),
    ("sqrt(1, 2)", 84, "sqrt takes 1 argument, not 2"),
    ("q(x_t | x_0) + alfa", 58, "no quantity here is called 'alfa'"),
    ("E[q(z|x)](sqrt(2))", 19, "no function here is called 'sqrt'"),
    ("KL(2, 3)", 19, "KL compares two laws"),
    ("mu_q = 3", 84, "without an equals sign"),
    ("__import__('os').system('true')", 84, "quoted text is no formula"),
    ("lambda x_0: x_0", 84, "colon"),
    ("x_0.__class__", 84, "attributes"),
]


@pytest.mark.parametrize("text, key, word", REFUSED)
def test_what_cannot_be_read_is_refused_in_one_sentence(text, key, word):
    with pytest.raises(ValueError) as caught:
        check(text, against=key)
    assert word in str(caught.value) and caught.value.place is not None


def test_only_text_and_sympy_are_formulas():
    for thing in (None, 3, b"x", ["x"]):
        with pytest.raises(Unreadable, match="text or a sympy expression"):
            check(thing, against=84)


@pytest.mark.parametrize(
    ("text", "key"),
    [("E[q(z | x)](log(p(x | z))) - KL(p(z), q(z | x))", 22), ("1.00001*snr_t", 109), ("mu_q + x_0/10**6", 93)],
)
def test_two_values_that_are_near_are_shown_with_the_digits_that_tell_them_apart(text, key):
    said = re.search(r": (\S+) against (\S+)", check(text, against=key).why)
    assert said and said[1] != said[2]


def test_of_draws_there_is_none_before_the_first():
    """z_0 is no name for x where z_1, z_2, ... are draws of one latent: log p(x|x) would be nothing for free."""
    one_more = "E[q(z[1:L] | x)](1/L*sum(l, 0, L, log(p(x | z[l])))) - KL(q(z | x), p(z))"
    assert not check(one_more, against=22).proved
    assert check(one_more.replace("sum(l, 0", "sum(l, 1"), against=22).proved
