"""Evaluate a model: the terms of its bound in nats, and bits per dimension for digits."""

import json
import sys
from pathlib import Path

from vdm_tutor.cli import UserError

# Toy data: fresh points, drawn with the seed; so many that the gap's standard error stays under 0.01 nats.
N_POINTS = {"quick": 24_576, "exact": 12_288}
LATENT_DRAWS, IMPORTANCE_DRAWS = 32, 256  # draws of the latents behind a bound and behind an importance weight
QUICK_DRAWS = 64  # without --exact: random steps per example


def add_arguments(parser) -> None:
    parser.add_argument("checkpoint", metavar="CHECKPOINT", help="a file, a folder from train, or a shipped name")
    parser.add_argument(
        "--exact", action="store_true", help="take the sum over t = 2..T in full, in place of 64 random steps"
    )
    parser.add_argument("--split", default="test", choices=("validation", "test"), help="digits only (default test)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the points and the noise (default 0)")


def run(args) -> int:
    from vdm_tutor.checkpoint import CheckpointError, load

    try:
        checkpoint = load(args.checkpoint)
    except CheckpointError as error:
        raise UserError(str(error)) from None
    schedule = checkpoint.schedule and checkpoint.schedule.name
    result = {"checkpoint": args.checkpoint, "data": checkpoint.data, "schedule": schedule}
    if checkpoint.schedule is None:
        result |= latent_figures(checkpoint, args)
    else:
        result |= digits_figures(checkpoint, args) if checkpoint.data == "digits" else toy_figures(checkpoint, args)
    print(json.dumps(result) if args.json else table(result))
    return 0


def toy_figures(checkpoint, args) -> dict:
    """The terms, the true log-likelihood and the paired gap on fresh points, for the network and the exact optimum."""
    import torch

    from vdm_tutor.data import MIXTURES
    from vdm_tutor.denoiser import ExactDenoiser
    from vdm_tutor.elbo import gap, mean_and_se

    mixture = MIXTURES[checkpoint.data]()
    generator = torch.Generator().manual_seed(args.seed)
    x0 = mixture.sample(N_POINTS["exact" if args.exact else "quick"], generator)
    log_prob = mixture.log_prob(x0)
    terms = measure(checkpoint.denoiser, x0.float(), checkpoint.schedule, generator, args.exact, "network")
    exact = measure(ExactDenoiser(mixture), x0, checkpoint.schedule, generator, args.exact, "exact optimum")
    return {
        **figures(terms),
        **pair("true_log_likelihood", mean_and_se(log_prob)),
        **pair("gap", gap(log_prob, terms.elbo)),
        **pair("exact_denoiser_gap", gap(log_prob, exact.elbo)),
        **pair("bits_per_dim", (None, None)),
        "n_examples": len(x0),
    }


def digits_figures(checkpoint, args) -> dict:
    """The terms and bits per dimension on a split of the digits; the truth is not known."""
    import torch

    from vdm_tutor.data import digits
    from vdm_tutor.elbo import bits_per_dim, mean_and_se
    from vdm_tutor.likelihood import levels_likelihood

    x0 = digits(args.split)[0]
    generator = torch.Generator().manual_seed(args.seed)
    terms = measure(checkpoint.denoiser, x0, checkpoint.schedule, generator, args.exact, "network", levels_likelihood)
    mean, se = mean_and_se(terms.elbo)
    dim = x0[0].numel()
    return {
        **figures(terms),
        **pair("true_log_likelihood", (None, None)),
        **pair("gap", (None, None)),
        **pair("bits_per_dim", (bits_per_dim(mean, dim), -bits_per_dim(se, dim))),
        "n_examples": len(x0),
    }


def latent_figures(checkpoint, args) -> dict:
    """A VAE's or HVAE's terms, and its importance-weighted estimate of log p, with the gap where the truth is known."""
    import torch

    from vdm_tutor.data import MIXTURES, digits
    from vdm_tutor.elbo import bits_per_dim, gap, mean_and_se

    generator, known = torch.Generator().manual_seed(args.seed), checkpoint.data != "digits"
    mixture = MIXTURES[checkpoint.data]() if known else None
    x = mixture.sample(N_POINTS["quick"], generator) if known else digits(args.split)[0]
    terms = [checkpoint.network.terms(x.float(), generator) for _ in range(LATENT_DRAWS)]
    elbo = torch.stack([each.elbo for each in terms]).mean(0)
    iw_log_prob = checkpoint.network.importance_log_prob(x.float(), generator, IMPORTANCE_DRAWS)
    result = pair("recon", mean_and_se(torch.stack([each.recon for each in terms]).mean(0)))
    rates = torch.stack([each.rate_per_level for each in terms]).mean(0)
    for level in range(rates.shape[1]):
        result |= pair(f"rate_{level + 1}", mean_and_se(rates[:, level]))
    result |= {**pair("elbo", mean_and_se(elbo)), **pair("importance_weighted", mean_and_se(iw_log_prob))}
    log_prob, dim = mixture.log_prob(x) if known else None, x[0].numel()
    result |= pair("true_log_likelihood", mean_and_se(log_prob) if known else (None, None))
    result |= pair("gap", gap(log_prob, elbo.double()) if known else (None, None))
    mean, se = mean_and_se(elbo)
    bits = (bits_per_dim(mean, dim), -bits_per_dim(se, dim))
    return {**result, **pair("bits_per_dim", (None, None) if known else bits), "n_examples": len(x)}


def measure(denoiser, x0, schedule, generator, exact: bool, name: str, likelihood=None):
    """ElboTerms, in full over t or from random steps, under a progress bar."""
    from tqdm import tqdm

    from vdm_tutor.elbo import elbo_terms, elbo_terms_sampled
    from vdm_tutor.likelihood import gaussian_likelihood

    def progress(steps):
        return tqdm(steps, desc=name, unit="step", file=sys.stderr, leave=False)

    likelihood = likelihood or gaussian_likelihood
    if exact:
        return elbo_terms(denoiser, x0, schedule, generator, likelihood, progress=progress)
    return elbo_terms_sampled(denoiser, x0, schedule, generator, QUICK_DRAWS, likelihood, progress=progress)


def figures(terms) -> dict:
    """Every term with its standard error over the examples."""
    from vdm_tutor.elbo import mean_and_se

    names = ("recon", "prior_kl", "denoise_kl", "elbo")
    return {key: value for name in names for key, value in pair(name, mean_and_se(getattr(terms, name))).items()}


def pair(name: str, mean_and_se: tuple) -> dict:
    """NAME and NAME_se."""
    return {name: mean_and_se[0], f"{name}_se": mean_and_se[1]}


def table(result: dict) -> str:
    """The figures a line each, with their standard errors; nats but for bits_per_dim."""
    lines = [f"{Path(result['checkpoint'])}: {result['data']}, {result['n_examples']} examples"]
    lines[0] += f", {result['schedule']}" if result["schedule"] else ""
    for name in (key for key in result if f"{key}_se" in result and result[key] is not None):
        unit = "bits/dim" if name == "bits_per_dim" else "nats"
        lines.append(f"  {name:20} {result[name]:9.4f} ± {result[name + '_se']:.4f} {unit}")
    return "\n".join(lines)
