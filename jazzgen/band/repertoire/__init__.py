"""The styles that come with the program, by family; importing the package registers them.

Their order matters, since charts search the style that was registered last first: a "swing ballad"
is a ballad, a "gypsy jazz waltz" is gypsy swing in three, and "latin swing" swings.
"""

from jazzgen.band.repertoire.ballads import BALLADS
from jazzgen.band.repertoire.latin import BRAZILIAN, CUBAN
from jazzgen.band.repertoire.straight import GROOVES, STRAIGHT
from jazzgen.band.repertoire.swing import SWING
from jazzgen.band.repertoire.threes import FIVE_FOUR, GOSPEL, WALTZ
from jazzgen.band.styles import register_style

for _style in (*STRAIGHT, *CUBAN, *SWING, *GROOVES, *BRAZILIAN, FIVE_FOUR, WALTZ, GOSPEL, *BALLADS):
    register_style(_style)
