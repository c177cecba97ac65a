"""A derivation opened line by line: what is shaded is what has changed, and the number beside it is the line's."""

import ast
import copy
import re

import pytest

from vdm_tutor.claims import find
from vdm_tutor.proofs.tree import called, parse, text_of
from vdm_tutor.survey import derivation, steps, values
from vdm_tutor.survey.latex import latex
from vdm_tutor.survey.lines import width
from vdm_tutor.survey.steps import marked

NEW = [*range(38, 45), *range(49, 59), *range(74, 84)]


def shaded(number: int) -> list[str]:
    """What is marked in a line, against the line before it."""
    tree = marked(parse(find(number).right), parse(find(number - 1).right))
    return [text_of(node.args[0]) for node in ast.walk(tree) if called(node) == "changed"]


def test_adding_x0_shades_the_one_law_that_has_it():
    assert shaded(50) == ["q(x[t] | x[t - 1], x[0])"]
    assert shaded(54) == ["q(x[T] | x[0])"]
    assert shaded(40) == ["p(x[t] | x[t + 1])"]


@pytest.mark.parametrize("number", NEW)
def test_without_its_shade_a_line_is_itself_and_no_shade_lies_in_another(number):
    tree, line = marked(parse(find(number).right), parse(find(number - 1).right)), parse(find(number).right)

    class Bare(ast.NodeTransformer):
        def visit_Call(self, node):
            self.generic_visit(node)
            return node.args[0] if called(node) == "changed" else node

    inner = [n for n in ast.walk(tree) if called(n) == "changed"]
    assert inner and not any(called(n) == "changed" for each in inner for n in ast.walk(each.args[0]))
    assert text_of(Bare().visit(copy.deepcopy(tree))) == text_of(line)


def test_the_same_line_has_no_shade():
    line = parse(find(50).right)
    assert text_of(marked(line, line)) == text_of(line)


def test_every_line_can_be_opened_and_says_its_rule_and_its_number():
    html = steps(47, 58).html
    assert html.count("<details>") == html.count("</details>") == 11
    assert re.findall(r"\\rlap\{\((\d+)\)\}", html) == [str(n) for n in range(47, 59)]
    numbers = [float(n.replace("−", "-")) for n in re.findall(r">(−?\d+\.\d{4})<", html)]
    assert numbers == [round(row.value, 4) for row in values(47, 58)]
    assert "12 of 12 lines checked, 88 near misses rejected" in html


def test_where_pages_do_not_fold_it_is_the_derivation():
    shown = steps(47, 50)
    assert shown._repr_latex_() == derivation(47, 50)._repr_latex_() and repr(shown) == repr(derivation(47, 50))


def test_a_number_that_moves_stands_on_a_shade():
    falls = steps(36, 37).html
    assert falls.count("background: #C2185B24") == 1 and "#C2185B" not in steps(37, 38).html


def test_a_shade_has_no_width():
    line = parse("changed(q(x[t] | x[t-1]))")
    assert width(latex(line)) == width(latex(parse("q(x[t] | x[t-1])")))
