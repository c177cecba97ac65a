"""Right answers written otherwise: made by machine for any exercise."""

import ast

import numpy as np

from vdm_tutor.exercises.curve import Curve
from vdm_tutor.exercises.formula import Formula
from vdm_tutor.exercises.hunt import Hunt
from vdm_tutor.exercises.prediction import Prediction
from vdm_tutor.proofs.tree import parse, rebuilt


def commuted(text: str) -> str:
    """Every sum and product of numbers the other way round."""

    def change(node):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mult):
            return ast.BinOp(rebuilt(node.right, change), node.op, rebuilt(node.left, change))
        return None

    return ast.unparse(rebuilt(parse(text), change))


def agrees(ask, tree) -> bool:
    """Whether a formula has the numbers of what is asked for."""
    return any(ask.agree(tree, ask.truth, reading) for reading in ("plain", "full"))


def equal_forms(exercise) -> list:
    """At least five answers that say the same as the reference."""
    right = exercise.reference
    if isinstance(exercise, Formula):
        forms = [right, f"1*({right})", f"({right})*1", f"2*({right})/2", f"-(-({right}))", f"({right})/3*3"]
        if exercise.ask.room == "algebra" and "norm2" not in right and "N(" not in right:
            forms.append(commuted(right))
        law = exercise.ask.relation == "~" or right.startswith("N(")
        return [right, f" {right} ", f"({right})", f"(({right}))", right.replace("*", " * ")] if law else forms
    if isinstance(exercise, Prediction):
        i = exercise.choices.index(right)
        return [right, right.upper(), f" {right}. ", "abcdefgh"[i], f"({'ABCDEFGH'[i]})", i + 1, str(i + 1)]
    if isinstance(exercise, Curve):
        size = max(right) - min(right)
        return [right, tuple(right), np.array(right), exercise.truth, [y + 0.05 * size for y in right]]
    if isinstance(exercise, Hunt):
        return [right, answering_bool(right), raising(right), talking(right), lambda f: right(f)]
    return [right, lambda *a: right(*a), talking(right), in_float32(right), as_list(right)]


def answering_bool(test):
    def other(function):
        try:
            test(function)
        except Exception:
            return False
        return True

    return other


def raising(test):
    def other(function):
        try:
            test(function)
        except Exception as error:
            raise ValueError("this is wrong") from error

    return other


def talking(function):
    def other(*args):
        print("hello", args)
        return function(*args)

    return other


def in_float32(function):
    return lambda *args: np.float32(function(*args))


def as_list(function):
    return lambda *args: np.asarray(function(*args)).tolist()
