"""Sheet music as a file: the pages of a score as PDF or SVG."""

from __future__ import annotations

from jazzgen.render.engraving import engrave, stacked
from jazzgen.render.sheet_pdf import pdf_of_pages

__all__ = ["sheet_bytes"]


def sheet_bytes(score: bytes, suffix: str, title: str = "") -> bytes:
    """Return the pages of a score as the bytes of a file.

    Args:
        score: The bytes of an uncompressed MusicXML file.
        suffix: ".pdf" or ".svg"; in an SVG, the pages are one below the other.
        title: The title that a PDF says it has.

    Raises:
        MissingPackageError: Verovio, or for PDF matplotlib, is not installed.
    """
    pages = engrave(score)
    if suffix.lower() == ".pdf":
        return pdf_of_pages(pages, title)
    return stacked(pages).encode("utf-8")
