"""The ladder: every model of the course on the same data in the same unit, one table for all lessons.

    ladder("ring")                      the whole ladder
    ladder("digits", ["VAE"])           the baselines, and of the models those whose name begins so

Read from measured/results.json, which `make results` makes again; so no timing and no other machine changes a notebook.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

SCORES = {"ring": ("gap, nats", "gap"), "coin": ("gap, nats", "gap"), "digits": ("bits/dim", "bits_per_dim")}
MODELS = ("VAE", "HVAE", "autoregressive", "VDM")  # the rest are baselines


@dataclass(frozen=True)
class Rung:
    """One model on one data set.

    `score` is the gap to the true density in nats (ring, coin), or bits per dimension (digits): smaller is better;
    `score_se` its standard error over the data, `score_of_seeds` the score of each training seed. `terms` are the
    bound's terms in nats. `figure` says whether the score is exact or a bound.
    """

    data: str
    model: str
    figure: str
    parameters: int
    seconds: float
    nats: float
    nats_se: float
    terms: dict[str, float] | None
    importance_weighted: float | None
    score: float
    score_se: float
    score_of_seeds: tuple[float, ...] = ()


@dataclass(frozen=True)
class Ladder:
    """Rungs of one data set, best last; shown as a table."""

    data: str
    rungs: tuple[Rung, ...]

    def __getitem__(self, model: str) -> Rung:
        for rung in self.rungs:
            if rung.model == model:
                return rung
        raise KeyError(f"no model {model!r} here; there are: {', '.join(rung.model for rung in self.rungs)}")

    def __repr__(self) -> str:
        return f"Ladder({self.data}, {len(self.rungs)} rungs)"

    def _repr_markdown_(self) -> str:
        head = ["model", "figure", "parameters", "training, s", "nats", SCORES[self.data][0], "over seeds"]
        lines = [head, ["---", "---", "--:", "--:", "--:", "--:", "--:"], *map(cells, self.rungs)]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def ladder(data: str, models: tuple[str, ...] | list[str] = MODELS) -> Ladder:
    """The baselines of "ring", "coin" or "digits", and the models whose names begin with one of `models`."""
    if data not in SCORES:
        raise ValueError(f"no ladder for {data!r}: choose one of {', '.join(SCORES)}")
    wanted = [rung for rung in rungs() if rung.data == data and is_wanted(rung.model, tuple(models))]
    return Ladder(data, tuple(sorted(wanted, key=lambda rung: -rung.score)))


def is_wanted(model: str, models: tuple[str, ...]) -> bool:
    """Whether a rung is a baseline, or one of the models asked for."""
    return model.startswith(models) or not model.startswith(MODELS)


@cache
def rungs() -> tuple[Rung, ...]:
    """All rungs of results.json, in its order."""
    source = json.loads((files("vdm_tutor") / "measured" / "results.json").read_text(encoding="utf-8"))
    rows = [{**row, "score_of_seeds": tuple(row.get("score_of_seeds", ()))} for row in source["rows"]]
    return tuple(Rung(**row) for row in rows)


def cells(rung: Rung) -> list[str]:
    """A rung as the cells of a table: three digits after the point, the standard error behind the score."""
    seeds = rung.score_of_seeds
    spread = f"{min(seeds):.3f} to {max(seeds):.3f} ({len(seeds)})" if seeds else ""
    score = f"{rung.score:.3f} ± {rung.score_se:.3f}"
    weighted = f" ({rung.importance_weighted:.3f} importance-weighted)" if rung.importance_weighted is not None else ""
    trained = f"{rung.seconds:.0f}" if rung.seconds else ""
    size = f"{rung.parameters:,}" if rung.parameters else ""
    return [rung.model, rung.figure, size, trained, f"{rung.nats:.2f}", score + weighted, spread]
