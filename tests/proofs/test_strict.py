"""Nothing false passes for want of strictness: values and not only minima, the variable, the dimension, T = 1."""

from contextlib import suppress
from dataclasses import replace

import pytest

from vdm_tutor.claims import BOOK
from vdm_tutor.cli import main
from vdm_tutor.proofs.any_law import same_for_every_law
from vdm_tutor.proofs.any_length import least_length
from vdm_tutor.proofs.claim import Algebra, Chain, Claim, line
from vdm_tutor.proofs.decide import decide, sides
from vdm_tutor.proofs.dimensions import enough
from vdm_tutor.proofs.exact import Undecided, Undefined
from vdm_tutor.proofs.tree import parse
from vdm_tutor.survey import display, ledger

ARG_MINS = [k for k, row in ledger.survey_rows().items() if row.get("sign") == "argmin" and k != 100]


def holds(text: str, **fields) -> bool:
    return decide(line("tried", text, **fields), BOOK).proved


@pytest.mark.parametrize("key", ARG_MINS)
def test_an_objective_is_decided_as_a_value(key):
    assert len(ARG_MINS) == 25
    for right in ("2*({})", "({}) + 1", "-({})"):
        assert not decide(replace(BOOK[key], right=right.format(BOOK[key].right)), BOOK).proved


def test_the_sum_is_t_minus_1_times_the_mean():
    assert not decide(replace(BOOK[100], right=BOOK[100].right.removeprefix("(T-1)*")), BOOK).proved


@pytest.mark.parametrize("key", [20, 21, 31, 33, 70, "VAE-U1", "VDM-model-U1", "(70)"])
def test_the_variable_of_a_density_counts(key):
    right = BOOK[key].right
    first = right[2 : right.index(",")]
    slipped = replace(BOOK[key], right=right.replace(f"N({first},", "N(x_s,"))
    verdict = decide(slipped, {**BOOK, key: slipped})
    assert not verdict.proved and "density in x_s" in verdict.why


def test_a_kl_is_between_laws_of_one_variable():
    assert holds("KL(N(x_t, mu_x, v), N(x_t, mu_x, v)) = 0")
    assert not holds("KL(N(x_t, mu_x, v), N(x_s, mu_x, v)) = 0")


@pytest.mark.parametrize("old, new", [("tr(", "det("), ("det(Sigma_y)/det(Sigma_x)", "tr(Sigma_y)/tr(Sigma_x)"),
                                      ("inv(Sigma_y)@Sigma_x", "Sigma_x"), ("- d", "- 1")])  # fmt: skip
def test_what_one_dimension_cannot_see(old, new):
    slipped = BOOK[86].right.replace(old, new)
    assert slipped != BOOK[86].right
    with suppress(Undecided):  # refused, if not refuted
        assert not decide(replace(BOOK[86], right=slipped, parts=()), BOOK).proved


@pytest.mark.parametrize("key, more", [(85, "(d-1)*(d-2)"), (86, "(d-1)*(d-2)*(d-3)*(d-5)"),
                                       (92, "(tr(I)-1)*(tr(I)-2)"), (84, None)])  # fmt: skip
def test_what_vanishes_in_a_few_dimensions_does_not_in_all(key, more):
    old = "*I)" if key == 84 else ""
    right = BOOK[key].right.replace(old, "*(1 + (d-1)*(d-2))*I)") if old else f"{BOOK[key].right} + {more}"
    slipped = replace(BOOK[key], right=right, parts=())
    assert not decide(slipped, {**BOOK, key: slipped}).proved


def test_a_polynomial_in_d_that_is_zero_is_zero():
    zero = "(d-1)*(d-2) - d**2 + 3*d - 2"
    assert decide(replace(BOOK[86], right=f"{BOOK[86].right} + {zero}", parts=()), BOOK).proved
    assert list(enough(parse("d**4"), parse("1/d"))) == [1, 2, 3, 4, 5, 6]
    with pytest.raises(Undecided, match="a power of d"):
        enough(parse("d**13"), parse("1"))


def test_no_line_of_the_survey_needs_more_than_two_dimensions():
    algebra = [c for claim in BOOK.values() for c in (claim, *claim.parts) if isinstance(c.by, Algebra)]
    assert len(algebra) > 100 and all(max(enough(*sides(c, BOOK))) <= 2 for c in algebra)


