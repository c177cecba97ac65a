"""The reader of formulas: what it understands, what it refuses and where, and that nothing is executed."""

import ast
import random

import pytest

from vdm_tutor.claims import BOOK
from vdm_tutor.proofs.reading import DEEPEST, LONGEST, Unreadable, read
from vdm_tutor.proofs.tree import parse, text_of

QUANTITIES = {"x_0", "x_t", "x_hat_theta", "alpha_t", "alpha_bar_t", "eps", "sigma_q", "snr", "a", "b", "beta"}


def _read(text):
    return text_of(read(text, QUANTITIES.__contains__))


def _stored():
    for claim in BOOK.values():
        for c in (claim, *claim.parts, *([claim.printed] if claim.printed else [])):
            yield from filter(None, (c.left, c.right, c.gap))


def test_what_is_stored_is_read_as_python_reads_it():
    texts = set(_stored())
    assert len(texts) > 300
    for text in texts:
        assert ast.dump(parse(text)) == ast.dump(ast.parse(text, mode="eval").body), text


UNDERSTOOD = {
    "x_0^2": "x_0 ** 2",
    "x_0²": "x_0 ** 2",
    "x_0^{-1}": "x_0 ** (-1)",
    "2x_0 - 3 eps": "2 * x_0 - 3 * eps",
    "alpha_t(a + b)": "alpha_t * (a + b)",
    "1/√α_t x_t": "1 / sqrt(alpha_t) * x_t",
    "√ᾱₜ x₀ + √(1−ᾱ_t) ε": "sqrt(alpha_bar_t) * x_0 + sqrt(1 - alpha_bar_t) * eps",
    r"\sqrt{\bar\alpha_t}x_0+\sqrt{1-\bar{\alpha}_t}": "sqrt(alpha_bar_t) * x_0 + sqrt(1 - alpha_bar_t)",
    r"\frac{1}{2}\left(a + b\right)": "1 / 2 * (a + b)",
    "x_{t-1}": "x[t - 1]",
    "xₜ₋₁": "x[t - 1]",
    "x_{1:T}": "x[1:T]",
    "½ (a - b)": "1 / 2 * (a - b)",
    "0.25 a": "1 / 4 * a",
    "SNR(t-1)": "SNR(t - 1)",
    "snr(t-1)": "snr[t - 1]",
    "σ_q²(t)": "sigma_q[t] ** 2",
    r"\hat x_\theta(x_t, t)": "x_hat_theta",
    "‖x_0 − x̂_θ‖²": "norm2(x_0 - x_hat_theta)",
    r"\|a-b\|_2^2": "norm2(a - b)",
    "N(x_t; √α_t x_0, 1 - α_t)": "N(x_t, sqrt(alpha_t) * x_0, 1 - alpha_t)",
    r"D_{KL}(q(x) \| p(x))": "D_KL(q(x), p(x))",
    r"\mathbb{E}_{q(x_1\mid x_0)}[\log p(x_0|x_1)]": "E[q(x_1 | x_0)](log(p(x_0 | x_1)))",
    r"\sum_{t=2}^{T} q(x_t)": "sum(t, 2, T, q(x_t))",
    r"\nabla_{x_t} \log p(x_t)": "grad(log(p(x_t)), x_t)",
    "∇ log p(x_t)": "grad(log(p(x_t)), x_t)",
}


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_it_understands(text):
    assert _read(text) == UNDERSTOOD[text]


REFUSED = {  # what is typed: where it goes wrong, and a word of the reason
    "": (0, "no formula"),
    "a +": (3, "ends where a quantity"),
    "a + * b": (4, "a quantity should stand here"),
    "(a + b": (6, "not closed"),
    "a)": (1, "was not opened"),
    "1/2x_0": (3, "two ways"),
    "x_0 = a": (4, "without an equals sign"),
    "'a' + b": (0, "quoted text"),
    "a.b": (1, "attributes"),
    "a := b": (2, "colon"),
    "lambda a: b": (8, "colon"),
    "a | b": (2, "bar stands only within"),
    "a, b": (1, "comma"),
    "x_{t": (2, "never closed"),
    r"\foo a": (0, "not known here"),
    "한글": (0, "names nothing here"),
    "a\x00b": (1, "no meaning"),
    "123456789012345678901": (0, "digits"),
    "1e99": (0, "digits"),
    "sin()": (4, "nothing inside"),
}


@pytest.mark.parametrize("text", REFUSED)
def test_it_refuses_in_one_sentence_with_the_place(text):
    place, word = REFUSED[text]
    with pytest.raises(Unreadable, match=word) as caught:
        _read(text)
    sentence, shown, marker = str(caught.value).split("\n")
    assert caught.value.place == place and sentence.endswith(f"at character {place + 1}:")
    assert marker.index("^") - 4 <= place and len(shown) < 100


LONG = ["(" * 1999, "-" * 1999, "a**" * 600 + "a", "+".join("a" * 900), "x_{" * 600, "√" * 1999, r"\frac" * 300,
        "||" * 900, "E[" * 900,
        "log " * 400, "a(a," * 400, "∇" * 1500, "a" * (LONGEST + 1), "a" * 1_000_000]  # fmt: skip


@pytest.mark.parametrize("text", LONG, ids=lambda text: f"{text[:4]} {len(text)}")
def test_long_and_deep_text_is_refused(text):
    with pytest.raises(Unreadable):
        ast.dump(read(text))


def test_a_tree_is_never_deeper_than_what_walks_it_can_bear():
    def depth(node):
        return 1 + max((depth(n) for n in ast.iter_child_nodes(node) if isinstance(n, ast.expr)), default=0)

    assert depth(read("+".join(["a"] * DEEPEST))) <= DEEPEST + 1
    with pytest.raises(Unreadable, match="one within the other"):
        read("+".join(["a"] * (DEEPEST + 1)))


def junk(rng: random.Random) -> str:
    """A text of random characters, of random pieces of formulas, or a stored formula with some of it destroyed."""
    pieces = [
        *"()[]{}+-*/^_|,:.= '",
        "alpha_t",
        "√",
        "ᾱ_t",
        r"\frac",
        r"\sqrt",
        "q(",
        "N(",
        "E[",
        "KL(",
        "9**9",
        "₋",
        "²",
    ]
    kind, size = rng.randrange(3), rng.randint(1, 40)
    if kind == 0:
        return "".join(chr(rng.choice([rng.randrange(128), rng.randrange(0x3000), rng.randrange(0x110000)]))
                       for _ in range(size))  # fmt: skip
    if kind == 1:
        return "".join(rng.choice(pieces) for _ in range(size))
    text = list(rng.choice(sorted(_stored())))
    for _ in range(rng.randint(1, 3)):
        text[rng.randrange(len(text))] = rng.choice(pieces)
    return "".join(text)


def test_junk_gives_a_tree_of_known_nodes_or_one_sentence():
    rng, seen = random.Random(5), set()
    for _ in range(3000):
        text = junk(rng)
        try:
            seen |= {type(n) for n in ast.walk(read(text, QUANTITIES.__contains__))}
        except Unreadable as reason:
            assert str(reason) and "Traceback" not in str(reason)
    assert seen <= {ast.Name, ast.Load, ast.Constant, ast.BinOp, ast.UnaryOp, ast.USub, ast.Call,
                    ast.List, ast.Set, ast.Subscript, ast.Slice, ast.Add, ast.Sub, ast.Mult, ast.Div,
                    ast.MatMult, ast.Pow, ast.BitOr}  # fmt: skip
