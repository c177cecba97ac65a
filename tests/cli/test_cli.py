"""The commands do what their help says, and their errors are sentences that a person can act on."""

import io
import json
import os
import random
import shutil
import signal

import pytest
import torch

from vdm_tutor.checkpoint import load
from vdm_tutor.cli import UserError, main
from vdm_tutor.cli.run_folder import RunFolder
from vdm_tutor.cli.train import machine, recipe_for


def call(capsys, *argv) -> tuple[int, str, str]:
    code = main([str(word) for word in argv])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ring")
    assert main(["train", "--data", "ring", "--steps", "60", "--out", str(folder)]) == 0
    return folder


def test_train_leaves_a_model_that_says_how_it_was_made(trained):
    provenance = load(trained).provenance
    assert provenance["command"] == "python -m vdm_tutor train --data ring --steps 60 --seed 0 --out runs/ring"
    assert {path.name for path in trained.iterdir()} == {"model.safetensors", "state.pt"}


def same_model(*folders) -> bool:
    ours, theirs = (load(folder).model.denoiser.parameters() for folder in folders)
    return all(torch.equal(*pair) for pair in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("sent, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_and_resumed_is_the_same_model(sent, code, trained, tmp_path, monkeypatch, capsys):
    words = ["train", "--data", "ring", "--steps", "60", "--out", tmp_path]
    with monkeypatch.context() as patch:
        patch.setattr("vdm_tutor.train.fit", signalled_at(40, sent))
        found, out, err = call(capsys, *words)
    way_on = f"the state of step 40 is in {tmp_path}/state.pt, go on with: "
    command = f"python -m vdm_tutor train --data ring --steps 60 --seed 0 --out {tmp_path} --resume"
    assert (found, out) == (code, "") and err.splitlines()[-1] == f"stopped: {way_on}{command}"
    assert [path.name for path in tmp_path.iterdir()] == ["state.pt"]
    assert call(capsys, *words, "--resume")[0] == 0
    assert same_model(trained, tmp_path)
    code, _, err = call(capsys, *words, "--resume")
    assert code == 2 and "finished at step 60" in err


def signalled_at(step, sent):
    from vdm_tutor.train import fit

    def signalled(*args, **options):
        for record in fit(*args, **options):
            if record.step == step:
                os.kill(os.getpid(), sent)
            yield record

    return signalled


@pytest.mark.parametrize("loss", ["missing", "damaged"])
def test_a_lost_model_is_made_of_the_last_state(loss, trained, tmp_path, capsys):
    folder = shutil.copytree(trained, tmp_path / "copy")
    model = folder / "model.safetensors"
    model.unlink() if loss == "missing" else model.write_bytes(model.read_bytes()[:-5])
    code, out, _ = call(capsys, "train", "--data", "ring", "--steps", "60", "--out", folder, "--resume", "--json")
    assert code == 0 and json.loads(out)["steps"] == 60 and same_model(trained, folder)


def test_a_run_is_not_written_over_nor_joined_by_another(trained, tmp_path, capsys):
    words = ["train", "--data", "moons", "--steps", "60", "--out"]
    code, _, err = call(capsys, *words, trained)
    assert code == 2 and "holds a run already (state.pt and model.safetensors). --resume goes on with it" in err
    with RunFolder(tmp_path, {}).held():
        code, _, err = call(capsys, *words, tmp_path)
    assert code == 2 and "another run is at work in this folder" in err and not list(tmp_path.iterdir())


def test_a_flipped_byte_in_a_state_is_noticed_or_does_no_harm(trained, tmp_path):
    rng, whole = random.Random(0), (trained / "state.pt").read_bytes()
    folder, noticed = RunFolder(tmp_path, {"data": "ring", "steps": 60, "seed": 0}), 0
    folder.state.write_bytes(whole)
    plain = as_bytes(folder.read_state())
    for _ in range(100):
        place, bit = rng.randrange(len(whole)), 1 << rng.randrange(8)
        folder.state.write_bytes(whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :])
        try:
            assert as_bytes(folder.read_state()) == plain
        except UserError as error:
            noticed += "damaged" in str(error)
    assert noticed > 80


def as_bytes(state) -> bytes:
    buffer = io.BytesIO()
    torch.save(state, buffer)
    return buffer.getvalue()


def test_a_resumed_run_gets_its_threads_back_and_a_note_says_what_else_differs(capsys):
    recipe = recipe_for("digits", None)
    threads = torch.get_num_threads()
    here = machine(recipe, "cpu", None)
    machine(recipe, "cpu", here | {"threads": threads + 1})
    assert torch.get_num_threads() == threads + 1 and not capsys.readouterr().err
    machine(recipe, "cpu", here | {"torch": "1.0"})
    assert torch.get_num_threads() == threads
    assert "note: begun on cpu" in (err := capsys.readouterr().err) and "torch 1.0, resumed on cpu" in err


def test_evaluate_puts_the_truth_beside_the_terms(trained, capsys, monkeypatch):
    code, out, _ = call(capsys, "evaluate", trained, "--json")
    figures = json.loads(out)
    assert code == 0
    for name in ("recon", "prior_kl", "denoise_kl", "elbo", "true_log_likelihood", "gap", "bits_per_dim"):
        assert name in figures and f"{name}_se" in figures
    assert figures["bits_per_dim"] is None
    assert figures["elbo"] == pytest.approx(figures["recon"] - figures["prior_kl"] - figures["denoise_kl"], abs=1e-4)
    assert figures["gap"] == pytest.approx(figures["true_log_likelihood"] - figures["elbo"], abs=1e-4)
    assert figures["true_log_likelihood"] == pytest.approx(-0.6727, abs=5 * figures["true_log_likelihood_se"])
    assert figures["exact_denoiser_gap_se"] < 0.01
    assert figures["gap"] > 1 > figures["exact_denoiser_gap"]  # 60 steps are not training
    monkeypatch.setattr("vdm_tutor.cli.evaluate.N_POINTS", {"quick": 97})
    code, out, _ = call(capsys, "evaluate", trained)
    assert code == 0 and "exact_denoiser_gap" in out and "bits_per_dim" not in out


def test_evaluate_digits_quickly(capsys, monkeypatch):
    monkeypatch.setattr("vdm_tutor.cli.evaluate.QUICK_DRAWS", 8)
    code, out, _ = call(capsys, "evaluate", "digits", "--json")
    figures = json.loads(out)
    assert code == 0 and figures["n_examples"] == 447
    assert figures["true_log_likelihood"] is None and figures["gap"] is None
    assert figures["bits_per_dim"] < 1.95 + 3 * figures["bits_per_dim_se"] and figures["bits_per_dim_se"] < 0.05


@pytest.mark.parametrize("name, levels", [("ring_hvae", 2), ("digits_vae", 1)])
def test_evaluate_tells_what_each_level_of_a_vae_costs(name, levels, capsys, monkeypatch):
    monkeypatch.setattr("vdm_tutor.cli.evaluate.N_POINTS", {"quick": 4001})
    monkeypatch.setattr("vdm_tutor.cli.evaluate.IMPORTANCE_DRAWS", 16)
    code, out, _ = call(capsys, "evaluate", name, "--json")
    figures = json.loads(out)
    rates = [figures[f"rate_{level + 1}"] for level in range(levels)]
    assert code == 0 and f"rate_{levels + 1}" not in figures and figures["schedule"] is None
    assert figures["elbo"] == pytest.approx(figures["recon"] - sum(rates), abs=1e-3)
    assert figures["elbo"] < figures["importance_weighted"]
    if name == "digits_vae":
        assert figures["bits_per_dim"] < 2.15 and figures["gap"] is None
    else:
        assert figures["gap"] == pytest.approx(figures["true_log_likelihood"] - figures["elbo"], abs=1e-4)
    code, out, _ = call(capsys, "evaluate", name)
    assert code == 0 and "rate_1" in out and "None" not in out


@pytest.mark.parametrize("name", ["ring", "digits", "ring_hvae", "digits_vae"])
def test_sample_writes_a_picture_whole(name, tmp_path, capsys):
    import matplotlib.image

    path = tmp_path / "new" / "picture.png"
    code, out, _ = call(capsys, "sample", name, "--out", path, "--n", 7)
    assert code == 0 and out.strip() == str(path)
    picture = matplotlib.image.imread(path)
    assert picture.shape[0] > 50 and picture.std() > 0.02
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["train", "--data", "rings", "--out", "{}/x"], "no data set 'rings'; there are: ring, moons, spiral"),
        (["train", "--data", "ring", "--steps", "0", "--out", "{}/x"], "--steps: '0' is not a whole number from 1 to"),
        (["train", "--data", "ring", "--out", "{}/x", "--resume"], "nothing to resume; run without --resume"),
        (["train", "--data", "ring", "--out", "{}/text"], "text: cannot be written as a folder"),
        (["evaluate", "{}/missing"], "missing: no such file; shipped with the package: digits, digits_classifier, "),
        (["evaluate", "{}/text"], "text: not a safetensors file"),
        (["evaluate", "ring_classifier"], "ring_classifier: a classifier p(y|x_t) for guidance; it has no bound"),
        (["sample", "digits_classifier", "--out", "{}/x.png"], "digits_classifier: a classifier p(y|x_t) for"),
        (["sample", "ring", "--out", "{}/picture.jpg"], "give a name that ends in .png"),
        (["sample", "ring", "--n", "2", "--out", "{}/text/picture.png"], "cannot be written"),
    ],
)
def test_mistakes_get_one_sentence(words, message, tmp_path, capsys):
    (tmp_path / "text").write_text("hello")
    code, _, err = call(capsys, *(word.format(tmp_path) for word in words))
    assert code == 2 and message in err and "Traceback" not in err