def test_laws_are_compared_with_their_covariance():
    spread = "mu_phi + diag(sigma_phi)@eps ~ N(z, mu_phi, {})"
    assert holds(spread.format("diag(sigma_phi)@diag(sigma_phi)"), wrt="z")
    assert not holds(spread.format("norm2(sigma_phi)*I"), wrt="z")
    assert holds(spread.format("norm2(sigma_phi)*I"), wrt="z", by=Algebra((1,)))  # which is what one dimension says


def test_a_normalised_density_is_checked_to_be_normalised():
    for right in ("2/Z*exp(-f(x))", "Z*exp(-f(x))", "1/Z**2*exp(-f(x))", "exp(-f(x))"):
        slipped = replace(BOOK[152], right=right)
        assert not decide(slipped, {**BOOK, 152: slipped}).proved


def test_tweedie_for_any_law_and_its_slips():
    law = "any_mean(x_0, N(x_t, x_0, v*I))"
    mean = "any_mean(x_0, x_0*N(x_t, x_0, v*I))"
    assert holds(f"{mean}/{law} = x_t + v*grad(log({law}), x_t)")
    for wrong in ("x_t - v*grad(log({0}), x_t)", "x_t + sqrt(v)*grad(log({0}), x_t)", "x_t + grad({0}, x_t)"):
        assert not holds(f"{mean}/{law} = {wrong.format(law)}")
    assert not holds(f"{mean} = any_mean(x_0, x_0)*{law}")


@pytest.mark.parametrize(
    "key, least", [(39, 1), (45, 1), (46, 2), (58, 1), (71, 2), (100, 2), ("TEXT-Markov", 1), ("TEXT-prior", 1)]
)
def test_for_every_length_says_from_which_on_and_the_least_is_tried(key, least):
    assert least_length(*sides(BOOK[key], BOOK)) == least
    why = decide(BOOK[key], BOOK).why
    assert f"for every T >= {least}" in why and f"(T = {least}," in why


def test_any_law_proves_the_bound_and_nothing_that_is_false():
    def same(left: str, right: str) -> bool:
        return same_for_every_law(parse(left), parse(right))

    assert same("log(p(x))", "E[q(z | x)](log(p(x, z)/q(z | x))) + KL(q(z | x), p(z | x))")
    assert not same("log(p(x))", "E[q(z | x)](log(p(x, z)/q(z | x))) + KL(p(z | x), q(z | x))")
    assert not same("E[q(z | x)](log(p(z)))", "log(p(x))")
    assert not same("integral(z, q(z | x)*p(z))", "1")
    assert not same("integral(z, integral(x, p(x, z)*log(q(x, z))))", "integral(z, p(z)*log(q(x, z)))")
    assert same("integral(z, integral(x, p(x, z)))", "1")
    assert not same("p(x | z)", "p(x)")
    with pytest.raises(Undefined):
        same("integral(z, p(x))", "p(x)")
    with pytest.raises(Undecided):
        decide(Claim("no", "p(x | z)*p(z | x)", "p(x | z)*p(z | x)", by=Chain("one latent", "means")), BOOK)


@pytest.fixture
def broken(monkeypatch):
    """Eq. 84 with a root lost."""
    claim = replace(BOOK[84], right=BOOK[84].right.replace("sqrt(alpha_t)*", "alpha_t*"))
    for module in (ledger, display):
        monkeypatch.setattr(module, "BOOK", {**BOOK, 84: claim})
    monkeypatch.setattr(display, "find", lambda key: display.BOOK[key])
    return claim


def test_what_fails_is_never_shown_with_a_mark_of_proof(broken, capsys):
    shown = display.equation(84)
    assert repr(shown).startswith("(84) ×") and r"\forall" not in shown.tex.replace(r"\phantom{\forall\Sigma}", "")
    assert "12 of 13 lines" in repr(display.derivation(72, 84))
    row = ledger.decided_row(84)
    assert (row.status, row.method) == ("rejected", "") and not ledger.is_decided(row)
    assert main(["equations", "--number", "84"]) == 1
    told = capsys.readouterr()
    assert "∀" not in told.out and "× rejected" in told.out
    assert told.err.startswith("error: (84) is rejected: ") and told.err.count("\n") == 1
