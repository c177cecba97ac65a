"""Train every rung of the ladder again and measure it: writes measured/results.json and the VAEs' checkpoints.

usage: python -m experiments.results [ring] [coin] [digits]      (default: all, half an hour on one CPU core; what is
not named stays as it is. Lessons read the file, so that neither timings nor another machine change an output)

Every figure is on data that training has not seen: fresh points of ring and coin, the digits' test split. The
validation split chooses when a digits network stops. Seconds are CPU seconds of one thread.
"""

import copy
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from tqdm import tqdm

from experiments import digits as warped_digits
from experiments.autoregressive import DECAY, PLAN, RATE, PixelNet
from vdm_tutor import baselines, checkpoint, hvae
from vdm_tutor.data import coin, digits, ring
from vdm_tutor.denoiser import MLP, ExactDenoiser
from vdm_tutor.hvae import HVAE, GaussianNet
from vdm_tutor.linear_gaussian import FixedStep
from vdm_tutor.measure import mean_and_se, score
from vdm_tutor.optimizers import adam, muon
from vdm_tutor.schedule import uniform_log_snr
from vdm_tutor.train import fit
from vdm_tutor.vdm import VDM, vdm_for
from vdm_tutor.whole_file import write_text

PACKAGE = Path(__file__).parent.parent / "vdm_tutor"
FILE = PACKAGE / "measured" / "results.json"
TRUTHS = {"ring": ring, "coin": coin}
RING_SEEDS, COIN_SEEDS, DIGIT_SEEDS = range(5), range(5), range(3)
N_POINTS = 12_288
LATENT_DRAWS, IMPORTANCE_DRAWS = 32, 256
POINT_LATENTS = {"VAE": (2,), "HVAE, 2 levels": (2, 2), "HVAE, 3 levels": (2, 2, 2)}
DIGIT_LATENTS = {"VAE": (24,), "HVAE, 2 levels": (24, 12), "HVAE, 3 levels": (24, 12, 6)}
COIN_LEVELS, FROZEN_LEVELS = (1, 2, 4), (1, 2, 4, 8, 16)
N_TREES = 100
SHIPPED = {"ring_vae": "VAE", "ring_hvae": "HVAE, 2 levels"}


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def points_of(data: str) -> torch.Tensor:
    """The points on which every rung of the ring, or of the coin, is measured."""
    return TRUTHS[data]().sample(N_POINTS, generator(12345))


def row(data: str, model: str, figure: str, x, log_prob, parameters=0, seconds=0.0, terms=None, weighted=None) -> dict:
    """One rung: its mean log-likelihood or bound on x in nats, and the gap (points) or bits per dimension (digits)."""
    mean, se = mean_and_se(log_prob)
    entry = {
        "data": data,
        "model": model,
        "figure": figure,
        "parameters": parameters,
        "seconds": round(float(seconds), 1),
    }
    entry |= {"nats": mean, "nats_se": se, "terms": terms}
    truth = TRUTHS[data]().log_prob(x) if data in TRUTHS else None
    entry["importance_weighted"] = None if weighted is None else score(weighted, x, truth)[0]
    entry["score"], entry["score_se"] = score(log_prob, x, truth)
    return entry


def trained(
    module, loss, batches, n_steps, learning_rate, decay=0.998, seed=0, evaluate=None, every=125, optimizer=adam
):
    """The averaged network and its CPU seconds; with `evaluate`, the average at the step where that was least."""
    started, best, kept = time.process_time(), float("inf"), None
    records = fit(
        loss, module, batches, generator(seed), n_steps, learning_rate, decay, evaluate, every, optimizer=optimizer
    )
    for record in tqdm(records, total=n_steps, leave=False, file=sys.stderr):
        if record.evaluation is not None and record.evaluation < best:
            best, kept = record.evaluation, copy.deepcopy(record.average)
    return kept or record.average, time.process_time() - started


