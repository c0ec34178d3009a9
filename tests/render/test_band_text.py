"""What a file says of its band is read back as it was."""

import pytest

from jazzgen.band.listening import Hearing
from jazzgen.render.band_text import band_text, read_band
from jazzgen.render.playback import Playback


@pytest.mark.parametrize(
    ("playback", "hearing", "text"),
    [
        (Playback(), Hearing(middle=62.5), "seed 0, middle 62.5"),
        (Playback(seed=7, mute="bass"), Hearing(middle=70), "seed 7, middle 70, mute bass"),
        (Playback(tight=0.25), Hearing(middle=60), "seed 0, middle 60, tight 0.25"),
        (
            Playback(seed=7),
            Hearing(solo=False, energies=(0, 0, 3, 3, 3)),
            "seed 7, form, energies 0x2 3x3",
        ),
    ],
)
def test_a_band_comes_back(playback, hearing, text):
    assert band_text(playback, hearing) == text
    found = read_band(text, Playback(seed=99))
    assert (found.seed, found.mute, found.players) == (
        playback.seed,
        playback.mute,
        playback.players,
    )
    assert found.tight == playback.tight
    assert found.hearing.energies == hearing.energies
    assert found.hearing.solo == hearing.solo
    assert not hearing.solo or found.hearing.middle == hearing.middle


def test_a_band_on_the_grid_stays_on_it():
    text = band_text(Playback(seed=2, straight=True), Hearing())
    assert text == "seed 2, middle 65, tight 1"
    assert read_band(text, Playback()).tightness == 1


def test_without_a_band_nothing_is_said():
    assert band_text(Playback(band=False), Hearing()) == ""


@pytest.mark.parametrize(
    "text", ["", "seed", "seed x", "seed -1", f"seed {'9' * 30}", "middle 60", "mute bass"]
)
def test_what_cannot_be_understood_changes_nothing(text):
    playback = Playback(seed=5, mute="drums")
    assert read_band(text, playback) == playback


@pytest.mark.parametrize(
    "text",
    [
        "seed 1, mute piano bass drums",
        "seed 1, mute kazoo",
        "seed 1, middle many",
        "seed 1, energies 3x99999 3x99999",
        "seed 1, energies ninex2",
        "seed 1, tight 7",
    ],
)
def test_a_part_that_cannot_be_understood_is_passed_over(text):
    found = read_band(text, Playback())
    assert (found.seed, found.mute, found.tight, found.hearing) == (1, "", 0, Hearing())
