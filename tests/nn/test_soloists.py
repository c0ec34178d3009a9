"""The soloists of a model: found by name, drawn by a seed, and told to the model in numbers."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_models import BLUES

from jazzgen.config import SamplingConfig
from jazzgen.errors import ConfigError, ModelError
from jazzgen.music.instrument import INSTRUMENTS, find_instrument
from jazzgen.nn.assets import Assets, Profile
from jazzgen.nn.engine import NO_CONDITIONS
from jazzgen.nn.soloists import ANYBODY, BEYOND, Soloist, Soloists

NAMES = ("Ann Reed", "Ben Horn", "Cleo Brass", "Dan Horn")
EARLY = Soloists(assets=Assets(performers=NAMES), model="four")
"""The performers of a model of the first edition, which has no profiles."""

TENOR, TRUMPET, VIBES = "tenor saxophone", "trumpet", "vibraphone"
PROFILES = (
    Profile("Ann Reed", TENOR, "bebop", 44, 70),
    Profile("Ann Reed", TENOR, "hard bop", 46, 75),
    Profile("Ann Reed", TENOR, "hard bop", 46, 75),
    Profile("Ben Horn", TENOR, "cool", 50, 72),
    Profile("Cleo Brass", TRUMPET, "hard bop", 54, 84),
    Profile("Cleo Brass", TRUMPET, "post-bop", 60, 64),
    Profile("Dan Horn", VIBES, "cool", 53, 89, (1, 2, 3, 4)),
    Profile("", TRUMPET, "", 55, 80),
)
ASSETS = Assets(
    performers=NAMES,
    instruments=(TENOR, TRUMPET, VIBES),
    styles=("bebop", "cool", "hard bop", "post-bop"),
    feels=("ballad", "straight", "swing"),
    profiles=PROFILES,
)
BAND = Soloists(assets=ASSETS, model="band")
SEEDS = range(120)


def chosen(seeds=SEEDS, **asked):
    """Whom each seed plays like."""
    return [BAND.choose(BLUES, seed, **asked) for seed in seeds]


def fits(soloist, profile):
    """Whether a soloist is what a profile says, all of it."""
    told = (soloist.performer, soloist.instrument, soloist.played_like, soloist.style)
    return told == (profile.performer, profile.instrument, profile.instrument, profile.style)


@pytest.mark.parametrize(("name", "number"), [("", 0), ("Ann Reed", 1), ("dan HORN", 4)])
@pytest.mark.parametrize("soloists", [EARLY, BAND])
def test_a_name_has_a_number_in_any_case(soloists, name, number):
    assert soloists.conditions(Soloist(performer=name), BLUES)[0] == number


OTHERS = tuple(f"Qu {number}" for number in range(10))
MANY = Soloists(assets=replace(ASSETS, performers=(*NAMES, *OTHERS)))


@pytest.mark.parametrize(
    ("name", "suggested"),
    [
        ("Horn", "Ben Horn, Dan Horn"),
        ("Claeo Bras", "Cleo Brass"),
        ("Xyzzy", "Ann Reed, Ben Horn, Cleo Brass"),
    ],
)
def test_an_unknown_name_is_answered_with_similar_ones(name, suggested):
    expected = f"performer '{name}': .*nearest: {suggested}$"
    with pytest.raises(ModelError, match=expected):
        MANY.choose(BLUES, 1, name)
    with pytest.raises(ModelError, match=expected):
        MANY.conditions(Soloist(performer=name), BLUES)


@pytest.mark.parametrize("soloists", [EARLY, BAND])
def test_where_there_are_few_names_all_are_told(soloists):
    with pytest.raises(ModelError, match=f"nearest: {', '.join(NAMES)}$"):
        soloists.choose(BLUES, 1, "Xyzzy")


def test_a_model_without_performers_is_named():
    nobody = Soloists(assets=Assets(), model="lonely")
    assert nobody.choose(BLUES, 1) == ANYBODY
    assert nobody.conditions(ANYBODY, BLUES) == NO_CONDITIONS
    with pytest.raises(ModelError, match="lonely: knows no performers by name"):
        nobody.choose(BLUES, 1, "Ann Reed")


def test_without_profiles_performers_are_drawn_as_often_as_they_were_heard():
    counted = Soloists(assets=Assets(performers=NAMES, performer_counts=(1, 1, 1, 97)))
    drawn = Counter(counted.choose(BLUES, seed).performer for seed in range(200))
    assert drawn["Dan Horn"] > 180
    assert {EARLY.choose(BLUES, seed).performer for seed in range(30)} == set(NAMES)


def test_without_profiles_a_seed_draws_whom_it_always_drew():
    """Which performer a seed of the first edition draws decides what it plays."""
    drawn = [EARLY.choose(BLUES, seed).performer.split()[0] for seed in range(8)]
    assert drawn == ["Ann", "Dan", "Cleo", "Ben", "Cleo", "Dan", "Ann", "Ann"]


def test_without_profiles_an_instrument_is_only_a_range():
    soloist = EARLY.choose(BLUES, 1, "", TENOR)
    assert soloist == Soloist(instrument=TENOR, compass=(44, 75))
    assert EARLY.choose(BLUES, None) == ANYBODY


@pytest.mark.parametrize("soloists", [EARLY, BAND])
def test_a_draw_depends_on_seed_and_chart_alone(soloists):
    drawn = [soloists.choose(BLUES, seed) for seed in range(20)]
    assert drawn == [soloists.choose(BLUES, seed) for seed in range(20)]
    assert drawn != [soloists.choose(BLUES.repeat(2), seed) for seed in range(20)]


def test_a_seed_draws_a_training_solo_with_all_that_belongs_to_it():
    soloists = chosen(range(400))
    for soloist in soloists:
        assert any(fits(soloist, profile) for profile in PROFILES)
        assert soloist.remark == ""
    counts = Counter(soloist.performer for soloist in soloists)
    assert set(counts) == {*NAMES, ""}
    assert counts["Ann Reed"] > counts["Ben Horn"] + 40, "she has three of the solos, he has one"


def test_a_performer_brings_the_instrument_and_a_style():
    soloists = chosen(performer="ann reed")
    assert {one.performer for one in soloists} == {"Ann Reed"}
    assert {one.instrument for one in soloists} == {one.played_like for one in soloists} == {TENOR}
    styles = Counter(one.style for one in soloists)
    assert set(styles) == {"bebop", "hard bop"}
    assert styles["hard bop"] > styles["bebop"]
    # Her solos reach from 44 to 70 and from 46 to 75; a tenor goes from 44 to 75.
    assert {one.compass for one in soloists} == {(44, 71), (45, 75)}


def test_a_training_solo_brings_its_touch():
    assert {one.touch for one in chosen(range(5), performer="Dan Horn")} == {(1, 2, 3, 4)}
    assert {one.touch for one in chosen(range(5), performer="Ben Horn")} == {(0, 0, 0, 0)}


def test_an_instrument_is_played_by_those_who_play_it():
    soloists = chosen(instrument="Tenor sax")
    assert {one.performer for one in soloists} == {"Ann Reed", "Ben Horn"}
    assert {one.instrument for one in soloists} == {TENOR}
    assert not any(one.remark for one in soloists)
    for one in soloists:
        assert 44 <= one.compass[0] <= one.compass[1] <= 75


def test_an_instrument_that_nobody_plays_is_played_like_the_nearest():
    for soloist in chosen(range(8), instrument="flugelhorn"):
        assert (soloist.instrument, soloist.played_like) == ("flugelhorn", TRUMPET)
        assert soloist.performer in ("Cleo Brass", "")
        assert "no training solo is played on the flugelhorn; played like the trumpet" in (
            soloist.remark
        )
        low, high = soloist.compass
        assert 52 <= low <= high <= 79, "what a flugelhorn can play"


def test_a_performer_who_never_plays_an_instrument_plays_it_all_the_same():
    for soloist in chosen(range(8), performer="Ann Reed", instrument="trumpet"):
        told = (soloist.performer, soloist.instrument, soloist.played_like)
        assert told == ("Ann Reed", TRUMPET, TRUMPET)
        assert soloist.remark == (
            "Ann Reed plays no trumpet in the training data; played on it all the same"
        )
        low, high = soloist.compass
        assert 52 <= low <= high <= 82, "what a trumpet can play"


@pytest.mark.parametrize("style", ["hard bop", "Hard Bop", "hard-bop", "HARDBOP"])
def test_a_style_is_known_by_any_capitals_and_hyphens(style):
    soloists = chosen(style=style)
    assert {one.style for one in soloists} == {"hard bop"}
    assert {one.performer for one in soloists} == {"Ann Reed", "Cleo Brass"}
    assert not any(one.remark for one in soloists)


@pytest.mark.parametrize(
    ("style", "near"),
    [("hart bop", "hard bop, post-bop"), ("polka", "bebop, cool, hard bop, post-bop")],
)
def test_an_unknown_style_is_answered_with_those_that_are_known(style, near):
    expected = f"style '{style}': the model does not know that one; nearest: {near}$"
    with pytest.raises(ModelError, match=expected):
        BAND.choose(BLUES, 1, style=style)


def test_a_model_that_knows_no_styles_is_named():
    with pytest.raises(ModelError, match="four: knows no styles; leave out the style"):
        EARLY.choose(BLUES, 1, style="bebop")


def test_an_instrument_that_there_is_not_is_refused():
    with pytest.raises(ConfigError, match="'kazoo' is not an instrument"):
        BAND.choose(BLUES, 1, instrument="kazoo")


@pytest.mark.parametrize(
    ("asked", "remark"),
    [
        (
            {"performer": "Dan Horn", "style": "bebop"},
            "no training solo is by Dan Horn and in the style bebop; the model is asked for it all "
            "the same",
        ),
        (
            {"performer": "Ben Horn", "instrument": "tenor", "style": "bebop"},
            f"no training solo is by Ben Horn and on the {TENOR} and in the style bebop; "
            "the model is asked for it all the same",
        ),
        (
            {"instrument": "vibes", "style": "bebop"},
            f"no training solo is on the {VIBES} and in the style bebop; the model is asked for it "
            "all the same",
        ),
        ({"performer": "Dan Horn", "style": "cool"}, ""),
        ({"instrument": "tenor", "style": "bebop"}, ""),
    ],
)
def test_what_does_not_go_together_is_played_and_remarked(asked, remark):
    for soloist in chosen(range(5), **asked):
        assert soloist.remark == remark
        assert soloist.style == asked["style"]
        assert soloist.performer == asked.get("performer", soloist.performer)
        if "instrument" in asked:
            assert soloist.instrument == find_instrument(asked["instrument"]).name


def test_nobody_in_particular_has_nothing_that_was_not_asked_for():
    assert BAND.choose(BLUES, 3, "") == ANYBODY
    assert BAND.choose(BLUES, None) == ANYBODY, "without a seed nothing is drawn"
    asked = BAND.choose(BLUES, 3, "", "trumpet", "Cool")
    assert asked == Soloist(instrument=TRUMPET, played_like=TRUMPET, style="cool", compass=(52, 82))


def test_a_named_performer_is_found_without_a_seed_too():
    assert BAND.choose(BLUES, None, "Ben Horn").compass == (49, 73), "his solo is 50 to 72"


COMPASSES = st.tuples(st.integers(0, 127), st.integers(0, 127)).map(sorted)


@given(COMPASSES, st.sampled_from(["", *(one.name for one in INSTRUMENTS)]))
def test_a_compass_is_one_that_can_be_played(compass, instrument):
    low, high = compass
    one = Profile("Ann Reed", TENOR, "cool", low, high)
    found = Soloists(assets=replace(ASSETS, profiles=(one,))).choose(BLUES, 0, None, instrument)
    SamplingConfig(low=found.compass[0], high=found.compass[1])  # refuses less than an octave
    if instrument:
        asked = find_instrument(instrument)
        assert asked.low <= found.compass[0] <= found.compass[1] <= asked.high
    elif high - low >= 12:
        tenor = find_instrument(TENOR)
        assert found.compass == (
            min(low, max(low - BEYOND, tenor.low)),
            max(high, min(high + BEYOND, tenor.high)),
        )


def test_a_short_solo_leaves_an_octave():
    post_bop = chosen(range(3), performer="Cleo Brass", style="post-bop")
    assert {one.compass for one in post_bop} == {(56, 68)}, "its own is 60 to 64"


@pytest.mark.parametrize(
    ("feel", "number"),
    [("swing", 3), ("straight", 2), ("ballad", 1), ("bossa", 2), ("waltz", 3)],
)
def test_a_model_is_told_numbers_and_the_nearest_feel(feel, number):
    touch = (3, 0, 5, 1)
    soloist = Soloist(performer="Ben Horn", played_like=VIBES, style="post-bop", touch=touch)
    assert BAND.conditions(soloist, replace(BLUES, feel=feel)) == (2, 3, 4, number, *touch)


def test_what_a_model_does_not_know_is_0():
    stranger = Soloist(instrument=TRUMPET, played_like="kazoo", style="polka")
    assert BAND.conditions(stranger, BLUES)[:3] == (0, 0, 0)