def count(module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


@torch.no_grad()
def latent_row(data: str, model: str, network, seconds: float, x) -> dict:
    """A VAE's or HVAE's rung: the bound from many draws of the latents, the importance-weighted figure beside it."""
    source = generator(1)
    found = network.terms(x.float(), source, LATENT_DRAWS)
    weighted = network.importance_log_prob(x.float(), source, IMPORTANCE_DRAWS)
    return row(data, model, "bound", x, found.elbo, count(network), seconds, means(found), weighted)


def diffusion_row(data: str, name: str, model: VDM, parameters: int, seconds: float, x) -> dict:
    """A diffusion model's rung: the three terms with the sum over t taken in full."""
    found = model.terms(x, generator(1), progress=lambda t: tqdm(t, leave=False))
    return row(data, name, "bound", x, found.elbo, parameters, seconds, means(found))


def means(terms) -> dict[str, float]:
    """The mean of each part of a bound."""
    return {name: values.mean().item() for name, values in terms.parts.items()}


def over_seeds(make: Callable[[int], dict], seeds) -> dict:
    """The rung of the first seed, with the scores of all seeds beside it."""
    rows = [make(seed) for seed in seeds]
    return {**rows[0], "score_of_seeds": [each["score"] for each in rows]}


def ring_ladder() -> list[dict]:
    """Every rung on the ring: gap in nats."""
    mixture, x, train = ring(), points_of("ring"), ring().sample(8192, generator(7))
    rows = [
        row("ring", "one Gaussian", "exact", x, baselines.fit_gaussian(train)(x), 5),
        row("ring", "fitted mixture, 8 Gaussians", "exact", x, baselines.fit_mixture(train, 8, 0)(x), 47),
    ]
    for model, n_latents in POINT_LATENTS.items():

        def make(seed: int, model=model, n_latents=n_latents) -> dict:
            torch.manual_seed(seed)
            network = hvae.points_hvae(2, n_latents)
            batches = lambda g: mixture.sample(1024, g).float()  # noqa: E731
            network, seconds = trained(network, network.loss, batches, 2000, 8e-3, seed=seed)
            if seed == 0 and model in SHIPPED.values():
                ship(network, "ring", model, 2000, seconds)
            return latent_row("ring", model, network, seconds, x)

        rows.append(over_seeds(make, RING_SEEDS))
    return [*rows, *ring_diffusions(mixture, x)]


def ring_diffusions(mixture, x) -> list[dict]:
    """The diffusion model at the VAE's price, the shipped one, and the exact denoiser."""
    schedule = uniform_log_snr(1000)

    def make(seed: int) -> dict:
        torch.manual_seed(seed)
        network = MLP(width=48)
        batches = lambda g: mixture.sample(1024, g).float()  # noqa: E731
        loss = vdm_for("ring", network, schedule).continuous_loss
        network, seconds = trained(network, loss, batches, 1500, 8e-3, seed=seed)
        model = vdm_for("ring", network, schedule)
        return diffusion_row("ring", "VDM at the VAE's price", model, count(network), seconds, x.float())

    shipped, exact = checkpoint.load("ring"), vdm_for("ring", ExactDenoiser(mixture), schedule)
    size, seconds = count(shipped.model.denoiser), shipped.provenance["seconds"]
    return [
        over_seeds(make, RING_SEEDS),
        diffusion_row("ring", "VDM", shipped.model, size, seconds, x.float()),
        diffusion_row("ring", "VDM, exact denoiser", exact, 0, 0.0, x),
        row("ring", "the truth", "exact", x, mixture.log_prob(x)),
    ]


def coin_ladder() -> list[dict]:
    """Hierarchies on the coin: their encoders learned, or frozen; the same networks, training and points for all."""
    mixture, x = coin(), points_of("coin")
    rows = []
    for n_levels, make in [*((n, learned) for n in COIN_LEVELS), *((n, frozen) for n in FROZEN_LEVELS)]:

        def rung(seed: int, n_levels=n_levels, make=make) -> dict:
            torch.manual_seed(seed)
            network, batches = make(n_levels), lambda g: mixture.sample(512, g).float()
            network, seconds = trained(network, network.loss, batches, 1000, 8e-3, 0.99, seed)
            found = network.terms(x.float(), generator(1), LATENT_DRAWS)
            name = f"{make.__name__}, {n_levels} level{'s' * (n_levels > 1)}"
            return row("coin", name, "bound", x, found.elbo, count(network), seconds, means(found))

        rows.append(over_seeds(rung, COIN_SEEDS))
    return [*rows, row("coin", "the truth", "exact", x, mixture.log_prob(x))]


def learned(n_levels: int) -> HVAE:
    """An HVAE of single numbers whose encoder and decoder are both networks."""
    return hvae.points_hvae(1, (1,) * n_levels, width=32)


def frozen(n_levels: int) -> HVAE:
    """An HVAE whose encoder only fades and blurs: after level l a share alpha_bar of the variance is still signal."""
    alpha_bar = torch.linspace(4, -2, 2 * n_levels + 1)[1::2].sigmoid()
    alpha = torch.cat([alpha_bar[:1], alpha_bar[1:] / alpha_bar[:-1]]).tolist()
    encoders = [FixedStep(each**0.5, 1 - each) for each in alpha]
    return HVAE(encoders, [GaussianNet(1, 1, 32) for _ in alpha])


def digits_ladder() -> list[dict]:
    """Every rung on the digits' test split: bits per dimension."""
    train, validation, test = (digits(split)[0] for split in ("train", "validation", "test"))
    rows = digit_baselines(train, validation, test)
    draw = lambda g: train[torch.randint(len(train), (128,), generator=g)]  # noqa: E731
    for model, n_latents in DIGIT_LATENTS.items():

        def make(seed: int, model=model, n_latents=n_latents) -> dict:
            torch.manual_seed(seed)
            network = hvae.digits_hvae(n_latents)
            evaluate = lambda net: validation_cost(net, validation)  # noqa: E731
            network, seconds = trained(network, network.loss, draw, 2000, 2e-3, seed=seed, evaluate=evaluate)
            if seed == 0 and model != "HVAE, 3 levels":
                ship(network, "digits", model, 2000, seconds)
            return latent_row("digits", model, network, seconds, test)

        rows.append(over_seeds(make, DIGIT_SEEDS))
    rows += [*digit_forests(train, validation, test), digit_network(validation, test)]
    return [*rows, *digit_diffusions(test)]


def digit_baselines(train, validation, test) -> list[dict]:
    """Independent pixels, one dequantised Gaussian, and a mixture of independent pixels chosen on validation."""
    flat = train.flatten(1).double()
    choices = [
        baselines.fit_gaussian(baselines.jitter(flat, generator(2)), ridge) for ridge in (1e-3, 3e-3, 1e-2, 3e-2)
    ]
    gaussian = max(choices, key=lambda law: baselines.dequantised(law, validation, generator(3)).mean().item())
    alone = baselines.fit_pixels(train, 1, generator(4), smoothing=0.5)
    mixtures = {k: baselines.fit_pixels(train, k, generator(4)) for k in (5, 10, 20, 40)}
    k, mixture = max(mixtures.items(), key=lambda pair: pair[1].log_prob(validation).mean().item())
    bound = baselines.dequantised(gaussian, test, generator(3))
    return [
        row("digits", "independent pixels", "exact", test, alone.log_prob(test), 64 * 16),
        row("digits", f"fitted mixture, {k} clusters", "exact", test, mixture.log_prob(test), k * 64 * 16 + k - 1),
        row("digits", "one Gaussian", "bound", test, bound, 64 + 64 * 65 // 2),
    ]


def validation_cost(network, images) -> float:
    """Minus the bound on the validation split, nats: the same draws at every call."""
    source = generator(5)
    return sum(network.loss(images, source).mean().item() for _ in range(8)) / 8


def digit_forests(train, validation, test) -> list[dict]:
    """Autoregressive trees: the order that does best on validation, and the mean of the laws of four orders."""
    started, place = time.process_time(), torch.arange(64).reshape(8, 8)
    orders = [each for ahead in (place.flatten(), place.T.flatten()) for each in (ahead, ahead.flip(0))]
    laws = [baselines.fit_forests(train, order, N_TREES) for order in orders]
    seconds = time.process_time() - started
    found = {s: torch.stack([law.log_prob(validation, s) for law in laws]) for s in (0.05, 0.1, 0.2)}
    smoothing = max(found, key=lambda s: found[s].logsumexp(0).mean().item())
    best = found[smoothing].mean(1).argmax()
    on_test = torch.stack([law.log_prob(test, smoothing) for law in laws])
    mean = on_test.logsumexp(0) - torch.tensor(len(laws)).log()
    return [
        row("digits", "autoregressive trees, one order", "exact", test, on_test[best], seconds=seconds / len(laws)),
        row("digits", "autoregressive trees, four orders", "exact", test, mean, seconds=seconds),
    ]


def digit_network(validation, test) -> dict:
    """The autoregressive network, on the same warped digits as the diffusion model."""

    def make(seed: int) -> dict:
        started = time.process_time()
        torch.manual_seed(seed)
        network, images = PixelNet(), warped_digits.versions_of(PLAN, seed)
        batches = lambda g: warped_digits.places(PLAN, images.shape[1], g)  # noqa: E731
        evaluate = lambda average: -average.log_prob(validation).mean().item()  # noqa: E731

        def loss(batch, generator):
            version, chosen = batch
            return -network.log_prob(images[version, chosen], version > 0)

        network, _ = trained(network, loss, batches, PLAN.n_steps, RATE, DECAY, seed, evaluate, optimizer=muon)
        seconds = time.process_time() - started
        with torch.no_grad():
            found = network.log_prob(test)
        return row("digits", "autoregressive network", "exact", test, found, count(network), seconds)

    return over_seeds(make, DIGIT_SEEDS)


def digit_diffusions(test) -> list[dict]:
    """The diffusion model at the VAE's price, the first one that ships, and the one of lesson 14 with its seeds."""
    cheap, made = warped_digits.train(warped_digits.CHEAP, seed=0)
    rows = [diffusion_row("digits", "VDM at the VAE's price", cheap, count(cheap.denoiser), made["seconds"], test)]
    for name, shipped in (("VDM", "digits"), ("VDM, warped digits", "digits_warped")):
        found = checkpoint.load(shipped)
        size, seconds = count(found.model.denoiser), found.provenance["seconds"]
        rows.append(diffusion_row("digits", name, found.model, size, seconds, test))
    return rows


def ship(network, data: str, model: str, n_steps: int, seconds: float) -> None:
    """Keep a VAE or HVAE among the package's checkpoints."""
    name = f"{data}_{'vae' if model == 'VAE' else 'hvae'}"
    provenance = {"command": "make results", "seed": 0, "steps": n_steps, "seconds": round(seconds)}
    provenance["torch"] = torch.__version__
    checkpoint.save(PACKAGE / "checkpoints" / f"{name}.safetensors", network, None, data, provenance)


def main() -> None:
    torch.set_num_threads(1)
    ladders = {"ring": ring_ladder, "coin": coin_ladder, "digits": digits_ladder}
    wanted, kept = sys.argv[1:] or ladders, json.loads(FILE.read_text(encoding="utf-8"))["rows"]
    found = {name: ladders[name]() for name in wanted}
    rows = [each for name in ladders for each in found.get(name, [old for old in kept if old["data"] == name])]
    text = json.dumps({"command": "make results", "torch": torch.__version__, "rows": rows}, indent=1)
    write_text(FILE, text + "\n")


if __name__ == "__main__":
    main()
