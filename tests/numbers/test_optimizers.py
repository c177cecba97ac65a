"""Muon against the singular value decomposition, and what each optimiser moves."""

import math

import pytest
import torch

from vdm_tutor.denoiser import MLP
from vdm_tutor.optimizers import Muon, adam, muon, nearly_orthogonal


@pytest.mark.parametrize("shape", [(5, 11), (11, 5), (7, 7), (1, 3)])
def test_singular_vectors_stay_and_singular_values_come_near_one(shape, generator):
    matrix = torch.randn(shape, generator=generator, dtype=torch.float64)
    left, values, right = torch.linalg.svd(matrix, full_matrices=False)
    assert len(values) == 1 or values.max() / values.min() > 1.5
    turned = left.T @ nearly_orthogonal(matrix) @ right.T
    torch.testing.assert_close(turned, torch.diag(turned.diag()), atol=1e-12, rtol=0)
    assert 0.65 < turned.diag().min() and turned.diag().max() < 1.25


def test_a_round_is_an_odd_polynomial_of_the_singular_values(generator):
    matrix = torch.randn(3, 5, generator=generator, dtype=torch.float64)
    left, values, right = torch.linalg.svd(matrix / (matrix.norm() + 1e-7), full_matrices=False)
    by_hand = 3.4445 * values - 4.775 * values**3 + 2.0315 * values**5
    torch.testing.assert_close(nearly_orthogonal(matrix, 1), left @ torch.diag(by_hand) @ right)


def test_muon_steps_along_the_averaged_gradient(generator):
    """Two steps by hand: the average, the look ahead, the size 0.2 an entry."""
    weight = torch.randn(3, 5, generator=generator, dtype=torch.float64).requires_grad_()
    optimizer, average, expected = Muon([weight], lr=0.1, momentum=0.9), torch.zeros(3, 5), weight.detach().clone()
    for _ in range(2):
        weight.grad = torch.randn(3, 5, generator=generator, dtype=torch.float64)
        average = 0.9 * average + 0.1 * weight.grad
        step = nearly_orthogonal(0.9 * average + 0.1 * weight.grad)
        expected = expected - 0.1 * 0.2 * math.sqrt(5) * step
        optimizer.step()
        torch.testing.assert_close(weight.detach(), expected)


@pytest.mark.parametrize("make", [adam, muon])
def test_every_weight_is_moved_once(make):
    module = MLP(n_waves=3)
    moved = [weight for each in make(module, 1e-3) for group in each.param_groups for weight in group["params"]]
    assert sorted(map(id, moved)) == sorted(map(id, module.parameters()))


def test_muon_takes_the_matrices_only():
    matrices, others = muon(MLP(), 1e-3)
    assert {weight.ndim for group in matrices.param_groups for weight in group["params"]} == {2}
    assert {weight.ndim for group in others.param_groups for weight in group["params"]} == {1}
    only = torch.nn.Linear(3, 3, bias=False)
    assert [type(each) for each in muon(only, 1e-3)] == [Muon]


def test_a_kernel_moves_as_the_matrix_of_its_outlets(generator):
    kernel = torch.randn(5, 3, 2, 2, generator=generator, dtype=torch.float64)
    gradient, moved = torch.randn(kernel.shape, generator=generator, dtype=torch.float64), []
    for shape in ((5, 3, 2, 2), (5, 12)):
        weight = kernel.reshape(shape).clone().requires_grad_()
        weight.grad = gradient.reshape(shape).clone()
        Muon([weight], lr=0.1).step()
        moved.append(weight.detach())
    assert torch.equal(moved[0].flatten(1), moved[1]) and not torch.equal(moved[0], kernel)
    assert [type(each) for each in muon(torch.nn.Conv2d(3, 5, 3, bias=False), 1e-3)] == [Muon]
