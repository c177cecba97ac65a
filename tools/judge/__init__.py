"""The judge tried: junk, false variants, equal rewritings and single slips, made by chance from a seed."""
