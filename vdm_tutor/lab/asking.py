"""Find the question that somebody asked before: nothing but words is compared, and nothing leaves the machine."""

import json
from functools import cache
from importlib.resources import files

import numpy as np

NEAR = 0.08  # a similarity below this is chance: unrelated sentences stay under it


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

    Closeness: the cosine of the two texts' tf-idf weights over parts of words, for the question alone or with all that
    is said about it, whichever is closer: a long answer does not push away who asks in the question's own words.
    Raises ValueError where there is no question.
    """
    if not question.strip():
        raise ValueError('ask in words, as in ask("why is my KL zero")')
    entries, (vectoriser, matrices) = book(), _weights()
    asked = vectoriser.transform([question]).T
    closeness = np.max([(matrix @ asked).toarray()[:, 0] for matrix in matrices], axis=0)
    best = np.argsort(-closeness, kind="stable")[:n]
    return Answers([entries[place] for place in best if closeness[place] > NEAR])


@cache
def book() -> list[dict]:
    """Every question of the course with where it is answered."""
    return json.loads(files("vdm_tutor.lab").joinpath("questions.json").read_text(encoding="utf-8"))


@cache
def _weights():
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectoriser = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    alone = [entry["question"] for entry in book()]
    with_words = [f"{entry['question']} {entry['question']} {entry.get('words', '')}" for entry in book()]
    vectoriser.fit(with_words)
    return vectoriser, [vectoriser.transform(texts) for texts in (alone, with_words)]
