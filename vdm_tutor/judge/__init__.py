"""What is said of a reader's line: right, or how it is wrong. Stands on the proofs; sees neither torch nor the model.

naming (how people call things) → vectors, numeric (what a formula is worth in floating point, by rules of its own) →
line (what a line asks for) → in_algebra, on_chains (the same in its room) → asked (which room) →
ranking (which name is told) → recognise (which mistake a formula is) → judge (the answer).
"""
