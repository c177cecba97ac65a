"""The survey's claims, decided by machine: `tree` and `latex` (a line as printed), `algebra` and `chain` (what it
is worth), `slips` (the mistakes people make), `claim` (the engine), and one module of claims per survey section."""
