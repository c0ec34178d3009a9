"""Words for jumps, fine, coda and numbers of times, as musicians write them and as they do not."""

import pytest

from jazzgen.music.jump_words import (
    is_coda,
    is_fine,
    is_segno,
    is_to_coda,
    read_jump,
    read_times,
)

JUMPS = {
    ("", "", 0): ("D.C.", "DC", "Da Capo", "D. C.", "d.c.", "D.C. (straight)"),
    ("S", "", 0): ("D.S.", "DS", "Dal Segno", "D. \U0001d10b", "dal \U0001d10b"),
    ("", "coda", 0): (
        "D.C. al Coda", "DC al Coda", "dc al coda", "D.C.al Coda", "da capo al coda",
        "After solos, D.C. al Coda", "D.C. al \U0001d10c", "D.C. to Coda", "Last time D.C. al Coda",
        "D.C. al Fine e poi la Coda", "D.C. al Ø",
    ),
    ("S", "coda", 0): ("D.S. al Coda", "Dal Segno e poi la Coda", "D.S. \U0001d10b al \U0001d10c",
                       "D.S.S. al Coda", "D.S al Coda"),
    ("", "fine", 0): ("D.C. al Fine", "D.C. al fine.", "DC al Fine", "D.C. to end",
                       "Dacapo al Fine", "DCal Fine"),
    ("S", "fine", 0): ("D.S. al Fine", "DS al Fine", "dal segno al fine"),
    ("", "", 1): ("D.C. al 1st End.", "D.C. al 1st ending", "D.C. al first ending"),
    ("", "", 2): ("D.C. al 2nd End.", "D.C. al 2nd Ending", "D.C. al Ending 2", "D.C. al 2. ending",
                  "D.C. (take 2nd ending)", "D.C. al 2a volta", "DC al 2nd ending",
                  "D.C. al 2nd ed.", "D.C. al 2° ending", "D.C. al 2nd", "D.C. al second."),
    ("S", "", 3): ("D.S. al 3rd End.", "d.s. al third ending"),
    ("", "", -1): ("D.C. al last ending",),
}  # fmt: skip
NO_JUMPS = (
    "Verse and Chorus", "chords", "and chords", "Heads Stop", "ad chorus", "D C bass", "AC/DC",
    "Dsus", "D.Cole", "Coda", "To Coda", "al Coda", "D.C. for solos", "D.C. on cue", "DC and fade",
    "Fine", "D chord", "", "2nd chorus",
)  # fmt: skip


@pytest.mark.parametrize(
    ("told", "text"), [(told, text) for told, texts in JUMPS.items() for text in texts]
)
def test_jumps(told, text):
    jump = read_jump(text)
    assert ("S" if jump.to_segno else "", jump.target, jump.ending) == told
    assert not jump.repeats


@pytest.mark.parametrize("text", NO_JUMPS)
def test_what_is_no_jump(text):
    assert read_jump(text) is None


@pytest.mark.parametrize(
    ("text", "repeats"),
    [
        ("D.C. al Coda (with repeats)", True), ("D.S. w/ repeat al Fine", True),
        ("D.C. al Fine con rep.", True), ("D.C. take all repeats", True),
        ("D.C. al Fine senza rep.", False), ("D.C. al Fine (no repeats)", False),
        ("D.C. al Fine without repeats", False),
    ],
)  # fmt: skip
def test_repeats_after_a_jump(text, repeats):
    assert read_jump(text).repeats is repeats


@pytest.mark.parametrize(
    ("known", "texts", "others"),
    [
        (is_fine, ("Fine", "FINE.", "(Fine)", "Fine (after solos)", "Fine last time",
                   "2nd x Fine", "Last x: Fine", "FINE 2nd time"),
         ("Refine", "Fine tuning", "Fines", "al Fine", "")),
        (is_to_coda, ("To Coda", "to coda 2", "(To Coda)", "To Coda (last x)",
                      "To Coda 2nd x", "2nd time to Coda",
                      "To \U0001d10c", "To Ø"),
         ("Coda", "Tocoda solo", "To", "")),
        (is_coda, ("Coda", "CODA:", "Ø Coda", "\U0001d10c Coda", "Coda 1"),
         ("To Coda", "Coda solo", "")),
        (is_segno, ("Segno", "\U0001d10b"), ("Dal Segno", "")),
    ],
)  # fmt: skip
def test_signs_in_words(known, texts, others):
    assert all(map(known, texts))
    assert not any(map(known, others))


@pytest.mark.parametrize(
    ("number", "texts"),
    [
        (
            3,
            (
                "3x",
                "x3",
                "3 x",
                "X 3",
                "(3x)",
                "Play 3x",
                "3 times",
                "3X's",
                "3\u00d7",
                "3x fill",
                "Play three times",
                "THREE TIMES",
                "play thrice",
            ),
        ),
        (16, ("16x", "Vamp 16 times")),
        (None, ("2x only", "1st x", "last 4x", "12x8", "4x4", "ex 4", "6/8", "x", "tacet 2x", "")),
    ],
)
def test_numbers_of_times(number, texts):
    assert {read_times(text) for text in texts} == {number}
