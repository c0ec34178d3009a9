"""What `benchmark_band.py` measures, one module for each player.

| module | rows |
|---|---|
| `bass` | the bass: intervals, pendulums, chromatic notes, lengths |
| `comping` | the piano: voicings, top voice, registers, rhythm, spread |
| `drums` | the drummer: bars, timing, velocities, fills |
| `timing` | bass and piano: places in the beat, wandering |
| `levels` | the mix: how loud the stems are |

`mma` lets another program play the same charts.

A module has a constant `ROWS` (see `table.Row`), and `benchmark_band.py` lists the modules.
"""
