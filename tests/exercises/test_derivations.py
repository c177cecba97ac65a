"""Any valid road arrives; with one wrong line it stops at that line; a wrong reason is told."""

import pytest

from tests.exercises.forms import agrees
from tools.junk import junk
from vdm_tutor.exercises import derive, get, verdict
from vdm_tutor.exercises.derivation import Derivation, split
from vdm_tutor.exercises.lessons.derivations import TASKS
from vdm_tutor.proofs.slips import every_slip
from vdm_tutor.proofs.tree import text_of

ROADS = [pytest.param(task, road, id=f"{task.id}-{i}") for task in TASKS for i, road in enumerate(task.roads)]


@pytest.mark.parametrize("task, road", ROADS)
def test_each_road_arrives_and_its_reasons_fit(task, road):
    derivation = Derivation(task)
    for line, because in road:
        found = derivation.line(line, because)
        assert found.status in (verdict.FOLLOWS, verdict.REACHED) and "but" not in found.remark, (line, found)
        assert derivation.done == (line == road[-1][0]), line
    assert task.id in repr(derivation) and derivation.shorter()


@pytest.mark.parametrize("task, road", ROADS)
def test_one_wrong_line_stops_there(task, road):
    for wrong in range(len(road)):
        derivation = Derivation(task)
        for line, _ in road[:wrong]:
            assert derivation.line(line).correct
        left, sign, right = split(road[wrong][0])
        tree = task.read(right)
        before = task.read(left) if left else derivation._before()
        ask = task.asks(before, "=" if sign == ">=" else sign)
        if sign == ">=":
            continue
        slips = list(every_slip(tree))
        first = len(road[wrong][0]) % len(slips)
        slip = next(s for s in slips[first:] + slips if not agrees(ask, s.tree))
        found = derivation.line(f"{left} {sign} {text_of(slip.tree)}")
        assert found.status in (verdict.NOT_FOLLOWING, verdict.UNREADABLE), (slip.name, found)
        assert len(derivation.lines) == wrong and (found.slip or found.input or found.remark or found.said)


def test_every_task_has_three_roads():
    assert len(TASKS) == 9 and all(len(task.roads) == 3 for task in TASKS)


REASONS = [
    ("06.variance", "1/posterior_var = alpha_t/(1-alpha_t) + 1/(1-alpha_bar_prev)",
     "= (alpha_t*(1-alpha_bar_prev) + 1-alpha_t)/((1-alpha_t)*(1-alpha_bar_prev))",
     "common denominator", "ᾱ_t = α_t ᾱ_{t-1}"),
    ("01.elbo", "= E[q(z | x)](log(p(x)))", "= E[q(z | x)](log(p(x, z)/p(z | x)))", "chain rule", "Jensen"),
    ("07.weight", "= alpha_bar_prev*(1-alpha_t)/(2*(1-alpha_bar_prev)*(1-alpha_bar_t))",
     "= (alpha_bar_prev-alpha_bar_t)/(2*(1-alpha_bar_prev)*(1-alpha_bar_t))", "ᾱ_t = α_t ᾱ_{t-1}", "expand"),
]  # fmt: skip


@pytest.mark.parametrize("name, first, second, right, wrong", REASONS, ids=[row[0] for row in REASONS])
def test_a_right_line_with_a_wrong_reason_is_told_so(name, first, second, right, wrong):
    derivation = derive(name)
    assert derivation.line(first).correct
    assert derivation.line(second, right).status == verdict.FOLLOWS
    found = derivation.undo().line(second, wrong)
    assert found.status == verdict.OTHER_RULE and found.correct and found.remark.startswith("but")


def test_markov_is_told_from_bayes():
    bound = derive("05.bound")
    (first, _), (second, _), *_ = bound.task.roads[0]
    assert bound.line(first, "split off t = 1").correct
    assert "Markov" in bound.line(second, "Bayes").remark
    assert not bound.undo().line(second, "Markov").remark


MISTAKES = [
    ("01.elbo", (), "= log(E[q(z|x)](p(x, z)))", "a denominator lost"),
    ("06.variance", (), "σ_q² = 1/(1/(1-α_t) + 1/(1-ᾱ_{t-1}))", "a numerator lost"),
    ("06.variance", ("σ_q² = 1/(α_t/(1-α_t) + 1/(1-ᾱ_{t-1}))",), "= (1-α_t)/α_t + 1-ᾱ_{t-1}", "term by term"),
    ("06.mu", (), "μ_q = ((1-α_t)/α_t x_t/√α_t + (1-ᾱ_{t-1}) √ᾱ_{t-1} x_0)/((1-α_t)/α_t + 1-ᾱ_{t-1})",
     "variances for precisions as weights"),
    ("07.kl", (), "= norm2(mu_q-mu_theta)/posterior_var", "the 1/2 lost"),
    ("10.mean", (), "= (x_t - (1-α_t)/(1-ᾱ_t) eps_hat)/√α_t", "variance for standard deviation"),
    ("13.guidance", (), "= grad(log(p(x_t)), x_t) + grad(log(p(y|x_t)), x_t)", "an exponent lost"),
]  # fmt: skip


