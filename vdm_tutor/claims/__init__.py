"""What the survey says: a module for each of its sections, each with its list of claims, and the book of them all."""

from vdm_tutor.claims import (
    elbo,
    forward,
    guidance,
    hvae,
    kl,
    noise,
    posterior,
    predict_x0,
    score,
    score_models,
    snr,
    text_claims,
    two_decompositions,
    vae,
    vdm_model,
)
from vdm_tutor.proofs.claim import Book, Claim, bound

SECTIONS = (  # in the survey's order
    elbo,
    vae,
    hvae,
    vdm_model,
    two_decompositions,
    forward,
    posterior,
    kl,
    predict_x0,
    snr,
    noise,
    score,
    score_models,
    guidance,
    text_claims,
)
BOOK: Book = bound(claim for section in SECTIONS for claim in section.CLAIMS)


def find(key: int | str) -> Claim:
    """The claim of an equation, by its number or label; raises KeyError in one sentence."""
    key = int(key) if isinstance(key, str) and key.isdecimal() and len(key) < 9 else key
    if key not in BOOK:
        raise KeyError(f"the survey has no equation {key}: numbers are those of its PDF, displays have labels")
    return BOOK[key]
