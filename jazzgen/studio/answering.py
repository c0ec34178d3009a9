"""What a worker does with a request: it loads everything when the first one comes.

The studio's own process knows this function alone, and so begins to listen before the model and
what it stands on are loaded.
"""

from __future__ import annotations

__all__ = ["answered"]


def answered(text: str) -> str:
    """Return the answer to a request (see `jobs.run_job`).

    Args:
        text: JSON: a list of the job's name and its request.
    """
    from jazzgen.studio.jobs import run_job

    return run_job(text)
