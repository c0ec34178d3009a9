"""What the tests of this folder share: most of them read files, and start workers for it."""

from quick_workers import quick_workers

__all__ = ["quick_workers"]
