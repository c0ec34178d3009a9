"""Repeats, endings and jumps of a MusicXML measure: what its bar lines and directions say.

A program that means what it prints adds a `<sound>` to a jump, and that counts. Where there is
none, the printed words and signs are taken as a player reads them. Source: MusicXML 4.0, W3C Music
Notation Community Group, elements `direction`, `sound`, `barline`, `ending`, `repeat`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from xml.etree.ElementTree import Element

from jazzgen.music.jump_words import (
    Jump,
    is_coda,
    is_fine,
    is_segno,
    is_to_coda,
    read_jump,
    read_times,
)
from jazzgen.music.jumps import JumpBar

__all__ = ["MAX_TIMES", "Navigation"]

MAX_TIMES = 16
"""The largest number of times that a repeat is played."""
TIMES = re.compile(r"([-+]?\d{1,15})(?:\.\d{0,9})?", re.ASCII)
PASSES = re.compile(r"(\d{1,2})(?:\s*[-–]\s*(\d{1,2}))?", re.ASCII)
"""A pass of an ending, or a range of passes."""
GLYPHS = str.maketrans({"\ue045": "D.S.", "\ue046": "D.C.", "\ue047": "𝄋", "\ue048": "𝄌"})
"""Signs of music fonts that programs leave in their words."""
SIGNS = {"coda": "𝄌", "segno": "𝄋"}
CODA_ALONE = (SIGNS["coda"], "⊕", "Ø", "ø")
"""The sign of a coda, also as people type it."""
DOUBLE_LINES = ("light-light", "light-heavy", "heavy-light", "heavy-heavy", "heavy")
MARKS = (
    ("to_coda", is_to_coda), ("fine", is_fine), ("coda_before", is_coda), ("segno", is_segno),
)  # fmt: skip
"""Signs that stand in words, and how they are known."""
JUMPING = ("coda", "tocoda", "segno", "fine", "dacapo", "dalsegno")
"""Attributes of a `<sound>` that decide what is played next."""


@dataclass
class Navigation:
    """The signs of a measure that decide what is played after it, all parts together.

    Args:
        opens: Whether a repeat begins with it.
        ending: The passes of the ending that begins with it; empty if none does.
        times: How often the repeat that ends after it is played; 0 if none ends there.
        closes: Whether a section, a repeat or an ending ends after it.
        segno: Whether it has a segno.
        coda_before: Whether it has a coda sign at its beginning.
        coda_after: Whether it has a coda sign after its first note.
        to_coda: Whether the player leaves for the coda after it, once a jump has been made.
        fine: Whether it is the last one, once a jump has been made.
        jump: The jump that follows it, if any.
        in_words: What only words say, by kind, as they are printed.
        says_times: Whether its bar line says how often the repeat is played.
        said_times: How often words say that; 0 if none do.
    """

    opens: bool = False
    ending: tuple[int, ...] = ()
    times: int = 0
    closes: bool = False
    segno: bool = False
    coda_before: bool = False
    coda_after: bool = False
    to_coda: bool = False
    fine: bool = False
    jump: Jump | None = None
    in_words: dict[str, str] = field(default_factory=dict)
    says_times: bool = False
    said_times: int = 0

    def settle_times(self) -> None:
        """Play the repeat that ends here as often as words say, if its bar line does not say it."""
        if self.times == 2 and self.said_times and not self.says_times:
            self.times = self.said_times
        else:
            self.in_words.pop("times", None)

    def hand_on_times(self, end: Navigation) -> None:
        """Give the number of times that words say where a repeat begins to where it ends.

        Args:
            end: The signs of the measure that ends the repeat.
        """
        if self.said_times and not end.said_times:
            end.said_times, self.said_times = self.said_times, 0
            end.in_words["times"] = self.in_words.pop("times")

    def jump_bar(self) -> JumpBar:
        """Return the signs as the order in which bars are played depends on them."""
        return JumpBar(
            opens=self.opens,
            ending=self.ending,
            times=self.times,
            closes=self.closes,
            segno=self.segno,
            coda_before=self.coda_before,
            coda_after=self.coda_after,
            to_coda=self.to_coda,
            fine=self.fine,
            jump=self.jump,
        )

    def read_direction(self, direction: Element, quarters: Fraction) -> None:
        """Read a `<direction>` or a `<sound>`.

        Args:
            direction: The element.
            quarters: Its position in the measure.
        """
        said = _words(direction)
        words = " ".join(said)
        sound = direction if direction.tag == "sound" else direction.find("sound")
        if sound is not None and any(name in sound.attrib for name in JUMPING):
            self._read_sound(sound, read_jump(words))
        elif said and not self._read_words(words, quarters) and len(said) > 1:
            for each in said:
                self._read_words(each, quarters)

    def _read_sound(self, sound: Element, printed: Jump | None) -> None:
        """Take over what a `<sound>` says, with the details of a jump that words print."""
        for kind, name in (("segno", "segno"), ("coda_before", "coda"), ("to_coda", "tocoda")):
            if name in sound.attrib:
                setattr(self, kind, True)
                self.in_words.pop(kind, None)
        if sound.get("fine", "no") != "no":
            self.fine = True
            self.in_words.pop("fine", None)
        to_segno = "dalsegno" in sound.attrib
        if to_segno or sound.get("dacapo") == "yes":
            plain = Jump(text="D.S." if to_segno else "D.C.", to_segno=to_segno)
            known = printed or (self.jump if "jump" in self.in_words else None)
            self.jump = known if known and known.to_segno == to_segno else plain
            self.in_words.pop("jump", None)

    def _read_words(self, words: str, quarters: Fraction) -> bool:
        """Take over what words and printed signs say; return whether that is anything."""
        if words in CODA_ALONE:
            self.coda_after |= bool(quarters)
            self.coda_before |= not quarters
        elif words == SIGNS["segno"]:
            self.segno = True
        elif jump := read_jump(words):
            known = self.jump
            self._say("jump", words, known=known is not None)
            if known is None or (known.is_plain and known.to_segno == jump.to_segno):
                self.jump = jump
        elif (times := read_times(words) or 0) > 1:
            self.said_times = min(times, MAX_TIMES)
            self._say("times", words, known=False)
        elif kind := next((kind for kind, is_said in MARKS if is_said(words)), ""):
            self._say(kind, words, known=bool(getattr(self, kind)))
            setattr(self, kind, True)
        else:
            return False
        return True

    def _say(self, kind: str, words: str, *, known: bool) -> None:
        if not known:
            self.in_words[kind] = words[:40]

    def read_bar_line(self, line: Element) -> str:
        """Read a `<barline>`; return what was repaired in it, or "".

        Args:
            line: The element.
        """
        remark = ""
        is_left = line.get("location") == "left"
        repeat = line.find("repeat")
        if repeat is not None and repeat.get("direction") == "forward":
            self.opens = True
        elif repeat is not None:
            self.times, remark = _times(repeat.get("times", "2"))
            self.says_times = "times" in repeat.attrib
        ending = line.find("ending")
        if ending is not None and ending.get("type") == "start":
            self.ending = _passes(ending.get("number", ""))
        ends = ending is not None and ending.get("type") in ("stop", "discontinue")
        is_double = (line.findtext("bar-style") or "").strip() in DOUBLE_LINES
        self.closes |= bool(self.times or ends or (is_double and not is_left))
        self.segno |= line.find("segno") is not None
        if line.find("coda") is not None:
            self.coda_before |= is_left
            self.coda_after |= not is_left
        return remark


def _words(direction: Element) -> list[str]:
    """Return the words of a direction, with its signs of segno and coda among them."""
    said: list[str] = []
    for kind in direction.findall("direction-type"):
        for item in kind:
            if item.tag in ("words", "rehearsal"):
                said.append(" ".join((item.text or "")[:200].translate(GLYPHS).split()))
            elif item.tag in SIGNS:
                said.append(SIGNS[item.tag])
    return list(filter(None, said))


def _times(text: str) -> tuple[int, str]:
    """Return how often a repeat is played, 0 for one that is none, and what was repaired."""
    number = TIMES.fullmatch(text.strip()[:40])
    if number is None:
        return 2, f"a repeat to be played {text.strip()[:20]!r} times is played twice"
    times = int(number[1])
    if times < 2:
        return 0, f"a repeat to be played {times} times is passed over"
    if times > MAX_TIMES:
        return MAX_TIMES, f"a repeat to be played {times} times is played {MAX_TIMES} times"
    return times, ""


def _passes(numbers: str) -> tuple[int, ...]:
    """Return the passes of an ending, such as (1, 2) for "1, 2"; one without a number is (0,)."""
    found: set[int] = set()
    for first, last in PASSES.findall(numbers[:80]):
        found.update(range(int(first), min(int(last or first), MAX_TIMES) + 1))
    return tuple(sorted(number for number in found if 0 < number <= MAX_TIMES)) or (0,)
