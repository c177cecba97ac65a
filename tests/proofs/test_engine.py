"""The engine: what is false is rejected, what cannot be told raises, and nothing is proved by sampling."""

import ast
import inspect
from dataclasses import replace
from pathlib import Path

import pytest
import sympy as sp

from vdm_tutor.claims import BOOK
from vdm_tutor.claims.posterior import MU_Q
from vdm_tutor.proofs import algebra, derive, exact
from vdm_tutor.proofs.claim import Algebra, Claim
from vdm_tutor.proofs.decide import decide, near_misses
from vdm_tutor.proofs.exact import Undecided, Undefined
from vdm_tutor.proofs.slips import slips
from vdm_tutor.proofs.tree import parse, same, text_of
from vdm_tutor.survey.latex import latex

TRUE = [
    ("sqrt(alpha_t*(1-alpha_prev))", "sqrt(alpha_t-alpha_t*alpha_prev)"),
    ("(1-alpha_t)/sqrt(1-alpha_t)", "sqrt(1-alpha_t)"),
    ("sqrt(6)", "sqrt(2)*sqrt(3)"),
    ("1/(sqrt(alpha_t)+sqrt(alpha_prev))*(alpha_t-alpha_prev)", "sqrt(alpha_t)-sqrt(alpha_prev)"),
    ("log(alpha_t*v**3)", "log(alpha_t)+3*log(v)"),
    ("1-sigmoid(-omega)", "sigmoid(omega)"),
    ("exp(omega)*exp(-omega)", "1"),
]
FALSE = [
    ("sqrt(alpha_t+alpha_prev)", "sqrt(alpha_t)+sqrt(alpha_prev)"),
    ("alpha_bar_t", "alpha_t*alpha_bar_prev"),
    ("alpha_t**7", "alpha_t**7 + 1/10**12"),
    ("log(alpha_t+v)", "log(alpha_t)+log(v)"),
    ("sqrt(2)", "1.41421356237"),
    ("x_t*x_0", "x_t*x_prev"),
    ("exp(omega)", "1+omega"),
]


def equal(left, right, **fields):
    return decide(Claim(f"{left} = {right}", left, right, **fields), BOOK)


@pytest.mark.parametrize("left, right", TRUE)
def test_true_identities_are_proved(left, right):
    assert equal(left, right, by=Algebra((1,))).proved


@pytest.mark.parametrize("left, right", FALSE)
def test_false_identities_are_rejected_with_a_point(left, right):
    verdict = equal(left, right, by=Algebra((1,)))
    assert not verdict.proved and " against " in verdict.why


def test_a_difference_too_small_to_see_is_undecided_never_proved():
    with pytest.raises(Undecided):
        equal("alpha_t", "alpha_t + 1/10**40", by=Algebra((1,)))


def test_agreeing_at_the_points_does_not_prove():
    # vanishes at each of the engine's own points, and nowhere else in particular
    zeros = "*".join(f"(alpha_t-{point[0]})" for point in exact.POINTS)
    with pytest.raises(Undecided):
        equal(zeros, "0", by=Algebra((1,)))


def test_roots_of_negative_numbers_have_no_value():
    with pytest.raises(Undefined):
        algebra.value(parse("sqrt(alpha_t-1)"))


def test_the_root_of_a_square_is_a_size_and_not_the_number_itself():
    assert not equal("sqrt(x_t**2)", "x_t", by=Algebra((1,))).proved
    assert equal("sqrt(x_t**2)**2", "x_t**2", by=Algebra((1,))).proved
    assert equal("sqrt(v**2)", "v", by=Algebra((1,))).proved


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="no quantity here is called"):
        algebra.value(parse("alfa_t"))


def test_proportional_and_argmin_mean_what_they_say():
    square = "norm2(x0_hat-x_0)"
    assert equal(f"3*v*{square} + 7", square, relation="argmin", wrt="x0_hat").proved
    assert not equal(f"-{square}", square, relation="argmin", wrt="x0_hat").proved
    assert not equal(f"{square} + x0_hat*x_0", square, relation="argmin", wrt="x0_hat").proved
    assert not equal(f"{square}*x0_hat**2", square, relation="argmin", wrt="x0_hat").proved
    assert equal("exp(x_t*x_prev)*v", "exp(x_t*x_prev)", relation="∝", wrt="x_prev").proved
    assert not equal("exp(x_t*x_prev)*v", "exp(x_t*x_prev)", relation="∝", wrt="x_prev x_t v").proved


