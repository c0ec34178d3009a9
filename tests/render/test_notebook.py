"""What a notebook shows of a solo: complete, well-formed, harmless, and never an error."""

import base64
import io
import subprocess
import sys
import wave
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from jazzgen.errors import ConfigError
from jazzgen.music.chart import Bar, Chart
from jazzgen.music.pitch import Key
from jazzgen.music.solo import Note, Solo
from jazzgen.render import notebook
from jazzgen.render.notebook import solo_html
from jazzgen.render.sound import Sound

CHART = Chart.of_chords([["Dm7", "G7"], ["Cmaj7"], [], ["A7"], ["Dm7"]], tempo=150.0)
SOLO = Solo((Note(0, 24, 62), Note(24, 12, 64)), CHART.repeat(2), "A Tune", "Anna")
WICKED = """--><script>alert("1")</script>&amp;<b 'x'"""


@pytest.fixture(autouse=True)
def sounds(monkeypatch):
    """Let everything sound like four samples, and remember how often it did."""
    calls = []

    def sound_of(midi, *, rate):
        calls.append((midi[:4], rate))
        return Sound(np.array([[0, 0], [3, 5], [-8, -8], [0, 2]], np.int16), rate)

    monkeypatch.setattr(notebook, "sound_of", sound_of)
    return calls


@pytest.fixture
def without_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)


class Page(HTMLParser):
    """The elements of some HTML and its text; an end tag without its beginning fails."""

    EMPTY = ("meta", "br", "img")

    def __init__(self, html):
        super().__init__()
        self.open, self.names, self.text, self.attributes = [], set(), "", {}
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.attributes.setdefault(tag, dict(attrs))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, _attrs):
        self.names.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_facts_picture_and_sound(sounds):
    page = Page(solo_html(SOLO))
    assert {"div", "strong", "svg", "audio"} <= page.names
    assert (
        "A Tune · Anna · 2 notes over 10 bars (2 choruses) · C major · swing · ♩ = 150 · 0:16"
        in (page.text)
    )
    assert sounds == [(b"MThd", 22_050)]


def test_the_sound_is_a_wav_file_in_one_channel():
    source = Page(solo_html(SOLO)).attributes["audio"]["src"]
    kind, _, content = source.partition(";base64,")
    assert kind == "data:audio/wav"
    with wave.open(io.BytesIO(base64.b64decode(content))) as file:
        assert file.getparams()[:4] == (1, 2, 22_050, 4)
        assert np.frombuffer(file.readframes(4), "<i2").tolist() == [0, 4, -8, 1]


def test_without_anything_to_play_it_with_there_is_no_sound(monkeypatch):
    for error in (ConfigError("no soundfont"), OSError("the disk is full")):

        def fail(*_, error=error, **__):
            raise error

        monkeypatch.setattr(notebook, "sound_of", fail)
        page = Page(solo_html(SOLO))
        assert "audio" not in page.names
        assert "svg" in page.names


def test_a_long_solo_has_no_sound(sounds):
    two_minutes = replace(SOLO, chart=CHART.repeat(15))
    assert two_minutes.chart.seconds == 120
    assert "audio" in Page(solo_html(two_minutes)).names
    del sounds[:]
    assert "audio" not in Page(solo_html(replace(SOLO, chart=CHART.repeat(17)))).names
    assert not sounds


@pytest.mark.usefixtures("without_matplotlib")
def test_without_matplotlib_there_are_the_changes():
    page = Page(solo_html(replace(SOLO, chart=CHART)))
    assert "svg" not in page.names
    assert "| Dm7 G7 | Cmaj7 | % | A7 |\n| Dm7 |" in page.text
    assert "2 notes over 5 bars · C major" in page.text


def test_more_bars_than_a_picture_holds():
    long = replace(SOLO, chart=Chart((Bar(),) * 4000, tempo=400.0))
    page = Page(solo_html(long))
    assert "svg" not in page.names
    assert page.text.count("%") == 4000


@pytest.mark.parametrize("drawn", [True, False])
def test_words_are_only_words(drawn, request):
    if not drawn:
        request.getfixturevalue("without_matplotlib")
    chart = replace(CHART, bars=(replace(CHART.bars[0], section=WICKED), *CHART.bars[1:]))
    page = Page(solo_html(Solo(SOLO.notes, chart, WICKED, WICKED)))
    assert not page.names & {"script", "b"}
    assert f"{WICKED} · {WICKED} · 2 notes" in page.text


def test_no_style_leaks_into_the_page():
    assert "style" not in Page(solo_html(SOLO)).names


def test_the_same_solo_gives_the_same_html():
    assert solo_html(SOLO) == solo_html(replace(SOLO))


def test_a_solo_without_notes_or_title():
    page = Page(solo_html(Solo((), Chart.of_chords([["N.C."]], key=Key("F#", "minor")))))
    assert "Untitled · 0 notes over 1 bar · F# minor" in page.text


def test_ipython_shows_it():
    formatters = pytest.importorskip("IPython.core.formatters")
    data, _ = formatters.DisplayFormatter().format(SOLO)
    assert data["text/html"] == solo_html(SOLO)


def test_whoever_has_the_package_has_solos_that_show_themselves():
    code = (
        "import sys, jazzgen\n"
        "print('jazzgen.render.notebook' in sys.modules)\n"
        "print(jazzgen.Solo((), jazzgen.chart('waltz'))._repr_html_()[:5])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                          env={"PATH": "", "PYTHONPATH": ":".join(sys.path)})  # fmt: skip
    assert done.stdout.split() == ["False", "<div>"]
