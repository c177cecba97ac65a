"""Find the question that somebody asked before: nothing but words is compared, and nothing leaves the machine."""

import json
import re
from functools import cache
from importlib.resources import files

import numpy as np

SATURATION, LENGTH = 1.0, 0.8  # how soon a word that returns stops counting; how much a long entry is held back
LONGEST = 1000  # letters of a question that are read: nobody's is longer, and what was pasted by mistake takes seconds
ASKED = 4  # a question's own words, and those in which others asked it, count so often
WORD, ENDING = re.compile(r"[^\W_]+(?:_[^\W_]+)*"), re.compile(r"(?<=\w{3})(?:ations?|ings?|ies|ed|es|s|ly)$")
ALIKE = """elbo bound objective evidence variational
kl divergence kullback leibler
sample samples sampled sampling draw draws drawn drawing
image images picture pictures photo photos pixel pixels
mean average averaged averaging expectation expected
mse squared l2
step steps timestep timesteps iteration iterations
noise noised noisy noising eps epsilon forward
std sigma deviation spread
network model net
train trained training learn learned fit optimise optimize minimise minimize
negative below
same equal shared constant identical
cfg classifier-free guidance guided
scale weight strength
batch minibatch
reverse backward backwards denoising back
range rescale normalise normalize
posterior encoder inference
latent latents code codes
score gradient slope grad
wrong bug error mistake
likelihood mle
law laws density densities distribution distributions
gaussian normal bell
schedule schedules beta betas
hierarchy hierarchical deep deeper level levels layer layers"""
MEANS = {word: line.split()[0] for line in ALIKE.splitlines() for word in line.split()}


class Answers:
    """The closest questions, best first: each is a dictionary with "question", "notebook" and "cell"."""

    def __init__(self, found: list[dict]):
        self.found = found

    def __iter__(self):
        return iter(self.found)

    def __repr__(self) -> str:
        lines = [f"{entry['question']}  ({entry['notebook']}, cell {entry['cell']})" for entry in self.found]
        return "\n".join(lines) or "nothing close: try the words of a formula or of an error message"

    def _repr_markdown_(self) -> str:
        if not self.found:
            return repr(self)
        rows = [
            f"{number}. **{entry['question']}** [{entry['title']}]({entry['notebook']}), cell `{entry['cell']}`"
            for number, entry in enumerate(self.found, 1)
        ]
        code = next((entry["code"] for entry in self.found if "code" in entry), None)
        return "\n".join(rows) + (f"\n\nTo paste and run:\n\n```python\n{code}\n```" if code else "")


def ask(question: str, n: int = 3) -> Answers:
    """The `n` questions of lessons and question book that are closest to a question, with code to paste.

    Closeness: BM25 over words and over parts of words, each as a share of the most that any answer gets. A question in
    its own words comes first.
    Raises ValueError where there is no question.
    """
    if not isinstance(question, str) or not question.strip():
        raise ValueError('ask in words, as in ask("why is my KL zero")')
    question = question[:LONGEST]
    scores = [(weights @ counter.transform([question]).T.sign()).toarray()[:, 0] for counter, weights in _weights()]
    if not scores[0].any():  # no word of the question is known: parts of words alone agree by chance
        return Answers([])
    itself = [entry["question"].casefold() == question.strip().casefold() for entry in book()]
    closeness = len(scores) * np.array(itself) + sum(score / score.max() for score in scores)
    cells = {}  # each once, by its closest question
    for place in np.argsort(-closeness, kind="stable"):
        entry = book()[place]
        cells.setdefault((entry["notebook"], entry["cell"]), entry)
    return Answers(list(cells.values())[:n])


@cache
def book() -> list[dict]:
    """Every question of the course with where it is answered."""
    return json.loads(files("vdm_tutor.lab").joinpath("questions.json").read_text(encoding="utf-8"))


@cache
def _weights() -> list[tuple]:
    """For words and for parts of words: what counts them, and what each is worth in each entry."""
    from sklearn.feature_extraction.text import CountVectorizer

    asked = [f"{entry['question']} {entry.get('asked', '')} " for entry in book()]
    texts = [ASKED * question + entry.get("words", "") for question, entry in zip(asked, book(), strict=True)]
    words = CountVectorizer(tokenizer=_words, token_pattern=None)
    counters = words, CountVectorizer(analyzer="char_wb", ngram_range=(3, 5))
    return [(counter, _bm25(counter.fit_transform(texts))) for counter in counters]


def _words(text: str) -> list[str]:
    """The words of a text without their endings, each with what it means in this field."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    found = [word for word in WORD.findall(text) if word not in ENGLISH_STOP_WORDS and len(word) > 1]
    return [ENDING.sub("", word) for word in found] + [f"~{MEANS[word]}" for word in found if word in MEANS]


def _bm25(counts):
    """Counts of terms [entries, terms] as Okapi BM25 weighs them (Robertson and Zaragoza, 2009)."""
    lengths = np.asarray(counts.sum(axis=1)).ravel() / counts.sum() * counts.shape[0]
    found_in = np.asarray((counts > 0).sum(axis=0)).ravel()
    rare = np.log1p((counts.shape[0] - found_in + 0.5) / (found_in + 0.5))
    weights = counts.tocoo().astype(float)
    saturation = SATURATION * (1 - LENGTH + LENGTH * lengths[weights.row])
    weights.data *= (SATURATION + 1) / (weights.data + saturation) * rare[weights.col]
    return weights.tocsr()
