"""Takes in the studio's page: locked, compared, kept in part, seen as notation, and taken away."""

from urllib.parse import quote

import pytest
from page_kit import NEEDS, another, generate, solo_in, strokes, take, until

from jazzgen.render.session import session_of

pytestmark = NEEDS

SPELLINGS = [
    (8, "E7", [4, 8, 11, 2], "G♯ 3"),
    (8, "Fm7", [5, 8, 0, 3], "A♭ ♭3"),
    (9, "Cdim7", [0, 3, 6, 9], "B𝄫 °7"),
    (6, "C7", [0, 4, 7, 10], "F♯ ♯11"),
    (6, "Cm7♭5", [0, 3, 6, 10], "G♭ ♭5"),
    (10, "G♭7", [6, 10, 1, 4], "B♭ 3"),
    (11, "F♯7", [6, 10, 1, 4], "B 11"),
]


def lock(page, *parts):
    for part in parts:
        page.click(f"[data-lock={part}]")


def test_takes_over_a_locked_band_change_without_a_gap(page):
    first = generate(page)
    lock(page, "piano", "bass", "drums")
    second = another(page)
    for part in ("piano", "bass", "drums"):
        assert second["notes"][part] == first["notes"][part]
    assert second["notes"]["solo"] != first["notes"]["solo"]
    page.click("#play")
    until(page, "studio.transport.player.position > 0.4")
    page.evaluate(
        """() => {
            const { synth } = studio.transport;
            window.silenced = [];
            const silence = synth.silence.bind(synth);
            synth.silence = (part = null) => { silenced.push(part); silence(part); };
            window.stretch = studio.transport.player.stretches.at(-1);
        }"""
    )
    page.keyboard.press("1")
    assert take(page)["id"] == first["id"]
    assert page.evaluate("silenced") == ["solo"]
    assert page.evaluate(
        "studio.transport.playing && studio.transport.player.stretches[0] === stretch"
    )


def test_the_band_is_made_anew_under_a_locked_solo(page):
    first = generate(page)
    lock(page, "solo", "bass")
    assert page.inner_text("#generate") == "New band"
    second = another(page)
    same = {part for part, notes in second["notes"].items() if notes == first["notes"][part]}
    assert same == {"solo", "bass"}
    lock(page, "piano", "drums")
    assert page.is_disabled("#generate")


def test_bars_are_kept_while_all_others_are_played_again(page):
    before = generate(page, choruses=2)
    page.evaluate("studio.roll.select({ first: 2, last: 4 })")
    page.focus("#roll")
    page.keyboard.press("Shift+R")
    until(page, "studio.store.state.takes.length === 2")
    after = take(page)
    assert strokes(after, 3, 5) == strokes(before, 3, 5)
    assert solo_in(after, 1, 2) != solo_in(before, 1, 2)
    assert solo_in(after, 6, 8) != solo_in(before, 6, 8)
    page.keyboard.press("x")
    assert take(page)["id"] == before["id"]
    page.keyboard.press("x")
    assert take(page)["id"] == after["id"]


UNDER_BAR = """index => {
    document.querySelector("#notation").scrollIntoView();
    const box = studio.notation.engraved.measures[index].getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
}"""


def press(page, where, index, held):
    """Press the mouse on something, and return where that is.

    The page may still be drawing, which moves it, so it is tried until it is held and stays.

    Args:
        page: The page.
        where: A function of JavaScript that returns where it is, by its index.
        index: Its index.
        held: An expression of JavaScript: the index of what the mouse holds.
    """
    for _ in range(100):
        place = page.evaluate(where, index)
        page.mouse.move(*place)
        page.mouse.down()
        if page.evaluate(held) == index and page.evaluate(where, index) == place:
            return place
        page.mouse.up()
        page.wait_for_timeout(100)
    return pytest.fail(f"never pressed: {held} is not {index}")


def test_the_notation_lights_up_and_is_clicked_like_the_roll(page):
    pytest.importorskip("verovio")
    made = generate(page)
    until(page, "studio.notation.engraved.measures.length > 0")
    found = page.evaluate(
        """() => {
            const { engraved } = studio.notation;
            const root = engraved.hosts[0].shadowRoot;
            const roles = [...root.querySelectorAll('.note')].map((note) => note.classList[1]);
            return [engraved.measures.length, new Set(roles.filter(Boolean)).size > 1];
        }"""
    )
    assert found == [len(made["bars"]), True]
    press(page, UNDER_BAR, 2, "studio.notation.engraved.from")
    page.mouse.up()
    place = page.evaluate("studio.transport.player.position")
    bar = made["bars"][2]
    assert bar["start"] - 0.01 <= place < bar["start"] + bar["length"]
    page.click("#play")
    until(page, "studio.notation.engraved.bar === 3")
    lit = page.evaluate(
        """['.hit', '.bar-light'].map((name, index) => {
            const root = index ? document : studio.notation.engraved.measures[3];
            return Math.round(root.querySelector(name).getBoundingClientRect().x);
        })"""
    )
    assert lit[0] == pytest.approx(lit[1], abs=2)
    page.click("#play")


