"""Scores by measures, put in the order by parts that everything else reads.

Source: MusicXML 4.0, W3C Music Notation Community Group, elements `score-timewise` and
`score-partwise`.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

__all__ = ["by_parts"]


def by_parts(root: Element) -> Element:
    """Return a score by parts; one that is already, and what is no score, as it is.

    Args:
        root: The root element; the parts of its measures become measures of the new one.
    """
    if root.tag != "score-timewise":
        return root
    score = Element("score-partwise", root.attrib)
    parts: dict[str, Element] = {}
    for child in root:
        if child.tag != "measure":
            score.append(child)
            continue
        for held in child.findall("part"):
            name = held.get("id", "")
            part = parts.get(name)
            if part is None:
                part = parts[name] = Element("part", {"id": name})
            SubElement(part, "measure", child.attrib).extend(held)
    score.extend(parts.values())
    return score
