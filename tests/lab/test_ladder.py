"""The ladder is whole, honest about what each figure is, and agrees with the files that it speaks of."""

import itertools
import math

import pytest

from vdm_tutor import checkpoint
from vdm_tutor.lab.ladder import Ladder, Rung, cells, ladder, rungs

EXPECTED = {
    "ring": {"one Gaussian", "fitted mixture, 8 Gaussians", "VAE", "HVAE, 2 levels", "HVAE, 3 levels", "VDM"}
    | {"VDM at the VAE's price", "VDM, exact denoiser", "the truth"},
    "coin": {"learned, 1 level", "learned, 2 levels", "learned, 4 levels", "frozen, 1 level", "the truth"}
    | {f"frozen, {n_levels} levels" for n_levels in (2, 4, 8, 16)},
    "digits": {"independent pixels", "one Gaussian", "VAE", "HVAE, 2 levels", "HVAE, 3 levels", "VDM"}
    | {"VDM at the VAE's price", "VDM, warped digits"}
    | {"autoregressive network", *(f"autoregressive trees, {n}" for n in ("one order", "four orders"))},
}


@pytest.mark.parametrize("data", EXPECTED)
def test_every_rung_is_there(data):
    models = {rung.model for rung in ladder(data).rungs}
    assert models >= EXPECTED[data]
    assert len(models) == len(ladder(data).rungs)


@pytest.mark.parametrize("rung", rungs(), ids=lambda rung: f"{rung.data}-{rung.model}")
def test_terms_add_up_to_the_bound_and_the_bound_to_the_score(rung):
    if rung.terms:
        costs = sum(value for name, value in rung.terms.items() if name != "recon")
        assert rung.terms["recon"] - costs == pytest.approx(rung.nats, abs=2e-3)
    if rung.data == "digits":
        assert rung.score == pytest.approx(-rung.nats / (64 * math.log(2)), rel=1e-6)
    else:
        assert rung.score == pytest.approx(ladder(rung.data)["the truth"].nats - rung.nats, abs=1e-5)
    assert 0 <= rung.score_se < 0.05


@pytest.mark.parametrize("rung", [*ladder("ring").rungs, *ladder("coin").rungs], ids=lambda rung: rung.model)
def test_nothing_is_better_than_the_truth(rung):
    assert rung.score >= -4 * rung.score_se


def test_importance_weighting_is_never_worse_than_its_bound():
    weighted = [rung for rung in rungs() if rung.importance_weighted is not None]
    assert len(weighted) == 6 and all(rung.importance_weighted < rung.score for rung in weighted)


def test_the_issue_of_the_budget():
    """The diffusion model at the VAE's price really has no more parameters and no more seconds."""
    for data in ("ring", "digits"):
        cheap, vae = ladder(data)["VDM at the VAE's price"], ladder(data)["VAE"]
        assert cheap.parameters <= vae.parameters and cheap.seconds <= 1.05 * vae.seconds
        assert vae.seconds < 180


def test_a_frozen_encoder_trains_alike_from_every_seed():
    """What lesson 03 says of the coin: more levels cost less up to eight, and the seeds agree."""
    frozen = [ladder("coin")[f"frozen, {n} level{'s' * (n > 1)}"].score_of_seeds for n in (1, 2, 4, 8)]
    assert all(min(few) > max(more) for few, more in itertools.pairwise(frozen))
    assert all(max(seeds) - min(seeds) < 0.03 for seeds in frozen)
    assert max(ladder("coin")["learned, 4 levels"].score_of_seeds) > 3 * max(frozen[3])


def test_the_goals_on_digits():
    assert ladder("digits")["VAE"].score <= 2.15
    assert ladder("digits")["HVAE, 2 levels"].score <= 2.10
    assert ladder("digits")["VDM"].score <= 1.95
    trees = ladder("digits")["autoregressive trees, four orders"].score
    assert ladder("digits")["VDM, warped digits"].score < ladder("digits")["VDM at the VAE's price"].score < trees


def test_what_lesson_14_says_of_the_autoregressive_network():
    network, diffusion = ladder("digits")["autoregressive network"], ladder("digits")["VDM, warped digits"]
    assert network.figure == "exact" and 10 * network.seconds < diffusion.seconds
    assert max(network.score_of_seeds) < diffusion.score


@pytest.mark.parametrize("name", ["ring_vae", "ring_hvae", "digits_vae", "digits_hvae"])
def test_the_shipped_networks_are_the_rungs(name):
    """Size and a few terms: the file that ships is the network that was measured."""
    data, kind = name.split("_")
    rung = ladder(data)["VAE" if kind == "vae" else "HVAE, 2 levels"]
    shipped = checkpoint.load(name)
    assert sum(parameter.numel() for parameter in shipped.model.parameters()) == rung.parameters
    assert shipped.provenance["command"] == "make results"


@pytest.mark.parametrize("name", ["ring_vae", "digits_vae"])
def test_a_shipped_vae_measures_as_its_rung_says(name):
    import torch

    from vdm_tutor.data import digits, ring

    data = name.split("_")[0]
    x = ring().sample(12_288, torch.Generator().manual_seed(12345)) if data == "ring" else digits("test")[0]
    elbo = checkpoint.load(name).model.terms(x.float(), torch.Generator().manual_seed(2)).elbo
    assert elbo.mean().item() == pytest.approx(ladder(data)["VAE"].nats, abs=0.1 if data == "ring" else 0.5)


def test_the_table_grows_with_the_lessons():
    early, late = ladder("digits", ["VAE"]), ladder("digits")
    assert {"VAE", "independent pixels"} <= {rung.model for rung in early.rungs}
    assert not any(rung.model.startswith(("HVAE", "VDM")) for rung in early.rungs)
    assert len(early.rungs) < len(late.rungs)
    assert [rung.score for rung in late.rungs] == sorted((rung.score for rung in late.rungs), reverse=True)


def test_a_rung_in_the_table():
    rung = Rung("ring", "VAE", "bound", 1234, 9.6, -1.25, 0.02, {}, 0.4, 0.58, 0.007, (0.55, 0.6))
    expected = ["VAE", "bound", "1,234", "10", "-1.25", "0.580 ± 0.007 (0.400 importance-weighted)"]
    assert cells(rung) == [*expected, "0.550 to 0.600 (2)"]
    table = Ladder("ring", (rung,))._repr_markdown_().splitlines()
    assert table[0].count("|") == table[1].count("|") == table[2].count("|") == 8


def test_asking_for_what_is_not_there():
    with pytest.raises(ValueError, match="no ladder for 'moons': choose one of ring, coin, digits"):
        ladder("moons")
    with pytest.raises(KeyError, match="no model 'GAN' here; there are: "):
        ladder("ring")["GAN"]
