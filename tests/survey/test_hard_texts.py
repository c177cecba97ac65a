"""Hard texts and random ones: each is answered, with bounded work, and nothing in it is run."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools.judge import junk
from vdm_tutor.survey import check

ROOT = Path(__file__).parents[2]
HARD = ["9**9**9", "(((x_0**64)**64)**64)**64", "2**(10**12)", "exp(exp(exp(exp(99))))",
        "sqrt(" * 20 + "x_0" + ")" * 20,
        "(" + "+".join(["alpha_t", "x_0", "x_t", "eps", "mu_q", "score", "alpha_bar_prev"]) + ")**40",
        "KL(N((x_0+x_t+eps)**20, v), N(0, (alpha_t+x_0)**20))", "integral(x, exp(-x**4))", "x_0/(x_0-x_0)",
        "sum(t, 1, T, " * 12 + "log(p(x_0))" + ")" * 12, "E[q(x_{1:T}|x_0)](" * 8 + "p(x_0)" + ")" * 8,
        "grad(" * 8 + "exp(x_t**3*x_0)" + ", x_t)" * 8, "prod(t,1,64,prod(s,1,64,prod(i,1,64,2)))",
        "(((2**64)**64)**64)**64",
        "norm2(" * 24 + "9" + ")" * 24, "norm2(" * 20 + "9*x_0/7" + ")" * 20,
        "log(12345678901234567891*98765432109876543211*p(x_0))",
        "(x_t+x_0+eps+x_prev+mu_q+1)**30/(x_t+x_0+2)**30", "exp(any_mean(x_0, exp((x_0+x_t)**9/(x_0+x_t+1)**9)))",
        "any_mean(x_0, N(x_t,x_0,v)/(x_0+eps+mu_q)**9*(x_0+x_t+eps)**20)"]  # fmt: skip


@pytest.mark.parametrize("text", HARD, ids=range(len(HARD)))
@pytest.mark.parametrize("key", [84, 58, 157])
def test_hard_text_is_answered_with_bounded_work(text, key):
    try:
        assert not check(text, against=key).proved
    except ValueError as reason:
        assert str(reason)


@pytest.mark.parametrize("text", ["t", "x_t T", "E[q(x_t|x_0)](E[q(x_t|x_0)](x_0))", "q(x[t-1] | x[t], x[0])"])
def test_a_step_that_the_chain_of_a_line_has_not_is_told(text):
    try:
        answer = check(text, against=19)
        assert not answer.proved and "steps" in answer.why, answer
    except ValueError as reason:
        assert str(reason)


def test_random_texts_are_answered_and_never_run():
    """In an interpreter of its own: the checks of signatures make code out of text when a function is first called."""
    words = "from tools.judge.junk import try_junk; print(*try_junk(300, seed=-1), sep='\\n')"
    run = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stdout.strip() == ""


@pytest.mark.parametrize("code", ["eval('1 + 1')", "open(path, 'w').close()", "__import__('os').system('true')"])
def test_the_watch_sees_what_is_run(code, tmp_path, monkeypatch):
    def careless(formula, against):
        exec(formula, {"path": tmp_path / "met"})

    monkeypatch.setattr(junk, "junk", lambda rng: code)
    monkeypatch.setattr(junk, "check", careless)
    assert len(junk.try_junk(1)) == 1


def test_an_answer_without_a_sentence_and_a_slow_one_are_failures(monkeypatch):
    monkeypatch.setattr(junk, "check", lambda formula, against: 1 / 0)
    assert "ZeroDivisionError" in junk.answered("x", 84)
    monkeypatch.setattr(junk, "check", lambda formula, against: check("x_0", against=84))
    monkeypatch.setattr(junk, "SLOWEST", 0.0)
    assert junk.answered("x", 84).endswith(" s")
