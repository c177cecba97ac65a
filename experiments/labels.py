"""Train the networks of lesson 13 and measure guided digits: four checkpoints and measured/guidance.json.

usage: python -m experiments.labels [ring] [digits] [measure]      (default: all three; about ten minutes on one core)

Training reads the digits' training split only. Guided digits are judged by a support vector machine that was fitted to
the same split and has nothing of the denoiser's or of the guiding classifier's.
"""

import json
import sys
import time
from collections import deque
from dataclasses import replace
from pathlib import Path

import torch
from tqdm import tqdm

from vdm_tutor import checkpoint
from vdm_tutor.data import digits
from vdm_tutor.denoiser import ConditionalConvNet, ConditionalMLP
from vdm_tutor.guidance import Classifier, classifier_free, classifier_guided
from vdm_tutor.labelled import ring_in_halves
from vdm_tutor.measure import mean_and_se
from vdm_tutor.process import noise_like, q_sample
from vdm_tutor.sample import ancestral, last, prior_noise
from vdm_tutor.schedule import uniform_log_snr
from vdm_tutor.train import fit
from vdm_tutor.vdm import vdm_for
from vdm_tutor.whole_file import write_text

PACKAGE = Path(__file__).parent.parent / "vdm_tutor"
DROP = 0.25  # the share of labels that are dropped
LEVELS = {"ring": (9.0, -6.0), "digits": (8.0, -6.0)}
SCALES = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0)
N_EACH, N_STEPS, SEEDS = 20, 50, range(3)  # of a label; of a walk


def labelled_data(data: str):
    """A source of batches (x0, label) and the number of labels."""
    if data == "ring":
        return lambda n, generator: _single(*ring_in_halves().sample(n, generator)), 2
    images, labels = digits("train")

    def batches(n, generator):
        chosen = torch.randint(len(images), (n,), generator=generator)
        return images[chosen], labels[chosen]

    return batches, 10


def _single(x0, label):
    return x0.float(), label


def train_denoiser(data: str, network, batch_size: int, n_steps: int, learning_rate: float) -> None:
    """One network for every label and for none."""
    batches, _ = labelled_data(data)
    schedule = {"kind": "uniform_log_snr", "args": dict(zip(("log_snr_max", "log_snr_min"), LEVELS[data], strict=True))}
    model = vdm_for(data, network, uniform_log_snr(1000, *LEVELS[data]))

    def loss(batch, generator):
        x0, label = batch
        kept = network.drop(label, DROP, generator)
        return replace(model, denoiser=network.given(kept)).continuous_loss(x0, generator)

    schedule["args"]["n_steps"] = 1000
    finish(f"{data}_labels", data, schedule, loss, network, lambda g: batches(batch_size, g), n_steps, learning_rate)


def train_classifier(data: str, network, batch_size: int, n_steps: int, learning_rate: float) -> None:
    """log p(y|x_t) at every noise level: the labels of noised data."""
    batches, _ = labelled_data(data)
    high, low = LEVELS[data]

    def loss(batch, generator):
        x0, label = batch
        log_snr = low + (high - low) * torch.rand(len(x0), dtype=torch.float64, generator=generator)
        log_prob = network(q_sample(x0, log_snr, noise_like(x0, generator)), log_snr)
        return -log_prob.gather(1, label[:, None])[:, 0]

    finish(f"{data}_classifier", data, None, loss, network, lambda g: batches(batch_size, g), n_steps, learning_rate)


def finish(name, data, schedule, loss, network, batches, n_steps, learning_rate) -> None:
    """Run `fit`, and save the averaged weights under their name."""
    started = time.process_time()
    records = fit(loss, network, batches, torch.Generator().manual_seed(0), n_steps, learning_rate, 0.998)
    average = deque(tqdm(records, total=n_steps, desc=name), maxlen=1).pop().average
    provenance = {"command": f"python -m experiments.labels {data}", "seconds": round(time.process_time() - started)}
    provenance |= {"steps": n_steps, "seed": 0, "torch": torch.__version__}
    checkpoint.save(PACKAGE / "checkpoints" / f"{name}.safetensors", average, schedule, data, provenance)


def train(data: str) -> None:
    torch.manual_seed(0)
    if data == "ring":
        train_denoiser("ring", ConditionalMLP(2), 1536, 2000, 8e-3)
        train_classifier("ring", Classifier(2), 1536, 1000, 5e-3)
    else:
        train_classifier("digits", Classifier(10, dim=64, width=128), 256, 1500, 3e-3)
        train_denoiser("digits", ConditionalConvNet(10), 128, 800, 2e-3)


def judge():
    """What recognises a digit: fitted to the training split."""
    from sklearn.svm import SVC

    images, labels = digits("train")
    machine = SVC(C=10, gamma=1 / 16).fit(images.flatten(1), labels)
    return lambda images: torch.from_numpy(machine.predict(images.flatten(1)))


def measure() -> None:
    """Fidelity and diversity of guided digits, by scale: recognised, spread within a label, distance to training."""
    recognise, train_images = judge(), digits("train")[0].flatten(1)
    test_images, test_labels = digits("test")
    labels = torch.arange(10).repeat_interleave(N_EACH)
    rows = [figures("test images", None, test_images, test_labels, recognise, train_images)]
    for kind in ("classifier-free", "classifier"):
        for scale in SCALES:
            images = torch.cat([guided_digits(kind, scale, labels, seed) for seed in SEEDS])
            rows.append(figures(kind, scale, images, labels.repeat(len(SEEDS)), recognise, train_images))
            print(rows[-1], flush=True)
    setting = {"images": N_EACH * 10 * len(SEEDS), "steps": N_STEPS, "seeds": len(SEEDS)}
    content = {"command": "python -m experiments.labels measure", **setting, "rows": rows}
    write_text(PACKAGE / "measured" / "guidance.json", json.dumps(content, indent=1) + "\n")


def guided_digits(kind: str, scale: float, labels, seed: int):
    network, generator = checkpoint.load("digits_labels").model.denoiser, torch.Generator().manual_seed(seed)
    if kind == "classifier":
        guided = classifier_guided(network, checkpoint.load("digits_classifier").model, labels, scale)
    else:
        guided = classifier_free(network, network.given(labels), scale)
    noise = prior_noise(len(labels), (1, 8, 8), generator)
    return last(ancestral(guided, uniform_log_snr(N_STEPS, *LEVELS["digits"]), noise, generator))


def figures(kind: str, scale: float | None, images, labels, recognise, train_images) -> dict:
    """One row: the share recognised as its label, the spread within a label, the distance to the nearest image."""
    hit, hit_se = mean_and_se((recognise(images) == labels).double())
    within = torch.stack([images[labels == label].flatten(1).var(0).sum() for label in range(10)])
    near, near_se = mean_and_se(torch.cdist(images.flatten(1), train_images).amin(1))
    row = {"kind": kind, "scale": scale, "recognised": hit, "recognised_se": hit_se}
    return row | {"spread": within.mean().item(), "nearest": near, "nearest_se": near_se}


def main() -> None:
    torch.set_num_threads(1)
    wanted = sys.argv[1:] or ["ring", "digits", "measure"]
    for each in wanted:
        measure() if each == "measure" else train(each)


if __name__ == "__main__":
    main()
