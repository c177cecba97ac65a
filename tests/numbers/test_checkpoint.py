"""What is saved comes back; what is no checkpoint is named; nothing is half-written."""

import pytest
import torch
from safetensors.torch import save_file

from vdm_tutor.checkpoint import CheckpointError, load, locate, save, shipped
from vdm_tutor.denoiser import MLP, ConvNet
from vdm_tutor.hvae import digits_hvae, points_hvae
from vdm_tutor.likelihood import gaussian_likelihood, levels_likelihood
from vdm_tutor.schedule import uniform_log_snr
from vdm_tutor.whole_file import write_whole

MADE_BY = {"": "python -m vdm_tutor train"} | dict.fromkeys(("vae", "hvae"), "make results")
MADE_BY |= dict.fromkeys(("labels", "classifier"), "python -m experiments.labels")
MADE_BY |= {"warped": "python -m experiments.digits"}
SCHEDULE = {"kind": "uniform_log_snr", "args": {"n_steps": 11, "log_snr_max": 7.0, "log_snr_min": -5.0}}


@pytest.mark.parametrize("data", ["ring", "digits"])
def test_a_saved_diffusion_model_comes_back_whole(data, tmp_path):
    path, net = tmp_path / "deep" / "model.safetensors", MLP(width=17) if data == "ring" else ConvNet(16, n_blocks=1)
    save(path, net, SCHEDULE, data, {"command": "made by hand", "seed": 3})
    for name in (path, path.parent):  # a folder stands for the model in it
        checkpoint = load(name)
        model = checkpoint.model
        assert type(model.denoiser) is type(net) and not model.denoiser.training
        for ours, saved in zip(net.parameters(), model.denoiser.parameters(), strict=True):
            assert torch.equal(ours, saved)
    wanted = ((2,), gaussian_likelihood) if data == "ring" else ((1, 8, 8), levels_likelihood)
    assert (model.shape, model.likelihood) == wanted
    assert checkpoint.data == data and checkpoint.provenance == {"command": "made by hand", "seed": 3}
    torch.testing.assert_close(model.schedule.snr, uniform_log_snr(11, 7.0, -5.0).snr)


@pytest.mark.parametrize("net", [points_hvae(2, (3, 5), 17), digits_hvae((5, 3))], ids=["points", "digits"])
def test_a_saved_hvae_comes_back(net, tmp_path):
    save(str(tmp_path / "model.safetensors"), net, None, "ring" if net.kind == "points_hvae" else "digits", {})
    checkpoint = load(tmp_path)
    assert type(checkpoint.model) is type(net) and not checkpoint.model.training
    pairs = zip(net.state_dict().items(), checkpoint.model.state_dict().items(), strict=True)
    assert all(ours[0] == saved[0] and torch.equal(ours[1], saved[1]) for ours, saved in pairs)


def test_the_waves_of_an_mlp_come_back_with_it(tmp_path, generator):
    net, xt = MLP(n_waves=7), torch.randn(5, 2, generator=generator)
    save(tmp_path / "model.safetensors", net, SCHEDULE, "ring", {})
    torch.testing.assert_close(load(tmp_path).model.denoiser(xt, 0.5), net(xt, 0.5), rtol=0, atol=0)


def test_shipped_checkpoints_load_by_name_and_say_how_they_were_made():
    assert {"digits", "ring"} <= set(shipped())
    for name in shipped():
        checkpoint = load(name)
        assert checkpoint.data == name.split("_")[0]
        kind = name.partition("_")[2]
        assert checkpoint.provenance["command"].startswith(MADE_BY[kind])


def test_what_is_no_checkpoint_is_named_with_the_reason(tmp_path):
    with pytest.raises(CheckpointError, match=r"nowhere: no such file; shipped with the package: digits"):
        locate("nowhere")
    text = tmp_path / "text.safetensors"
    text.write_text("not tensors")
    with pytest.raises(CheckpointError, match=r"text.safetensors: not a safetensors file"):
        load(text)
    foreign = tmp_path / "foreign.safetensors"
    save_file({"a": torch.zeros(3)}, foreign)
    with pytest.raises(CheckpointError, match=r"foreign.safetensors: .* not a checkpoint of VDM Tutor"):
        load(foreign)


def test_unknown_data_are_named(tmp_path):
    save(tmp_path / "model.safetensors", MLP(), SCHEDULE, "faces", {})
    with pytest.raises(CheckpointError, match=r"model.safetensors: no data 'faces' here; there are: ring, moons"):
        load(tmp_path)


def test_an_unknown_network_is_named(tmp_path):
    class Stranger(MLP):
        pass

    save(tmp_path / "model.safetensors", Stranger(), SCHEDULE, "ring", {})
    with pytest.raises(CheckpointError, match=r"model.safetensors: no network 'Stranger' here; there are: MLP"):
        load(tmp_path)


def test_a_failed_write_leaves_the_old_file_and_no_litter(tmp_path):
    path = tmp_path / "kept.txt"
    path.write_text("old")

    def fail(temporary):
        temporary.write_text("half")
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError):
        write_whole(path, fail)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]
    write_whole(path, lambda temporary: temporary.write_text("new"))
    assert path.read_text() == "new" and list(tmp_path.iterdir()) == [path]