@pytest.mark.parametrize("name, before, wrong, slip", MISTAKES, ids=[f"{row[0]}, {row[3]}" for row in MISTAKES])
def test_a_wrong_line_is_named_as_it_was_made_on_whatever_road_it_stands(name, before, wrong, slip):
    derivation = derive(name)
    assert all(derivation.line(line).correct for line in before)
    found = derivation.line(wrong)
    assert found.status == verdict.NOT_FOLLOWING and slip in found.slip and found.hint, found


LINE_1 = "= grad(log(p(x_t)), x_t) + guidance_scale*grad(log(p(y|x_t)), x_t)"


@pytest.mark.parametrize("name, line, because", [
    ("07.weight", "= alpha_bar_prev*(1-alpha_t)/(2*(1-alpha_bar_prev)*(1-alpha_bar_t))", "Bayes"),
    ("13.guidance", LINE_1, "Bayes"),
    ("01.elbo", "= E[q(z|x)](log(p(x, z)/p(z|x)))", "Markov"),
])  # fmt: skip
def test_a_reason_about_laws_is_the_wrong_one_where_they_have_no_part(name, line, because):
    found = derive(name).line(line, because)
    assert found.status == verdict.OTHER_RULE and found.remark.startswith("but"), found


def test_bayes_is_the_right_reason_where_a_law_is_turned():
    guidance = derive("13.guidance")
    assert guidance.line(LINE_1, "log of a product").status == verdict.FOLLOWS
    assert "but" not in guidance.line(f"= {guidance.task.goal}", "Bayes").remark and guidance.done


def test_a_line_that_goes_away_from_the_goal_is_a_detour_and_says_why():
    with_noise = derive("06.mu").line("mu_q = (x_t - (1-alpha_t)/sqrt(1-alpha_bar_t)*eps)/sqrt(alpha_t)")
    assert with_noise.status == verdict.DETOUR and "no eps" in with_noise.said
    weight = derive("07.weight")
    assert weight.line("= alpha_bar_prev*(1-alpha_t)/(2*(1-alpha_bar_prev)*(1-alpha_bar_t))").status == verdict.FOLLOWS
    assert weight.line(f"= {weight.task.start}").status == verdict.DETOUR


def test_a_line_after_a_refused_one_says_from_where_it_was_read():
    variance = derive("06.variance")
    assert variance.line("1/σ_q² = α_t/(1-α_t) + 1/(1-ᾱ_{t-1})").correct
    assert not variance.line("= 1/(1-α_t) + 1/(1-ᾱ_{t-1})").correct
    assert "the last line that stands" in variance.line("= (2-α_t-ᾱ_{t-1})/((1-α_t)(1-ᾱ_{t-1}))").remark
    assert variance.line("= (1-ᾱ_t)/((1-α_t)(1-ᾱ_{t-1}))").remark == ""


def test_a_newcomer_derives_mean_and_variance_in_letters_of_a_blackboard():
    variance = derive("06.variance")
    assert variance.line("1/σ_q² = 1/β_t + 1/(1-ᾱ_{t-1})").status == verdict.NOT_FOLLOWING
    assert variance.line("1/σ_q² = α_t/β_t + 1/(1-ᾱ_{t-1})", "precisions add").status == verdict.FOLLOWS
    assert variance.line("σ_q² = β_t(1-ᾱ_{t-1})/(α_t(1-ᾱ_{t-1}) + β_t)").status == verdict.FOLLOWS
    assert variance.line("= (1-α_t)(1-ᾱ_{t-1})/(1-ᾱ_t)").status == verdict.REACHED
    mean = derive("06.mu")
    assert mean.line("μ_q = σ_q² (α_t x_t/β_t + √ᾱ_{t-1} x_0/(1-ᾱ_{t-1}))").slip == "a root dropped"
    assert mean.line("μ_q = σ_q² (√α_t x_t/β_t + √ᾱ_{t-1} x_0/(1-ᾱ_{t-1}))").status == verdict.FOLLOWS
    assert mean.line("= (√α_t (1-ᾱ_{t-1}) x_t + √ᾱ_{t-1} β_t x_0)/(1-ᾱ_t)").status == verdict.REACHED


def test_a_goal_at_once_is_no_derivation_and_a_repeated_line_is_a_detour():
    mean = derive("06.mu")
    assert mean.line(f"mu_q = {mean.task.goal}").status == verdict.FOLLOWS and not mean.done
    assert derive("06.mu").line("mu_q = mu_q").status == verdict.DETOUR


def test_the_order_of_a_kl_the_ends_of_a_sum_and_a_lost_condition_are_found():
    bound = derive("05.bound")
    for line, _ in bound.task.roads[0][:-1]:
        assert bound.line(line).correct
    for old, new in (("KL(q(x[T] | x[0]), p(x[T]))", "KL(p(x[T]), q(x[T] | x[0]))"), ("sum(t, 2", "sum(t, 3"),
                     ("q(x[t-1] | x[t], x[0])", "q(x[t-1] | x[t])")):  # fmt: skip
        found = bound.line(f"= {bound.task.goal.replace(old, new)}")
        assert found.status == verdict.NOT_FOLLOWING and not bound.done, found
    assert "larger" in derive("01.elbo").line(">= log(p(x)) + 1").remark


