"""Models in formats that other programs play; see `docs/export.md`."""
