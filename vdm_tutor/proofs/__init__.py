"""Is it so? The engine that decides a claim, by algebra and exact enumeration. Sees neither torch nor the model code.

A reader who doubts an equation goes to its section in `claims`: `python -m vdm_tutor equations --number 81` names its
file and line. A reader who doubts the engine reads, in this order,

    reading      text to tree: what a formula may look like; over lexing (text to tokens) and notation (tables)
    tree         a side as printed: text, never simplified      quantities   what each name stands for
    polynomials  fractions of polynomials, the work counted     exact        whether an expression is zero
    averages     means and integrals in closed form             algebra      what a side is worth
    logs         logarithms of fractions, exactly               tables       small chains that are all known
    chain        a line of expectations on a table              any_length   the same for every chain length T
    any_law      the same for any densities                     quadrature   a walk on a grid
    claim        a line of the survey, as data                  relations    what holds between its two sides
    slips        the mistakes people make                       decide       its verdict, and those of its slips

What is said to a reader's line stands on that, in `judge`.
"""
