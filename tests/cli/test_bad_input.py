"""Whatever is typed, and whatever is in a file: one sentence and a fitting exit code, JSON where it was asked for.

`pytest tests/cli/test_bad_input.py --full` tries ten thousand of each.
"""

import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from vdm_tutor.checkpoint import CheckpointError, load, save
from vdm_tutor.cli import main
from vdm_tutor.denoiser import MLP

ROOT = Path(__file__).parents[2]
SCHEDULE = {"kind": "uniform_log_snr", "args": {"n_steps": 3, "log_snr_max": 7.0, "log_snr_min": -5.0}}
HOSTILE = ["", " ", "-", "--", "0", "-1", "1", "²", "٣", "1.5", "1e9", "nan", "9" * 30, "9" * 5000, "[]", "%s", "\0"]
HOSTILE += ["é ∀ 𝒩", "\udcff", "a/b", "../x", "/proc", "/dev/null", "/dev/zero", "--json", "--seed", "ring", "x" * 300]
SIZES = [
    0,
    -1,
    1,
    3,
    1025,
    10**6,
    10**18,
    10**400,
    0.5,
    1e308,
    -1e-9,
    True,
    None,
    "3",
    "",
    [],
    [2],
    [2] * 2000,
    {},
    {"a": 1},
]


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """A checkpoint that is quickly evaluated and sampled, and a place to write to."""
    folder = tmp_path_factory.mktemp("good")
    save(folder / "model.safetensors", MLP(width=3, depth=1), SCHEDULE, "ring", {"command": "made by hand"})
    return folder


@pytest.fixture
def n_trials(request):
    return 10_000 if request.config.getoption("--full") else 150


def ends_well(capsys, words, code: int | None = None) -> str:
    """The sentence, or nothing: no exception, at most one sentence on stderr, JSON if it was asked for."""
    found = main(words)
    out, err = capsys.readouterr()
    assert found in (0, 1, 2) if code is None else found == code, (words, err)
    sentences = [line for line in err.splitlines() if line.startswith("error: ")]
    assert "Traceback" not in err and len(sentences) == (found == 2), (words, err)
    if "--json" in words and not {"-h", "--help", "--version"} & set(words):
        assert json.loads(out)
    return "".join(sentences)


def test_no_words_end_in_a_traceback_nor_write_over_anything(good, tmp_path, n_trials, capsys, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")  # so that "../x" stays within
    monkeypatch.setattr("vdm_tutor.cli.evaluate.N_POINTS", {"quick": 5, "exact": 5})
    monkeypatch.setattr("vdm_tutor.cli.evaluate.QUICK_DRAWS", 2)
    before, rng = (good / "model.safetensors").read_bytes(), random.Random(20)
    whole = {
        ("train", "--data", "ring", "--steps", "2", "--out", "run"): ["--data", "--steps", "--device", "--resume"],
        ("evaluate", str(good)): ["--split", "--exact"],
        ("sample", str(good), "--out", "picture.png"): ["--out", "--n"],
        ("equations", "--number", "81"): ["--number"],
        ("doctor",): ["--number"],
        ("classroom", str(good)): ["--number"],
        (): ["--version", "--help", "train"],
    }
    codes = Counter()
    for _ in range(n_trials):
        words = list(rng.choice(list(whole)))
        options = [*whole[tuple(words)], "--seed", "--json", "--json"]
        if words and rng.random() < 0.3:
            words[rng.randrange(len(words))] = rng.choice(HOSTILE)
        for word in rng.sample(options, rng.randint(0, 3)):
            words += [word, *([rng.choice(HOSTILE)] if word != "--json" and rng.random() < 0.7 else [])]
        if "equations" not in words or "--number" in words:  # not the whole ledger
            codes[ends_well(capsys, words) == "", "--json" in words] += 1
    assert len(codes) == 4 and all(count > n_trials / 30 for count in codes.values())
    assert (good / "model.safetensors").read_bytes() == before
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(".")]


def changed(rng, tree):
    """The tree with one node changed: replaced, dropped or added."""
    if isinstance(tree, dict) and tree and rng.random() < 0.8:
        key = rng.choice(list(tree))
        how = rng.choice(["drop", "add", "inside", "inside", "inside"])
        if how == "inside":
            return tree | {key: changed(rng, tree[key])}
        return {k: v for k, v in tree.items() if k != key} if how == "drop" else tree | {rng.choice(HOSTILE): 1}
    return rng.choice([*SIZES, *HOSTILE, float("nan"), float("-inf")])


def test_no_description_of_a_checkpoint_ends_in_anything_but_a_sentence(good, tmp_path, n_trials):
    rng, path, loaded = random.Random(21), tmp_path / "model.safetensors", 0
    from safetensors import safe_open

    with safe_open(good / "model.safetensors", "pt") as file:
        config = json.loads(file.metadata()["config"])
        weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    for _ in range(n_trials):
        text = json.dumps(changed(rng, config))
        text = text if rng.random() < 0.9 else text[: rng.randrange(len(text))] + rng.choice(["", "[" * 100_000])
        save_file(weights, path, {"format": "vdm_tutor/1", "config": text})
        loaded += loads_or_refuses(path)
    assert loaded < n_trials / 2  # what is left: another command, another seed, the same number