def test_equal_in_law_compares_spread_as_well_as_mean():
    left = "sqrt(alpha_t)*eps_star_1 + sqrt(1-alpha_t)*eps"
    assert equal(left, "eps_step", relation="~", wrt="x_t").proved
    assert not equal(left, "(sqrt(alpha_t) + sqrt(1-alpha_t))*eps_step", relation="~", wrt="x_t").proved
    assert not equal("eps + eps", "sqrt(2)*eps", relation="~", wrt="x_t").proved  # one noise twice: variance 4


def test_an_inequality_needs_a_gap_that_is_a_divergence():
    with pytest.raises(Undecided):
        equal("v + 1", "v", relation=">=", gap="1", by=Algebra((1,)))


@pytest.mark.parametrize("key", list(BOOK))
def test_each_hypothesis_is_needed(key):
    claim = BOOK[key]
    if claim.relation == ":=":
        return
    for name in claim.given:
        left_out = replace(claim, given=tuple(g for g in claim.given if g != name), parts=())
        assert not decide(left_out, BOOK).proved, f"({key}) does not need {name}"


@pytest.mark.parametrize("key", list(BOOK))
def test_each_side_is_printed_as_stored(key):
    claim = BOOK[key]
    for side in (claim.left, claim.right):
        tree = parse(side)
        assert same(parse(text_of(tree)), tree) and latex(tree)


def test_slips_change_the_tree_and_come_in_one_order():
    side = parse(BOOK[84].right)
    made = list(slips(side, everywhere=True))
    assert made and all(not same(tree, side) for _, tree in made)
    assert [(n, text_of(t)) for n, t in made] == [(n, text_of(t)) for n, t in slips(side, everywhere=True)]
    assert {"a root dropped", "alpha_bar for alpha", "an index shifted", "a ratio upside down"} <= {n for n, _ in made}


@pytest.mark.parametrize("key, kept", [(59, "a sign flipped"), (163, "p for q"), (12, "a condition dropped")])
def test_slips_that_keep_say_why(key, kept):
    miss = next(m for m in near_misses(BOOK[key], BOOK) if m.name == kept)
    assert not miss.breaks and (
        "its negative" in miss.why or "free of x_t" in miss.why or "does not depend" in miss.why
    )


def test_mu_and_sigma_come_out_of_72_alone():
    mean, var = derive.gaussian_in("x_prev", parse(BOOK[72].right), {"alpha_bar_t": "alpha_t*alpha_bar_prev"})
    env = {"alpha_bar_t": algebra.value(parse("alpha_t*alpha_bar_prev"))}
    assert exact.is_zero(mean - algebra.value(parse(MU_Q), 1, env))
    assert exact.is_zero(var - algebra.value(parse(BOOK[85].right), 1, env))


def _sees(module: str, known: frozenset[str] = frozenset()) -> set[str]:
    """The modules of the proofs room that this one imports, and those that they import."""
    found, place = set(), Path(derive.__file__).parent.joinpath(*module.split("."))
    file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module.startswith("vdm_tutor.proofs"):
            inner = node.module.removeprefix("vdm_tutor.proofs").lstrip(".")
            found |= {inner} if inner else {alias.name for alias in node.names}
    known |= {module}
    return found.union(*(_sees(each, known) for each in found - known))


def test_the_derivation_cannot_see_84():
    seen = _sees("derive")  # no claim, none of the survey's sections
    assert seen == {
        "algebra",
        "averages",
        "exact",
        "polynomials",
        "quantities",
        "tree",
        "reading",
        "lexing",
        "notation",
        "verdict",
    }
    assert "claim" in _sees("decide")  # and the search would find one
    names = {n.id for n in ast.walk(ast.parse(inspect.getsource(derive))) if isinstance(n, ast.Name)}
    assert names.isdisjoint({"BOOK", "MU_Q", "VAR_Q"})


def test_the_derivation_follows_a_slip_in_72():
    slipped = BOOK[72].right.replace("sqrt(alpha_t)*x_prev", "alpha_t*x_prev")
    mean, _ = derive.gaussian_in("x_prev", parse(slipped), {"alpha_bar_t": "alpha_t*alpha_bar_prev"})
    env = {"alpha_bar_t": algebra.value(parse("alpha_t*alpha_bar_prev"))}
    assert not exact.is_zero(mean - algebra.value(parse(MU_Q), 1, env))
    with pytest.raises(ValueError, match="not a Gaussian"):
        derive.gaussian_in("x_prev", parse("exp(-x_prev**4)"), {})


def test_gaussian_kl_knows_nothing_of_86():
    kl = algebra.gaussian_kl((sp.Rational(3, 10), sp.Rational(1, 4)),
                             (sp.Rational(-1, 2), sp.Rational(16, 25)))  # fmt: skip
    assert abs(float(kl) - 0.665316) < 1e-5