@pytest.mark.skipif(torch.cuda.is_available(), reason="CUDA is here")
def test_no_cuda_says_what_was_found(tmp_path, capsys):
    code, _, err = call(capsys, "train", "--data", "ring", "--device", "cuda", "--out", tmp_path)
    assert code == 2 and "no CUDA device: torch" in err and "use cpu" in err


def test_other_settings_and_foreign_states_are_refused(trained, tmp_path, capsys):
    code, _, err = call(capsys, "train", "--data", "ring", "--steps", "70", "--out", trained, "--resume")
    assert code == 2 and "--steps 60" in err and "resume with the same" in err
    (tmp_path / "state.pt").write_text("hello")
    code, _, err = call(capsys, "train", "--data", "ring", "--out", tmp_path, "--resume")
    assert code == 2 and "state.pt: not a state of this command" in err


def test_a_diverged_training_says_at_which_step(tmp_path, capsys, monkeypatch):
    from vdm_tutor.vdm import VDM

    monkeypatch.setattr(VDM, "continuous_loss", lambda self, x0, g: self.denoiser(x0, 0.0).sum(1) * float("nan"))
    code, _, err = call(capsys, "train", "--data", "ring", "--steps", "5", "--out", tmp_path)
    assert code == 2 and "nan at step 1" in err and not (tmp_path / "model.safetensors").exists()


def test_the_package_alone_needs_no_jupyter(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr("vdm_tutor.cli.doctor.kernel_problems", lambda: ["JupyterLab is missing"])
    assert "JupyterLab is missing" in call(capsys, "doctor")[1]
    monkeypatch.setattr("vdm_tutor.lab.server.LESSONS", tmp_path / "notebooks")
    said = call(capsys, "doctor")[1]
    assert "JupyterLab is missing" not in said and "the package alone" in said