@pytest.mark.parametrize("size", [1025, 10**6, 10**18, 10**400])
def test_sizes_are_refused_before_they_are_tried(size, tmp_path, monkeypatch):
    net = MLP(width=3, depth=1)
    monkeypatch.setattr("vdm_tutor.checkpoint._build", None)
    for name in net.args:
        net.args = MLP(width=3, depth=1).args | {name: size}
        save(tmp_path / "model.safetensors", net, SCHEDULE, "ring", {})
        with pytest.raises(CheckpointError, match="description of the model is damaged"):
            load(tmp_path)


def loads_or_refuses(path) -> bool:
    try:
        load(path)
    except CheckpointError as error:
        assert str(error).startswith(f"{path}: ")
        return False
    return True


def test_no_weights_end_in_anything_but_a_sentence(good, tmp_path, n_trials):
    rng, path = random.Random(22), tmp_path / "model.safetensors"
    from safetensors import safe_open

    with safe_open(good / "model.safetensors", "pt") as file:
        metadata = file.metadata()
        weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    changes = [
        lambda w: w.double(), lambda w: w.half(), lambda w: w.int(), lambda w: w[None], lambda w: w[:0],
        lambda w: w * torch.nan, lambda w: w / 0, lambda w: torch.zeros(7),
    ]  # fmt: skip
    for _ in range(n_trials):
        name = rng.choice([*weights, "another"])
        few = {key: value for key, value in weights.items() if key != name}
        more = few | {name: rng.choice(changes)(weights.get(name, torch.ones(1)))}
        save_file(rng.choice([few, more, more]) if name != "another" else more, path, metadata)
        assert not loads_or_refuses(path)


def changed_state(rng, tree):
    """A state with one leaf or branch changed, tensors to other shapes, types and values."""
    if isinstance(tree, dict | list) and tree and rng.random() < 0.9:
        keys = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
        key, tree = rng.choice(keys), tree.copy()
        if rng.random() < 0.1:
            del tree[key]
        else:
            tree[key] = changed_state(rng, tree[key])
        return tree
    odd = [torch.zeros(0), torch.zeros(7), torch.full((2, 2), torch.nan), torch.zeros(3, dtype=torch.uint8)]
    if isinstance(tree, torch.Tensor) and rng.random() < 0.7:
        odd = [tree.double(), tree.int(), tree[None], tree * torch.nan, tree.flatten()[:-1], tree.byte(), tree / 0]
        return rng.choice(odd)
    return rng.choice([*SIZES, *HOSTILE, *odd, float("nan"), float("-inf")])


def test_no_state_ends_in_anything_but_a_sentence(tmp_path, n_trials, capsys):
    """Its bytes are whole, its parts are not what they should be; before the last step, and when all steps are done."""
    train = ["train", "--data", "ring", "--steps", "2", "--out", str(tmp_path)]
    assert main(train) == 0
    model, place, rng, ended = tmp_path / "model.safetensors", tmp_path / "state.pt", random.Random(24), Counter()
    whole = torch.load(place, weights_only=True)
    for trial in range(n_trials):
        model.unlink(missing_ok=True)
        torch.save(changed_state(rng, whole | {"step": 1 + trial % 2}), place)
        ended[ends_well(capsys, [*train, "--resume"]) == ""] += 1
        assert {path.name for path in tmp_path.iterdir()} <= {"model.safetensors", "state.pt"}
        assert not model.exists() or load(tmp_path)
    assert min(ended[True], ended[False]) > n_trials / 20


