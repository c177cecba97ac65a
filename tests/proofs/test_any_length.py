"""Every T at once: the bookkeeping proves what enumeration finds, and refuses what enumeration rejects."""

import pytest

from vdm_tutor.claims import BOOK
from vdm_tutor.proofs.any_length import same_for_every_length
from vdm_tutor.proofs.decide import decide, near_misses, sides
from vdm_tutor.proofs.exact import Undefined
from vdm_tutor.proofs.tree import parse

EVERY_T = [
    c for claim in BOOK.values() for c in (claim, *claim.parts) if getattr(c.by, "general", "") in ("means", "path")
]
EVERY_LAW = [c for c in BOOK.values() if getattr(c.by, "general", "") == "law" and c.relation != ":="]


def holds(left: str, right: str, pointwise: bool = False, markov: bool = True) -> bool:
    try:
        return same_for_every_length(parse(left), parse(right), pointwise, markov)
    except Undefined:
        return False


def test_the_lines_with_a_general_length_are_proved_for_every_length():
    assert {38, 39, 40, 41, 42, 43, 44, 45, *range(48, 59), 29, 100} <= {c.key for c in EVERY_T}
    assert {46, 71} <= {c.key for c in EVERY_T if c.by.general == "path"}
    assert {*range(1, 20), *range(25, 29), *range(34, 38), 47} - {3} <= {c.key for c in EVERY_LAW}
    assert all(decide(c, BOOK).kind == "symbolic and enumerated" for c in EVERY_T)


@pytest.mark.parametrize("claim", EVERY_T, ids=lambda c: str(c.key))
def test_what_breaks_on_chains_is_not_proved_for_every_length(claim):
    """A sound bookkeeper proves nothing that enumeration rejects."""
    left, _ = sides(claim, BOOK)
    for miss in near_misses(claim, BOOK):
        if not miss.breaks:
            continue
        try:
            proved = same_for_every_length(
                left, parse(miss.side), claim.by.general == "path", claim.by.table == "markov"
            )
        except Undefined:
            continue
        assert not proved, (claim.key, miss.name, miss.side)


def test_it_says_why_45_as_printed_is_no_identity():
    printed = BOOK[45].printed
    with pytest.raises(Undefined, match="not the law of these steps given all that is averaged over"):
        same_for_every_length(*sides(printed, BOOK), pointwise=False)


def test_ends_of_sums():
    mean = "E[q(x[1:T] | x[0])](log({}))"
    back, forth = mean.format("prod(t, 2, T, p(x[t-1] | x[t]))"), mean.format("prod(t, 1, T-1, p(x[t] | x[t+1]))")
    assert holds(back, forth)
    assert not holds(back, mean.format("prod(t, 1, T, p(x[t-1] | x[t]))"))
    assert not holds(back, mean.format("prod(t, 2, T-1, p(x[t-1] | x[t]))"))
    with pytest.raises(Undefined, match="does not exist"):
        same_for_every_length(parse(back), parse(mean.format("prod(t, 1, T, p(x[t] | x[t+1]))")), False)


def test_telescoping_and_what_it_needs():
    telescope = ("prod(t, 2, T, q(x[t-1] | x[0])/q(x[t] | x[0]))", "q(x[1] | x[0])/q(x[T] | x[0])")
    assert holds(*telescope, pointwise=True) and holds(*telescope, pointwise=True, markov=False)
    assert not holds(telescope[0], "q(x[T] | x[0])/q(x[1] | x[0])", pointwise=True)
    markov = ("q(x[t] | x[t-1])", "q(x[t] | x[t-1], x[0])")
    assert holds(*markov, pointwise=True) and not holds(*markov, pointwise=True, markov=False)
    assert not holds("q(x[t-1] | x[t])", "q(x[t-1] | x[t], x[0])", pointwise=True)  # x_0 lies behind x_{t-1}: it tells


def test_an_average_sees_only_its_own_variables():
    assert not holds("E[q(x[1:T] | x[0])](log(p(x[0] | x[1])))", "E[q(x[T] | x[0])](log(p(x[0] | x[1])))")
    assert holds("E[q(x[1:T] | x[0])](log(p(x[0] | x[1])))", "E[q(x[1] | x[0])](log(p(x[0] | x[1])))")


def test_lines_34_to_37_are_5_to_8_with_the_path_for_z():
    for offset in range(4):
        for key, path, latents in ((34 + offset, "x", "x[0]"), (25 + offset, "z", "x")):
            words = {
                "p(x, z)": "JOINT",
                "q(z | x)": f"q({path}[1:T] | {latents})",
                "integral(z,": f"integral({path}[1:T],",
            }
            words["JOINT"] = "p(x[0:T])" if path == "x" else "p(x, z[1:T])"
            claim = BOOK[5 + offset]
            text = claim.right.replace("E[q(z | x)]", "E[LAW]")
            for old, new in words.items():
                text = text.replace(old, new)
            assert parse(text.replace("E[LAW]", f"E[q({path}[1:T] | {latents})]")) is not None
            assert text.replace("LAW", f"q({path}[1:T] | {latents})") == BOOK[key].right, key