OVER_NOTE = """index => {
    const roll = document.querySelector("#roll");
    roll.scrollIntoView({ block: "center" });
    const note = studio.roll.notes[index];
    const { x, y } = roll.getBoundingClientRect();
    return [x + studio.roll.x(note.onset) + 1, y + studio.roll.y(note.pitch) + 3];
}"""


def test_a_note_is_dragged_off_the_grid_with_alt(page):
    made = generate(page)
    place = press(page, OVER_NOTE, 1, "studio.roll.pointer.drag?.index")
    page.keyboard.down("Alt")
    page.mouse.move(place[0] + 3, place[1])
    page.mouse.move(place[0] + 5, place[1])
    page.mouse.up()
    page.keyboard.up("Alt")
    moved = made["notes"]["solo"][1][0] + 5 / page.evaluate("studio.roll.scale")
    until(page, "studio.store.take.version === 2")
    assert take(page)["notes"]["solo"][1][0] == pytest.approx(moved, abs=0.003)


def test_all_takes_come_in_one_file(page, tmp_path):
    generate(page)
    lock(page, "piano", "bass", "drums")
    another(page)
    with page.expect_download() as waiting:
        page.click("#download-all")
    file = tmp_path / "takes.mid"
    waiting.value.save_as(file)
    tracks = session_of(file.read_bytes(), "takes.mid").tracks
    names = [track.name.partition(":")[0] for track in tracks]  # without the instruments
    assert names == ["Solo take 1", "Solo take 2", "Piano", "Bass", "Drums"]


BEGINNINGS = {"mid": "MThd", "musicxml": "<?xml", "dawproject": "PK", "rpp": "<REAPER_PROJECT"}


@pytest.mark.parametrize("name", BEGINNINGS)
def test_each_format_is_downloaded(page, tmp_path, name):
    generate(page)
    page.select_option("#format", name)
    with page.expect_download() as waiting:
        page.click("#download")
    file = tmp_path / f"take.{name}"
    waiting.value.save_as(file)
    assert file.read_bytes().startswith(BEGINNINGS[name].encode())


def test_students_see_what_was_expected(page):
    generate(page)
    page.click("#expected summary")
    page.evaluate("studio.roll.pick(3)")
    until(page, "document.querySelectorAll('.chances li').length >= 5")
    assert page.locator(".chances .drawn").count() == 1
    assert page.evaluate("studio.roll.expected.index") == 3  # drawn beside the note too
    assert page.inner_text(".expected-chord b") in {"Dm7", "G7", "C△7", "A7♭9"}


def test_tones_are_spelled_over_their_chord(page):
    told = page.evaluate(
        """async (rows) => {
            const { spelled } = await import('./spelling.js');
            return rows.map(([pitch, symbol, tones]) => {
                const { name, degree } = spelled(pitch, { symbol, tones });
                return `${name} ${degree}`;
            });
        }""",
        [row[:3] for row in SPELLINGS],
    )
    assert told == [row[3] for row in SPELLINGS]


def test_what_another_tab_has_changed_is_told(page, address):
    generate(page)
    page.evaluate("studio.store.save()")
    other = page.context.new_page()
    try:
        other.goto(address)
        other.wait_for_selector("html[data-ready]")
        other.fill("#title", "Elsewhere")
        another(other)
        other.evaluate("studio.store.save()")
        page.wait_for_selector("#tabs[open]")
        until(page, "studio.store.state.takes.length === 2")
        page.click("#tabs-take")
        assert page.input_value("#title") == "Elsewhere"
    finally:
        other.close()


RAISE = """by => {
    const { roll } = studio;
    roll.edit(roll.notes.with(0, { ...roll.notes[0], pitch: roll.notes[0].pitch + by }), 0);
}"""


def test_edits_of_one_take_in_two_tabs_are_both_kept(page, address):
    pitch = generate(page)["notes"]["solo"][0][2]
    page.evaluate("studio.store.save()")
    other = page.context.new_page()
    try:
        other.goto(address)
        other.wait_for_selector("html[data-ready]")
        page.evaluate(RAISE, 1)
        until(page, "studio.store.take.version === 2")
        until(other, "studio.store.take.version === 2")  # it has come there
        other.evaluate("() => { studio.store._elsewhere = async () => {}; }")  # as if it were slow
        page.evaluate(RAISE, 1)
        until(page, "studio.store.take.version === 3")
        page.evaluate("studio.store.save()")
        other.evaluate(RAISE, 5)
        until(other, "studio.store.state.takes.length === 2")
        theirs, own = other.evaluate("studio.store.state.takes")
        assert [one["notes"]["solo"][0][2] - pitch for one in (theirs, own)] == [2, 6]
        assert take(other)["id"] == own["id"]
        assert "take of its own" in other.inner_text("#message")
    finally:
        other.close()


SONGS = [f"Tune {n}=Some Body=Swing=C=n=T44[C^7 |D-7 |G7 |C6 Z" for n in range(1, 10)]