@pytest.mark.parametrize("file", ["model.safetensors", "state.pt"])
def test_no_bytes_end_in_anything_but_a_sentence(file, good, tmp_path, n_trials, capsys):
    train = ["train", "--data", "ring", "--steps", "1", "--out", str(tmp_path / "run")]
    assert main(train) == 0
    (tmp_path / "run/model.safetensors").unlink()  # so that each state that is read is also used
    path, rng = (good if file == "model.safetensors" else tmp_path / "run") / file, random.Random(23)
    whole = path.read_bytes()
    place = tmp_path / "bytes"
    place.mkdir()
    for _ in range(n_trials // 3):
        start, end = sorted(rng.sample(range(len(whole)), 2))
        start = min(start, rng.choice([len(whole), 200]))  # half of them in the header
        text = rng.choice(
            [whole[:start], whole[start:], whole[:start] + rng.randbytes(rng.choice([1, 9])) + whole[end:]]
        )
        (place / file).write_bytes(text)
        if file == "state.pt":
            ends_well(capsys, [*train[:-1], str(place), "--resume"])
            (place / "model.safetensors").unlink(missing_ok=True)
        else:
            loads_or_refuses(place / file)


@pytest.mark.parametrize(
    "words, message",
    [
        ("equations --number=", "no equation ''"),
        ("equations --number ²", "no equation '²'"),
        ("sample {} --out x.png --n 0", "--n: '0' is not a whole number from 1 to 100000"),
        ("sample digits --out x.png --n 1001", "at most 1000 digits"),
        ("sample {} --out=", "--out: a name is needed"),
        ("sample {} --out folder.png", "folder.png: cannot be written (Is a directory)"),
        ("evaluate {} --seed 9223372036854775808", "--seed: '9223372036854775808' is not a whole number from 0 to"),
        ("evaluate ring_vae --exact", "--exact takes the sum over t in full, and a VAE or HVAE has none"),
        ("evaluate {} --split test", "--split is for the digits"),
        ("evaluate {}/fifo", "fifo: not a file, but a pipe or a device"),
        ("classroom {}", "says anything of an exercise"),
        ("evaluate /dev/zero", "/dev/zero: not a file, but a pipe or a device"),
        ("train --data ring --out folder.png --steps 10000000", "--steps: '10000000' is not a whole number from 1"),
        ("lab --port x", "--port: 'x' is not a whole number from 0 to 65535"),
        ("lab --port -1", "--port: '-1' is not a whole number from 0 to 65535"),
        ("train --data ring --out folder.png -x", "unrecognized arguments: -x"),
        ("", "required: COMMAND; see python -m vdm_tutor --help"),
    ],
)
def test_the_sentence_is_the_one_that_helps(words, message, good, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(shutil.copytree(good, tmp_path / "here"))
    Path("folder.png").mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo("fifo")
        os.mkfifo("fifo.json")
    words = [word.format(tmp_path / "here") for word in words.split()]
    assert message in ends_well(capsys, words, 2)
    if words:
        assert message in ends_well(capsys, [*words, "--json"], 2)


def test_sample_looks_at_its_place_before_it_samples(good, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("vdm_tutor.cli.sample.samples", None)
    (tmp_path / "file").touch()
    assert "cannot be written" in ends_well(capsys, ["sample", str(good), "--out", str(tmp_path / "file/x.png")], 2)


def test_weights_that_lead_nowhere_are_told(good, tmp_path, capsys):
    net = MLP(width=3, depth=1)
    for weight in net.parameters():
        weight.data.fill_(3e38)
    save(tmp_path / "model.safetensors", net, SCHEDULE, "ring", {})
    assert "not finite" in ends_well(capsys, ["evaluate", str(tmp_path)], 2)
    assert "not finite" in ends_well(capsys, ["sample", str(tmp_path), "--out", str(tmp_path / "x.png"), "--json"], 2)


@pytest.mark.skipif(sys.platform == "win32", reason="a shell's redirections")
@pytest.mark.parametrize(
    "words, code, out, err",
    [
        ("--version", 0, "vdm-tutor ", ""),
        ("--version >&-", 0, "", ""),
        ("--help >/dev/full", 2, "", "error: the output: No space left on device\n"),
        ("--nothing 2>/dev/full", 2, "", ""),
        ("--nothing --json 2>&- | cat; exit ${PIPESTATUS[0]}", 2, '{"error": ', ""),
        ("equations --number 81", 0, "\\N{FOR ALL}", ""),
    ],
)
def test_closed_and_full_outputs_and_a_locale_without_signs(words, code, out, err):
    command = f"{sys.executable} -m vdm_tutor {words}"
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, env=env)
    assert done.returncode == code and out in done.stdout and done.stderr == err


@pytest.mark.skipif(sys.platform == "win32", reason="a shell's redirections")
@pytest.mark.parametrize("gone", ["2>/dev/full", "2> >(true)"])
def test_a_progress_bar_that_nobody_reads_stops_no_work(gone, tmp_path):
    train = f"{sys.executable} -m vdm_tutor train --data ring --steps 2 --out {tmp_path}/run {gone}"
    done = subprocess.run(["bash", "-c", train], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0 and ": 2 steps in " in done.stdout
    assert (tmp_path / "run/model.safetensors").exists()


def test_an_odd_setting_of_the_progress_bar_is_named():
    words, env = [sys.executable, "-m", "vdm_tutor", "equations"], {**os.environ, "TQDM_MININTERVAL": "abc"}
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, env=env)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: a variable TQDM_...") and done.stderr.count("\n") == 1


def test_ctrl_c_ends_in_one_line(capsys, monkeypatch):
    import signal

    def interrupted(args):
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr("vdm_tutor.cli.doctor.run", interrupted)
    assert main(["doctor", "--json"]) == 130
    assert capsys.readouterr() == ('{"error": "stopped"}\n', "stopped\n")


def test_a_backend_that_matplotlib_does_not_know_stops_no_picture(good, tmp_path):
    words = [sys.executable, "-m", "vdm_tutor", "sample", str(good), "--n", "2", "--out", str(tmp_path / "x.png")]
    done = subprocess.run(words, cwd=ROOT, env={**os.environ, "MPLBACKEND": "nonsense"}, capture_output=True)
    assert done.returncode == 0 and (tmp_path / "x.png").exists()
