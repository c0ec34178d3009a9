"""From files that anybody made to solos: which notes, where on the grid, over which chords."""
