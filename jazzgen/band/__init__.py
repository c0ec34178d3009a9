"""The band: what accompanies a solo, and how it is played."""
