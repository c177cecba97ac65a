"""A training step and a sampling step ask the host for nothing: they could be captured where the model lives."""

import pytest
import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from vdm_tutor.data import digits, ring
from vdm_tutor.denoiser import MLP, ConvNet, ExactDenoiser
from vdm_tutor.hvae import digits_hvae, points_hvae
from vdm_tutor.optimizers import muon
from vdm_tutor.sample import annealed_langevin, ddim, heun, last, prior_noise, reverse_sde
from vdm_tutor.schedule import LearnedSchedule, uniform_log_snr
from vdm_tutor.train import training_step
from vdm_tutor.vdm import vdm_for

ASKING = {"_local_scalar_dense", "equal", "is_nonzero", "nonzero", "masked_select", "_unique2"}
LEAVING = {"cpu", "cuda", "numpy", "tolist", "item"}
SCHEDULE = uniform_log_snr(7, 8.0)


class Questions(TorchDispatchMode):
    """Refuses every operation whose answer the host has to wait for."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        name = func.overloadpacket.__name__
        by_mask = name == "index" and any(each is not None and each.dtype == torch.bool for each in args[1])
        assert name not in ASKING and not by_mask, f"the host is asked: {func}"
        return func(*args, **kwargs or {})


class Copies(TorchFunctionMode):
    """Refuses what moves values between host and device; on a CPU such a move cannot be seen in the result."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        name = getattr(func, "__name__", "")
        assert name not in LEAVING, f"values go to the host: {name}"
        constant = func in (torch.tensor, torch.as_tensor) and not isinstance(args[0], torch.Tensor)
        assert not constant, "a constant comes from the host"
        return func(*args, **kwargs or {})


@pytest.fixture
def nothing_is_asked():
    with Questions(), Copies():
        yield


def network_of(kind: str):
    torch.manual_seed(0)
    made = {"MLP": MLP, "ConvNet": lambda: ConvNet(16, 1), "points": points_hvae, "digits": lambda: digits_hvae((5, 3))}
    return made[kind]()


@pytest.mark.parametrize("loss", ["loss", "continuous_loss", "shared_loss"])
@pytest.mark.parametrize("kind", ["MLP", "ConvNet"])
def test_a_diffusion_models_training_step(kind, loss, generator, request):
    network, data = network_of(kind), "ring" if kind == "MLP" else "digits"
    model, optimizer = vdm_for(data, network, SCHEDULE), torch.optim.SGD(network.parameters(), lr=1e-4)
    mixture, images = ring(), digits("train")[0][:5]
    request.getfixturevalue("nothing_is_asked")
    batch = mixture.sample(5, generator).float() if kind == "MLP" else images
    training_step(getattr(model, loss), network, batch, generator, [optimizer])


def test_a_step_of_muon(generator, request):
    network, batch = MLP(n_waves=3), ring().sample(5, generator).float()
    model, optimizers = vdm_for("ring", network, SCHEDULE), muon(network, 1e-3)
    request.getfixturevalue("nothing_is_asked")
    training_step(model.shared_loss, network, batch, generator, optimizers)


@pytest.mark.parametrize("kind", ["points", "digits"])
def test_a_vaes_training_step(kind, generator, request):
    network = network_of(kind)
    batch = ring().sample(5, generator).float() if kind == "points" else digits("train")[0][:5]
    optimizer = torch.optim.SGD(network.parameters(), lr=1e-4)
    request.getfixturevalue("nothing_is_asked")
    training_step(network.loss, network, batch, generator, [optimizer])


@pytest.mark.parametrize("kind", ["MLP", "ConvNet", "exact"])
def test_sampling(kind, generator, request):
    data = "digits" if kind == "ConvNet" else "ring"
    model = vdm_for(data, ExactDenoiser(ring()) if kind == "exact" else network_of(kind).eval(), SCHEDULE)
    request.getfixturevalue("nothing_is_asked")
    model.sample(3, generator)
    xt = prior_noise(3, model.shape, generator)
    for walk in (heun, ddim):
        last(walk(model.denoiser, SCHEDULE, xt))
    for walk in (annealed_langevin, reverse_sde):
        last(walk(model.denoiser, SCHEDULE, xt, generator))


@pytest.mark.parametrize("kind", ["points", "digits"])
def test_sampling_a_vae(kind, generator, request):
    network = network_of(kind).eval()
    request.getfixturevalue("nothing_is_asked")
    network.sample(3, generator)


def test_a_learned_schedule(generator, request):
    learned, time = LearnedSchedule(), torch.rand(5, generator=generator)
    request.getfixturevalue("nothing_is_asked")
    learned(time).sum().backward()


@pytest.mark.parametrize(
    "question",
    [
        lambda x: x.sum().item(),
        lambda x: 1 if x.sum() > 0 else 0,
        lambda x: float(x[0]),
        lambda x: x.cpu(),
        lambda x: x[x > 0],
        lambda x: x.tolist(),
        lambda x: torch.equal(x, x),
        lambda x: x * torch.tensor(2.0),
        lambda x: torch.full((2,), x.sum()),
    ],
)
def test_a_planted_question_is_caught(question):
    x = torch.ones(3)
    with pytest.raises(AssertionError, match="host"), Questions(), Copies():
        question(x)
