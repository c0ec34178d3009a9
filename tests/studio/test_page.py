"""The studio's page in a browser: what a musician does with it, one server and one browser."""

from importlib.resources import files

import pytest
from page_kit import (
    NEEDS,
    PARTS,
    PEAK,
    generate,
    strokes,
    take,
    type_chart,
    until,
)

from jazzgen.io.chart_text.text import parse_chart
from jazzgen.transcription.read import read

pytestmark = NEEDS
LIBRARY = files("jazzgen").joinpath("charts")

OWN = "[A] |: Dm7 G7 | (3/4) C6 |1 A7 :|2 C6 | [B] |: (4/4) Fm7 / / Bb7 | % :|x3 |: C7 :|\n"
CHARTS = [OWN, *(file.read_text() for file in sorted(LIBRARY.iterdir()) if file.suffix == ".txt")]


def test_grid_writes_the_chart_that_it_reads(page):
    """From text to bars and back it is the same chart, with repeats, endings and meters."""
    written = page.evaluate(
        """async texts => {
            const { readChart, writeChart } = await import('./chart.js');
            return texts.map(text => writeChart(readChart(text)));
        }""",
        CHARTS,
    )
    charts = [parse_chart(text) for text in CHARTS]
    assert [parse_chart(text) for text in written] == charts
    sounding = page.evaluate(
        """async texts => {
            const { readChart, unrolled } = await import('./chart.js');
            return texts.map(text => unrolled(readChart(text).bars).length);
        }""",
        CHARTS,
    )
    assert sounding == [len(chart.bars) for chart in charts]


def test_a_typed_chart_sounds_until_all_is_muted(page):
    """Chords, G and space are all it takes; no key needs the mouse."""
    type_chart(page, "Dm7", "G7", "Cmaj7", "A7b9")
    page.keyboard.press("g")
    page.wait_for_selector(".take")
    until(page, f"{PEAK} > 0.02")
    page.keyboard.press(" ")  # the bar that was typed last has the focus still
    assert not page.evaluate("studio.transport.playing")
    page.keyboard.press(" ")
    until(page, "studio.transport.playing")
    symbols = [bar["chords"][0]["symbol"] for bar in take(page)["bars"][:4]]
    assert symbols == ["Dm7", "G7", "Cmaj7", "A7b9"]
    assert [bar["form"] for bar in take(page)["bars"][:5]] == [0, 1, 2, 3, 0]  # no blank bars
    for part in PARTS:
        page.focus(f"[data-mix=mute-{part}]")
        page.keyboard.press("Enter")
    until(page, f"studio.transport.playing && {PEAK} < 0.0001")
    page.focus("#roll")
    page.keyboard.press(" ")
    assert not page.evaluate("studio.transport.playing")


def test_a_bad_chord_is_marked_in_its_bar_while_it_is_typed(page):
    type_chart(page, "Dm7", "G7")
    page.keyboard.press("e")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("Xq7")
    marked = page.wait_for_selector(".bar.bad")
    assert marked.get_attribute("data-index") == "2"
    assert "Xq7" in page.inner_text(".wrong")
    for _ in range(3):
        page.keyboard.press("Backspace")
    page.keyboard.type("C6")
    page.wait_for_selector(".bar.bad", state="detached")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("cover.png", b"\x89PNG\r\n\x1a\n", "cover.png: it is a PNG picture"),
        ("tune.mid", b"MThd", "tune.mid: is truncated"),
    ],
)
def test_a_file_that_is_no_chart_is_told_until_one_is(page, name, content, told):
    title = page.input_value("#title")
    page.set_input_files("#paste-file", {"name": name, "mimeType": "", "buffer": content})
    page.wait_for_selector(f"#message:has-text({told!r})")
    assert page.input_value("#title") == title
    chart = {"name": "a.txt", "mimeType": "", "buffer": b"title: Read\n| Dm7 | G7 |"}
    page.set_input_files("#paste-file", chart)
    until(page, "document.querySelector('#title').value === 'Read'")
    assert page.inner_text("#message") == ""


def test_a_file_that_is_too_large_is_not_sent(page):
    page.evaluate("studio.dialogs.open({ name: 'large.mid', size: 10_000_001 })")
    assert page.inner_text("#message") == "large.mid: is larger than 10 MB"


def test_repeats_stay_as_they_are_written(page):
    """In pasted charts, those of the library, and when the key changes."""
    bars = """() => studio.sheet.bars.map(({ chords, opens, ending, times }) =>
        `${opens ? '|: ' : ''}${ending && ending + '. '}${chords}${times ? ' :|' + times : ''}`)"""
    page.click("#paste-open")
    page.fill("#paste-text", "key: C\n|: D-7 G7 | C^7 / / % :|x3 |: % |1 A7 :|2 N.C. D7 |")
    page.click("#paste-use")
    page.wait_for_selector("#paste:not([open])", state="attached")
    assert page.evaluate(bars) == [
        "|: Dm7 G7", "Cmaj7 / / % :|3", "|: %", "1. A7 :|2", "2. N.C. D7",
    ]  # fmt: skip
    page.select_option("#key", "Eb")
    until(page, "studio.sheet.bars[0].chords === 'Fm7 Bb7'")
    assert page.evaluate(bars) == [
        "|: Fm7 Bb7", "Ebmaj7 / / % :|3", "|: %", "1. C7 :|2", "2. N.C. F7",
    ]  # fmt: skip
    page.click("#library-open")
    page.click("#library-list button:has-text('Rhythm Changes')")
    until(page, "studio.sheet.bars[0].chords === 'Bb6 G7b9'")
    assert page.evaluate("studio.sheet.bars.map(({ ending }) => ending).join('')") == "12"


