"""The second half of requirements.txt is what is installed and not chosen; the first half stays as people wrote it."""

from tools.pins import FILE, HEADER, completed


def test_the_first_half_stays_and_the_second_is_what_is_left():
    chosen = "# why\ntorch==2.13.0\nscikit_learn==1.9.1\n\n"
    installed = {"torch": "2.13.0", "scikit-learn": "1.9.1", "pip": "26", "vdm-tutor": "0.1", "zlib": "1", "attrs": "2"}
    expected = chosen + HEADER + "attrs==2\nzlib==1\n"
    assert completed(chosen, installed) == expected
    assert completed(expected, installed) == expected


def test_the_file_has_both_halves():
    text = FILE.read_text(encoding="utf-8")
    assert text.count(HEADER) == 1 and text.splitlines()[1] == "torch==2.13.0"
