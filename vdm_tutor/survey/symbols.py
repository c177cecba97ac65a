"""The course's symbols by name, as the engine has them: `from vdm_tutor.survey.symbols import x_t, alpha_t`."""

import sympy as sp

from vdm_tutor.judge.naming import NAMED
from vdm_tutor.proofs.quantities import symbol

__all__ = sorted(NAMED - {"d", "I"})


def __getattr__(name: str) -> sp.Symbol:
    if name not in __all__:
        raise AttributeError(f"no quantity here is called {name!r}")
    return symbol(name, 1)
