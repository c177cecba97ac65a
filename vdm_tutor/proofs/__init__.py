"""Is it so? The engine that decides a claim, by algebra and exact enumeration. Sees neither torch nor the model code.

A reader who doubts an equation goes to its section in `claims`: `python -m vdm_tutor equations --number 81` names its
file and line. A reader who doubts the engine reads, in this order,

    reading      text to tree: what a formula may look like; over lexing (text to tokens) and notation (tables)
    tree         a side as printed: text, never simplified      quantities   what each name stands for
    polynomials  fractions of polynomials, the work counted     exact        whether an expression is zero
    algebra      what a side is worth                           numeric      the same in floating point, by other rules
    logs         logarithms of fractions, exactly               tables       small chains that are all known
    chain        a line of expectations on a table              any_length   the same for every chain length T
    quadrature   a walk on a grid                               slips        the mistakes people make
    claim        a line of the survey, as data                  decide       its verdict, and those of its slips

What is said to a reader stands on that: naming (how people call things) → asked (what a line asks for) → recognise
(which mistake a formula is) → judge (the answer).
"""