def test_a_playlist_is_searched(page):
    page.click("#paste-open")
    page.fill("#paste-text", "irealbook://" + quote("=".join(SONGS)))
    page.click("#paste-use")
    page.wait_for_selector("#paste-songs button")
    assert page.locator("#paste-songs button").count() == 9
    page.fill("#paste-search", "tune 7")
    page.locator("#paste-songs button").click()
    page.wait_for_selector("#paste:not([open])", state="attached")
    assert page.input_value("#title") == "Tune 7"
    page.click("#library-open")
    assert "Tune 7" in page.inner_text("#library-list")


def test_a_take_over_other_changes_brings_its_chart_back(page):
    """While the chart above is another one, nothing in it lights up as if it sounded."""
    generate(page)
    until(page, "document.querySelector('#other-chart').hidden && studio.sheet.chorus")
    page.evaluate("text => studio.use({ text })", "key: F\n| Fm7 | Bb7 | Eb6 | % | Am7 | D7 |")
    page.click("#play")
    page.wait_for_selector("#other-chart:not([hidden])")
    until(page, "studio.transport.player.position > 0.1")
    assert page.locator(".bar.playing").count() == 0
    page.click("#chart-of-take")
    page.wait_for_selector("#other-chart", state="hidden")
    page.wait_for_selector(".bar.playing")
    assert page.locator(".bar").count() == 4
    for _ in range(2):
        page.click("#undo")
    assert page.input_value("#title") == "Four"


def test_a_loop_and_its_tempo_stay_with_the_bars(page):
    """A take that is kept, or another one at another tempo, leaves neither the old one's."""
    first = generate(page)
    page.evaluate("studio.roll.select({ first: 0, last: 0 })")
    page.check("#practice")
    page.click("#loop")
    page.click("#play")
    until(page, "studio.transport.player.rate > 1.02")
    page.evaluate("studio.store.put({ takes: [...studio.store.state.takes] })")
    assert page.evaluate("studio.transport.player.rate") > 1.02
    assert page.is_enabled("#speed-text")
    page.click("#play")
    page.click("#speed-text")
    assert page.evaluate("studio.transport.player.rate") == 1
    assert page.inner_text("#speed-text") == "200 bpm"
    page.evaluate("text => studio.use({ text })", "tempo: 100\n| Dm7 | G7 | C6 | A7 |")
    slow = another(page)
    ends = [made["bars"][0]["length"] for made in (slow, first)]
    assert page.evaluate("studio.transport.player.loop.to") == pytest.approx(ends[0])
    page.keyboard.press("1")
    assert page.evaluate("studio.transport.player.loop.to") == pytest.approx(ends[1])
    assert page.inner_text("#speed-text") == "200 bpm"


def test_the_roll_scrolls_sideways_and_lets_the_page_scroll(page):
    made = generate(page, choruses=8)
    until(page, "!studio.notation.asking")  # nothing moves any more
    page.evaluate("document.querySelector('#roll').scrollIntoView({ block: 'center' })")
    box = page.locator("#roll").bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 100)
    page.mouse.wheel(200, 0)
    until(page, "studio.roll.left > 1")
    top = page.evaluate("scrollY")
    page.mouse.wheel(0, -100)
    until(page, f"scrollY < {top}")
    page.focus("#roll-place")
    page.keyboard.press("End")
    until(page, "studio.roll.left === studio.roll.furthest")
    page.evaluate("studio.transport.seek(0)")  # as a click on a bar of the notation does
    assert page.evaluate("studio.roll.left") == 0
    last = made["bars"][-1]["start"]
    page.evaluate("second => studio.transport.seek(second)", last)
    assert page.evaluate("studio.roll.x(studio.transport.player.position) < studio.roll.width")


def test_undo_of_the_only_take_ends_its_sound(page):
    generate(page)
    page.click("#play")
    until(page, "studio.transport.playing")
    for _ in range(2):
        page.click("#undo")
    assert page.evaluate("studio.store.take") is None
    assert not page.evaluate("studio.transport.playing")


def test_several_takes_at_once_have_one_band(page):
    page.evaluate("text => studio.use({ text })", "key: C\ntempo: 200\n| Dm7 | G7 | C6 |")
    page.evaluate("studio.store.put({ settings: { ...studio.store.state.settings, count: 2 } })")
    another(page)
    first, second = page.evaluate("studio.store.state.takes")
    assert first["notes"]["bass"] == second["notes"]["bass"]
    assert first["notes"]["solo"] != second["notes"]["solo"]
    assert take(page)["id"] == first["id"]
    page.keyboard.press("x")
    assert take(page)["id"] == second["id"]


def test_the_mouse_leaves_the_keys_to_the_music(page):
    """After a click on a button, Space plays and stops: it doesn't press the button again."""
    generate(page)
    page.click("#zoom-in")
    page.keyboard.press(" ")
    until(page, "studio.transport.playing")
    page.keyboard.press(" ")
    assert not page.evaluate("studio.transport.playing")
