"""mu_q and sigma_q^2 out of Bayes' rule alone: this module sees one density and knows no answer.

It imports nothing of the survey's claims; a test holds that.
"""

import ast

import sympy as sp

from vdm_tutor.proofs import algebra, exact
from vdm_tutor.proofs.quantities import symbol
from vdm_tutor.proofs.tree import parse


def gaussian_in(variable: str, density: ast.expr, definition: dict[str, str]) -> tuple[sp.Expr, sp.Expr]:
    """Mean and variance of the Gaussian in `variable` that is proportional to `density`.

    The log-density must be a parabola: its curvature is minus the precision, its top is the mean. `definition`
    gives the names that are to be written out. Raises ValueError where the density is no Gaussian in the variable.
    """
    env = {name: algebra.value(parse(text)) for name, text in definition.items()}
    x = symbol(variable, 1)
    slope = sp.diff(exact.log(algebra.value(density, 1, env)), x)
    curvature = sp.diff(slope, x)
    if not exact.is_zero(sp.diff(curvature, x)) or exact.is_zero(curvature):
        raise ValueError(f"not a Gaussian density in {variable}")
    mean = sp.expand(-slope.subs(x, 0) / curvature)
    return exact.normal_form(mean), exact.normal_form(-1 / curvature)
