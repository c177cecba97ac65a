"""The entries of ERRATA.md that are readings and reminders: each of them run all the same."""

from dataclasses import replace
from pathlib import Path

import pytest
import sympy as sp

from vdm_tutor.claims import BOOK
from vdm_tutor.proofs import algebra, chain, exact
from vdm_tutor.proofs.any_length import same_for_every_length
from vdm_tutor.proofs.claim import Algebra, Chain, Claim
from vdm_tutor.proofs.decide import decide, near_misses, sides
from vdm_tutor.proofs.exact import Undefined
from vdm_tutor.proofs.quantities import symbol
from vdm_tutor.proofs.tables import WORLDS, World, any_table
from vdm_tutor.proofs.tree import parse
from vdm_tutor.survey import values

PAGE = (Path(__file__).parents[2] / "ERRATA.md").read_text("utf-8")
RUN = "E7 E10 E11 E12 E13 E17 E26 E27 E28 E29 E31 E32 E35".split()


def holds(left, right, **fields):
    return decide(Claim(f"{left} = {right}", left, right, **fields), BOOK).proved


@pytest.mark.parametrize("entry", RUN)
def test_each_is_on_the_page(entry):
    assert f"| {entry} |" in PAGE


def test_e7_a_sampled_target_moves_the_loss_by_a_constant_and_another_mean_does_not():
    part = next(p for p in BOOK[148].parts if "sample" in p.key)
    assert decide(part, BOOK).proved
    slipped = part.right.replace("norm2(score_hat - ", "norm2(score_hat - 2*", 1)
    assert slipped != part.right and not decide(replace(part, right=slipped), BOOK).proved


def test_e10_x0_is_redundant_one_way_only():
    assert holds("q(x[t] | x[t-1])", "q(x[t] | x[t-1], x[0])", by=Chain())
    assert not holds("q(x[t-1] | x[t])", "q(x[t-1] | x[t], x[0])", by=Chain())


def test_e11_no_step_beyond_t_and_t_minus_1_terms():
    up_to_t = BOOK[40].right.replace("prod(t, 1, T-1, p(x[t] | x[t+1]))", "prod(t, 1, T, p(x[t] | x[t+1]))")
    assert up_to_t != BOOK[40].right
    verdict = decide(replace(BOOK[40], right=up_to_t), BOOK)
    assert not verdict.proved and "does not exist" in verdict.why
    world = WORLDS["markov"]()[0]
    for text in ("sum(t, 1, T-1, 1)", "sum(t, 2, T, 1)"):
        assert chain.evaluate(parse(text), world, {}, {"T": world.q.n_steps}) == world.q.n_steps - 1


def test_e12_the_strike_out_is_between_neighbours():
    one, whole = "q(x[t-1] | x[0])/q(x[t] | x[0])", "prod(t, 2, T, q(x[t-1] | x[0])/q(x[t] | x[0]))"
    assert not holds(one, "1", by=Chain())
    assert not holds(whole, "1", by=Chain())
    assert holds(whole, "q(x[1] | x[0])/q(x[T] | x[0])", by=Chain())


def test_e13_a_kl_between_laws_of_two_variables_has_no_value():
    world = WORLDS["markov"]()[0]
    point, index = {0: 0}, {"T": world.q.n_steps}
    with pytest.raises(Undefined, match="different variables"):
        chain.evaluate(parse("KL(q(x[1] | x[0]), p(x[2]))"), world, point, index)
    assert float(chain.evaluate(parse("KL(q(x[1] | x[0]), p(x[1]))"), world, point, index)) > 0


def test_e17_omega_rises_as_the_snr_falls():
    slope = algebra.value(parse("grad(exp(-omega), omega)"))
    assert slope.subs(symbol("omega", 1), sp.Rational(1, 3)) < 0
    assert holds("grad(exp(-omega), omega)", "-exp(-omega)", by=Algebra((1,)))
    assert not decide(replace(BOOK[113], right="sigmoid(omega)"), BOOK).proved


