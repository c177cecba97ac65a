"""Evaluate a model: the terms of its bound in nats, and bits per dimension for digits."""

from functools import partial

from vdm_tutor.cli import CHECKPOINT, SEED, UserError, answer, file_name, model_named
from vdm_tutor.cli.bar import bar

# Toy data: fresh points, drawn with the seed; so many that the gap's standard error stays under 0.01 nats.
N_POINTS = {"quick": 24_576, "exact": 12_288}
LATENT_DRAWS, IMPORTANCE_DRAWS = 32, 256  # draws of the latents behind a bound and behind an importance weight
QUICK_DRAWS = 64  # without --exact: random steps per example


def add_arguments(parser) -> None:
    parser.add_argument("checkpoint", type=file_name, metavar="CHECKPOINT", help=CHECKPOINT)
    parser.add_argument(
        "--exact", action="store_true", help="take the sum over t = 2..T in full, in place of 64 random steps"
    )
    parser.add_argument("--split", choices=("validation", "test"), help="digits only (default test)")
    parser.add_argument("--seed", type=SEED, default=0, help="seed of the points and the noise (default 0)")


def run(args) -> int:
    checkpoint = model_named(args.checkpoint)
    schedule = getattr(checkpoint.model, "schedule", None)  # a VAE and an HVAE have none
    if args.exact and not schedule:
        raise UserError(f"{args.checkpoint}: --exact takes the sum over t in full, and a VAE or HVAE has none")
    if args.split and checkpoint.data != "digits":
        raise UserError(f"{args.checkpoint}: --split is for the digits; points are drawn afresh")
    result = {"checkpoint": str(args.checkpoint), "data": checkpoint.data, "schedule": schedule and schedule.name}
    try:
        result |= vdm_figures(checkpoint, args) if schedule else hvae_figures(checkpoint, args)
    except ValueError as error:  # a bound that is not finite
        raise UserError(f"{args.checkpoint}: {error}") from None
    answer(result, table(result), args.json)
    return 0


def vdm_figures(checkpoint, args) -> dict:
    """A diffusion model's terms; on points also the truth and the exact denoiser's gap, on the same points."""
    from dataclasses import replace

    from vdm_tutor.denoiser import ExactDenoiser
    from vdm_tutor.measure import score

    x0, mixture, generator = data_for(checkpoint.data, N_POINTS["exact" if args.exact else "quick"], args)
    n_draws = None if args.exact else QUICK_DRAWS
    terms = checkpoint.model.terms(x0.float(), generator, n_draws, partial(bar, desc="network", unit="step"))
    result = judged(terms, x0, mixture)
    if mixture:
        best = replace(checkpoint.model, denoiser=ExactDenoiser(mixture))
        exact = best.terms(x0, generator, n_draws, partial(bar, desc="exact optimum", unit="step"))
        result |= pair("exact_denoiser_gap", score(exact.elbo, x0, mixture.log_prob(x0)))
    return result


def hvae_figures(checkpoint, args) -> dict:
    """A VAE's or HVAE's terms, and its importance-weighted estimate of log p."""
    import torch

    from vdm_tutor.measure import mean_and_se

    x, mixture, generator = data_for(checkpoint.data, N_POINTS["quick"], args)
    with torch.no_grad():
        terms = checkpoint.model.terms(x.float(), generator, LATENT_DRAWS)
    weighted = checkpoint.model.importance_log_prob(x.float(), generator, IMPORTANCE_DRAWS)
    return judged(terms, x, mixture) | pair("importance_weighted", mean_and_se(weighted))


def data_for(data: str, n_points: int, args):
    """Fresh points with their mixture, or a split of the digits and None; and the generator of what follows."""
    import torch

    from vdm_tutor.data import MIXTURES, digits

    generator = torch.Generator().manual_seed(args.seed)
    if data == "digits":
        return digits(args.split or "test")[0], None, generator
    mixture = MIXTURES[data]()
    return mixture.sample(n_points, generator), mixture, generator


def judged(terms, x, mixture) -> dict:
    """Every figure of a bound; on points beside the truth, on the digits in bits per dimension."""
    from vdm_tutor.measure import figures, mean_and_se, score

    result = {key: value for name, figure in figures(terms).items() for key, value in pair(name, figure).items()}
    log_prob = mixture.log_prob(x) if mixture else None
    result |= pair("true_log_likelihood", mean_and_se(log_prob) if mixture else (None, None))
    for name, known in (("gap", mixture is not None), ("bits_per_dim", mixture is None)):
        result |= pair(name, score(terms.elbo, x, log_prob) if known else (None, None))
    return result | {"n_examples": len(x)}


def pair(name: str, mean_and_se: tuple) -> dict:
    """NAME and NAME_se."""
    return {name: mean_and_se[0], f"{name}_se": mean_and_se[1]}


def table(result: dict) -> str:
    """The figures a line each, with their standard errors; nats but for bits_per_dim."""
    lines = [f"{result['checkpoint']}: {result['data']}, {result['n_examples']} examples"]
    lines[0] += f", {result['schedule']}" if result["schedule"] else ""
    for name in (key for key in result if f"{key}_se" in result and result[key] is not None):
        unit = "bits/dim" if name == "bits_per_dim" else "nats"
        lines.append(f"  {name:20} {result[name]:9.4f} ± {result[name + '_se']:.4f} {unit}")
    return "\n".join(lines)
