"""MusicXML: lead sheets and scores, read within limits, and written."""