@pytest.mark.parametrize("task", TASKS[:4], ids=[task.id for task in TASKS[:4]])
def test_junk_lines_get_a_verdict_and_never_follow(task):
    derivation = Derivation(task)
    for thing in junk(7, 40):
        for line in (thing, f"= {thing}" if isinstance(thing, str) else thing):
            found = derivation.line(line)
            assert found.status in verdict.STATUSES and repr(found) and not found.correct, (line, found)
    assert not derivation.lines


@pytest.mark.parametrize(
    "turned, slip",
    [
        ("q(x[t-1] | x[t], x[0])*q(x[t-1] | x[0])/q(x[t] | x[0])", "a ratio upside down"),
        ("q(x[t-1] | x[t], x[0])*q(x[t] | x[0])*q(x[t-1] | x[0])", "a product for a quotient"),
    ],
)
@pytest.mark.parametrize("within", ["sum(t, 2, T, log({}))", "log(prod(t, 2, T, {}))"])
def test_bayes_upside_down_is_named_inside_a_sum_and_inside_a_product(within, turned, slip):
    steps = within.format(f"p(x[t-1] | x[t])/({turned})")
    start = "log(p(x[T])*p(x[0] | x[1])/q(x[1] | x[0]))"
    assert derive("05.bound").line(f"= E[q(x[1:T] | x[0])]({start} + {steps})").slip == slip


def test_bayes_may_be_the_first_line_and_needs_its_denominator_where_equality_is_claimed():
    for right in ("q(x_t|x_{t-1}) q(x_{t-1}|x_0)", "q(x_t|x_{t-1}, x_0) q(x_{t-1}|x_0)"):
        assert derive("06.mu").line(f"q(x_{{t-1}}|x_t,x_0) ∝ {right}", "Bayes").status == verdict.FOLLOWS
        assert derive("06.mu").line(f"q(x_{{t-1}}|x_t,x_0) = {right}").status == verdict.NOT_FOLLOWING
    assert derive("06.mu").line("q(x_{t-1}|x_t,x_0) = q(x_t|x_{t-1}) q(x_{t-1}|x_0)").slip == "a denominator lost"
    assert derive("06.mu").line("q(x_{t-1}|x_t,x_0) ∝ q(x_t|x_{t-1})").slip == "a factor dropped"


def test_the_page_shows_each_line_the_refused_one_and_a_road_of_ours_only_at_the_goal():
    variance = derive("06.variance")
    assert variance.line()._repr_markdown_() == "**· not yet**"
    variance.line("1/σ_q² = α_t/β_t + 1/(1-ᾱ_{t-1})", "precisions | add")
    shown = variance.line("= (1-ᾱ_t)/β_t")._repr_markdown_()
    assert r"| 1 | $\frac{1}{\sigma_q^2(t)} = \frac{\alpha_t}{1-\alpha_t}+" in shown and r"precisions \| add" in shown
    assert "✗ does not follow |" in shown and "One of ours" not in shown
    assert "`so?`" in variance.line("so?")._repr_markdown_() and variance.refused
    shown = variance.line("posterior_var = (1-α_t)(1-ᾱ_{t-1})/(1-ᾱ_t)")._repr_markdown_()
    assert "✗" not in shown and "Yours has 2 lines. One of ours has 3" in shown and not variance.undo().done


PRECISION = "(alpha_t/(1-alpha_t) + 1/(1-alpha_bar_prev))"
PULL = "(sqrt(alpha_t)*x_t/(1-alpha_t) + sqrt(alpha_bar_prev)*x_0/(1-alpha_bar_prev))"


@pytest.mark.parametrize("line", ["{p}*mu_q - {s} = 0", "-2*{p}*mu_q + 2*{s} = 0", "0 = {s} - {p}*mu_q"])
def test_a_side_may_be_zero(line):
    assert derive("06.mu").line(line.format(p=PRECISION, s=PULL)).correct
    assert not derive("06.mu").line(line.format(p=PRECISION, s=f"2*{PULL}")).correct


def test_a_reason_that_is_not_known_is_said_to_be_unchecked_and_a_formula_is_no_reason():
    first = f"mu_q = {PULL}/{PRECISION}"
    for because in ("I like it", "times (1-alpha_t)*(1-alpha_bar_prev)", "over alpha_bar_prev"):
        derivation = derive("06.mu")
        derivation.line(first)
        found = derivation.line(f"= 2*{PULL}/(2*{PRECISION})", because)
        assert found.status in (verdict.FOLLOWS, verdict.DETOUR) and found.remark.endswith("the reason is not")


def test_a_derivation_has_a_hint_and_a_solution_and_says_how_it_begins():
    mine = derive("06.mu")
    assert "posterior variance" in str(mine.hint()) or "precisions" in str(mine.hint())
    assert "mu_q = " in str(mine.solution())
    assert "mu_q = ..." in mine.line("= x_t").said
    with pytest.raises(KeyError, match="derive"):
        get("06.mu")