def test_e26_the_other_guidance_scale():
    assert holds("guidance_scale*score_given_y + (1-guidance_scale)*score",
                 "(1+(guidance_scale-1))*score_given_y - (guidance_scale-1)*score")  # fmt: skip
    assert not holds("guidance_scale*score_given_y + (1-guidance_scale)*score",
                     "(1+guidance_scale)*score_given_y - guidance_scale*score")  # fmt: skip


def test_e27_kl_is_zero_at_equality_and_the_evidence_is_constant_in_phi_only():
    assert holds("KL(p(z | x), p(z | x))", "0", by=Chain("one latent"))
    evidence = [values(5, 5, seed=seed)[0].value for seed in (12, 13)]  # another p
    assert evidence[0] != pytest.approx(evidence[1])
    world = WORLDS["one latent"]()[0]
    other_q = World(world.p, any_table(99, 1, 3))
    log_p = [chain.evaluate(sides(BOOK[5], BOOK)[1], w, {0: 0}, {"T": 1}) for w in (world, other_q)]
    elbo = [chain.evaluate(sides(BOOK[8], BOOK)[1], w, {0: 0}, {"T": 1}) for w in (world, other_q)]
    assert log_p[0] == log_p[1] and elbo[0] != elbo[1]


def test_e28_a_variance_for_each_coordinate():
    """log of the density with diag(s1, s2) is the sum over coordinates; with one variance for both it is not."""
    z, m, (s1, s2) = sp.Matrix(sp.symbols("z1 z2")), sp.Matrix(sp.symbols("m1 m2")), sp.symbols("s1 s2", positive=True)

    def log_density(cov):
        return exact.log(algebra.normal(z, m, cov))

    apart = sum(exact.log(algebra.normal(z[i], m[i], s)) for i, s in enumerate((s1, s2)))
    assert exact.normal_form(log_density(sp.diag(s1, s2)) - apart) == 0
    assert exact.normal_form(log_density(s1 * sp.eye(2)) - apart) != 0


def test_e29_the_three_losses_are_equal_with_their_weights_only():
    weights = {"x0_hat-x_0": "alpha_bar_prev*(1-alpha_t)**2/(1-alpha_bar_t)**2",
               "eps-eps_hat": "(1-alpha_t)**2/((1-alpha_bar_t)*alpha_t)"}  # fmt: skip
    (x0, w_x0), (eps, w_eps) = weights.items()
    given = ("x0_hat from eps_hat", "(115)", "alpha_bar")
    assert holds(f"{w_eps}*norm2({eps})", f"{w_x0}*norm2({x0})", given=given)
    assert not holds(f"norm2({eps})", f"norm2({x0})", given=given)
    as_score = ("score_hat from eps_hat",)
    loss = "(1-alpha_t)**2/alpha_t*norm2(score_hat - (-eps/sqrt(1-alpha_bar_t)))"
    assert holds(f"{w_eps}*norm2({eps})", loss, given=as_score)
    assert not holds(f"{w_eps}*norm2({eps})", loss.replace("(1-alpha_t)**2/alpha_t", "1"), given=as_score)


def test_e31_the_root_that_covers_too_much():
    copied = BOOK[84].right.replace("sqrt(alpha_t)*(1-alpha_bar_prev)", "sqrt(alpha_t*(1-alpha_bar_prev))")
    assert copied != BOOK[84].right
    assert not decide(replace(BOOK[84], right=copied, parts=()), BOOK).proved


def test_e32_the_step_that_looks_alike_is_sound_once_and_not_the_other_time():
    assert same_for_every_length(*sides(BOOK[58], BOOK), pointwise=False)
    assert decide(BOOK[58], BOOK).proved and not decide(BOOK[45].printed, BOOK).proved
    with pytest.raises(Undefined, match="not the law of these steps"):
        same_for_every_length(*sides(BOOK[45].printed, BOOK), pointwise=False)


def test_e35_p_of_x_is_p_of_x0():
    assert holds("p(x)", "p(x[0])", by=Chain())
    assert any(m.breaks for m in near_misses(BOOK[34], BOOK))
