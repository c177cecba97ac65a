"""How weights move: Adam for everything, or Muon, which treats a matrix as a matrix."""

import math
from collections.abc import Iterable

import torch
from jaxtyping import Float
from torch import Tensor, nn

ROUND = (3.4445, -4.775, 2.0315)  # a s + b s^3 + c s^5: five rounds bring s in 0.01..1 to 0.7..1.2


def adam(module: nn.Module, learning_rate: float) -> list[torch.optim.Optimizer]:
    """Adam for every weight."""
    weights = list(module.parameters())
    return [torch.optim.Adam(weights, **_where(weights, learning_rate))]


def muon(module: nn.Module, learning_rate: float) -> list[torch.optim.Optimizer]:
    """Muon for matrices and for kernels of convolutions, Adam with a short memory for all else; one learning rate."""
    matrices = [weight for weight in module.parameters() if weight.ndim in (2, 4)]
    others = [weight for weight in module.parameters() if weight.ndim not in (2, 4)]
    found = [Muon(matrices, _where(matrices, learning_rate)["lr"])] if matrices else []
    memory = {"betas": (0.9, 0.95), "fused": True}
    return found + ([torch.optim.Adam(others, **memory, **_where(others, learning_rate))] if others else [])


def _where(weights: list[Tensor], learning_rate: float) -> dict:
    """The rate, and on CUDA that it and all that the optimiser keeps live on the device, so that a step is recorded."""
    if not weights or not weights[0].is_cuda:
        return {"lr": learning_rate}
    return {"lr": torch.tensor(learning_rate, device=weights[0].device), "capturable": True}


class Muon(torch.optim.Optimizer):
    """Moves a matrix by its averaged gradient with all singular values made nearly one: every direction learns.

    A kernel [outlet, inlet, height, width] is a matrix with a row for each outlet. The step is as large as Adam's would
    be, 0.2 an entry. (torch.optim.Muon computes in bfloat16, which many processors have not: ten times slower there.)
    """

    def __init__(self, matrices: Iterable[Tensor], lr: float | Tensor, momentum: float = 0.9):
        super().__init__(matrices, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self) -> None:
        """Move every matrix once, along its gradient averaged so far and the newest once more (Nesterov)."""
        for group in self.param_groups:
            for matrix in group["params"]:
                average = self.state[matrix].setdefault("average", torch.zeros_like(matrix))
                average.lerp_(matrix.grad, 1 - group["momentum"])
                ahead = matrix.grad.lerp(average, group["momentum"]).flatten(1)
                size = 0.2 * math.sqrt(max(ahead.shape))
                matrix.sub_(group["lr"] * size * nearly_orthogonal(ahead).view_as(matrix))


def nearly_orthogonal(matrix: Float[Tensor, "row column"], n_rounds: int = 5) -> Float[Tensor, "row column"]:
    """The matrix with its singular vectors kept and its singular values brought near one (Newton and Schulz)."""
    wide = matrix if len(matrix) <= matrix.shape[1] else matrix.T
    wide = wide / (wide.norm() + 1e-7)
    a, b, c = ROUND
    for _ in range(n_rounds):
        square = wide @ wide.T
        wide = a * wide + (b * square + c * square @ square) @ wide
    return wide if len(matrix) <= matrix.shape[1] else wide.T
