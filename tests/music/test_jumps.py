"""The order in which bars with several jumps, segnos and codas are played."""

from jazzgen.music.jump_words import read_jump
from jazzgen.music.jumps import JumpBar, playing_order


def tune(**signs):
    """Return the bars of a tune of eight bars; `b2={...}` gives the signs of its third."""
    return [JumpBar(**signs.get(f"b{number}", {})) for number in range(8)]


def test_each_jump_leads_to_a_coda_of_its_own():
    order = playing_order(
        tune(
            b1={"coda_after": True},
            b2={"jump": read_jump("D.C. al Coda")},
            b3={"coda_before": True},
            b5={"jump": read_jump("D.C. al Coda"), "coda_after": True},
            b6={"coda_before": True},
        )
    )
    assert order.bars == [0, 1, 2, 0, 1, 3, 4, 5, 0, 1, 2, 3, 4, 5, 6, 7]
    assert not order.doubts


def test_a_jump_inside_the_only_coda_is_told():
    order = playing_order(
        tune(
            b1={"coda_after": True},
            b3={"jump": read_jump("D.C. al Coda")},
            b4={"coda_before": True},
            b6={"jump": read_jump("D.C. al Fine")},
        )
    )
    assert order.bars == [0, 1, 2, 3, 0, 1, 4, 5, 6, 7]
    assert [bar for bar, _ in order.doubts] == [6]
    assert order.doubts[0][1] == "D.C. al Fine: a jump inside the coda: not taken"


def test_a_dal_segno_leads_to_the_nearest_of_several_segnos():
    order = playing_order(
        tune(
            b1={"segno": True},
            b2={"jump": read_jump("D.S.")},
            b3={"segno": True},
            b6={"jump": read_jump("D.S. al Fine")},
            b5={"fine": True},
        )
    )
    assert order.bars == [0, 1, 2, 1, 2, 3, 4, 5, 6, 3, 4, 5]
    assert order.doubts == [(7, "is never played")]


def test_a_double_segno_is_the_second_one():
    order = playing_order(
        tune(
            b1={"segno": True},
            b3={"segno": True},
            b4={"jump": read_jump("D.S.")},
            b7={"jump": read_jump("D.S.S.")},
        )
    )
    assert order.bars == [0, 1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 3, 4, 5, 6, 7]


def test_bars_that_are_never_played_are_told():
    order = playing_order(tune(b1={"fine": True}, b3={"jump": read_jump("D.C. al Fine")}))
    assert order.bars == [0, 1, 2, 3, 0, 1]
    assert order.doubts == [(4, "is never played, nor are the 3 after it")]