def test_what_is_typed_stays_in_its_bar_and_in_no_other_chart(page):
    chords = "studio.sheet.bars.map(({ chords }) => chords)"
    type_chart(page, "Dm7", "G7")
    page.evaluate("studio.sheet.grid.edit(11)")
    page.keyboard.type("Ab7")
    page.evaluate("studio.store.change({ settings: { ...studio.store.state.settings } })")
    page.evaluate("studio.sheet._bars([...studio.sheet.bars, { ...studio.sheet.bars[10] }])")
    page.keyboard.type("#11")
    page.keyboard.press("Escape")
    assert page.evaluate(f"{chords}.length") == 13
    page.evaluate("studio.sheet.grid.edit(12)")
    page.keyboard.type("B7")
    page.evaluate("text => studio.use({ text })", "| C6 | F7 |")
    assert page.evaluate(chords) == ["C6", "F7"]
    page.keyboard.press("e")
    page.keyboard.type("Am7")
    page.keyboard.press("Enter")
    assert page.evaluate(chords) == ["Am7", "F7"]


def test_a_chart_that_was_typed_is_found_again(page):
    type_chart(page, "Ebm7", "Ab7")
    page.evaluate("studio.making._await = async () => null")
    page.keyboard.press("g")
    page.click("#library-open")
    assert "Ebm7 Ab7" in page.inner_text("#library-list li:first-child")


def test_without_chords_nothing_is_generated(page):
    page.click("#chart-new")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    assert "no chords yet" in page.inner_text("#message")
    assert not page.evaluate("document.body.classList.contains('busy')")


def test_a_key_that_is_held_down_is_pressed_once(page):
    page.evaluate("window.asked = 0")
    page.evaluate("() => { studio.making._await = async () => { asked += 1; return null; }; }")
    for _ in range(5):
        page.keyboard.down("g")
    page.keyboard.up("g")
    assert page.evaluate("asked") == 1


def test_bars_played_again_leave_the_others(page):
    before = generate(page, choruses=2)
    page.focus("#roll")
    page.evaluate("studio.roll.select({ first: 2, last: 3 })")
    page.keyboard.press("r")
    until(page, "studio.store.state.takes.length === 2")
    after = take(page)
    assert strokes(after, 1, 2) == strokes(before, 1, 2)
    assert strokes(after, 5, 8) == strokes(before, 5, 8)
    assert strokes(after, 3, 4) != strokes(before, 3, 4)
    page.keyboard.press("1")
    assert take(page)["id"] == before["id"]


def test_an_edited_note_is_in_the_exported_file(page, tmp_path):
    before = generate(page)
    page.focus("#roll")
    page.evaluate("studio.roll.pick(2)")
    page.keyboard.press("ArrowUp")
    assert take(page)["notes"]["solo"][2][2] == before["notes"]["solo"][2][2] + 1
    with page.expect_download() as waiting:
        page.click("#download")
    file = tmp_path / "solo.mid"
    waiting.value.save_as(file)
    pitches = [note.pitch for note in read(file).notes]
    wanted = [row[2] for row in before["notes"]["solo"]]
    wanted[2] += 1
    assert pitches == wanted
    page.click("#undo")
    assert take(page)["notes"]["solo"][2][2] == before["notes"]["solo"][2][2]


def test_the_work_survives_a_reload(page):
    made = generate(page)
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert take(page)["notes"] == made["notes"]
    assert page.input_value("#title") == "Four"
    assert page.locator(".bar").count() == 4


def test_a_loop_wraps_and_gets_faster(page):
    generate(page)
    page.check("#practice")
    page.evaluate("studio.roll.select({ first: 3, last: 3 })")
    page.evaluate("studio.transport.seek(studio.roll.bars[3].start)")
    page.click("#loop")
    page.click("#play")
    until(page, "studio.transport.player.stretches.length > 1")
    assert page.inner_text("#speed-text") == "205 bpm"
    place = page.evaluate("studio.transport.player.position")
    assert place >= page.evaluate("studio.roll.bars[3].start") - 0.01


def test_half_the_tempo_takes_twice_as_long(page):
    generate(page)
    page.fill("#speed", "100")
    page.click("#play")
    seconds = """() => {
        const { player } = studio.transport;
        const stretch = player.stretches.at(-1);
        return [player.position - stretch.position, player.synth.now - stretch.clock];
    }"""
    until(page, "studio.transport.player.position > 0.5")
    moved, passed = page.evaluate(seconds)
    assert moved == pytest.approx(passed / 2, abs=0.05)


def test_no_other_host_is_asked(page, visited, address):
    generate(page)
    own = address.split("#")[0]
    assert [one for one in visited if not one.startswith((own, "blob:", "data:"))] == []


@pytest.mark.parametrize("width", [320, 800, 1400])
def test_nothing_is_wider_than_the_window(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    generate(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_control_has_a_name(page):
    """What a screen reader says of a control is never empty."""
    generate(page)
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('button, input, select, textarea, [role=slider]')]
            .filter(one => !(one.ariaLabel || one.getAttribute('aria-label')
                || one.getAttribute('aria-labelledby') || one.labels?.length
                || one.textContent.trim()))
            .map(one => one.outerHTML)"""
    )
    assert nameless == []


def test_all_modules_are_asked_for_at_once(page, visited):
    """A module that another one names would otherwise wait for it."""
    preloaded = page.evaluate(
        "[...document.querySelectorAll('[rel=modulepreload]')].map(link => link.href)"
    )
    asked = {one for one in visited if one.endswith(".js") and not one.endswith("/main.js")}
    assert asked <= set(preloaded)
