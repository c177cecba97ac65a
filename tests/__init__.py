"""The tests. Signatures are checked as they are read: a whole number is a float too (PEP 484).

beartype looks at one item of a list, by chance: where it took an integer for a fault, one run in a hundred was red.
"""

from beartype import BeartypeConf, beartype

checked = beartype(conf=BeartypeConf(is_pep484_tower=True))
