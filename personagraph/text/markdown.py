"""Reduces Markdown to prose, sensibly and simply: the words stay, the front matter and the markup go."""

import re

LONGEST_FRONT_MATTER = 200
"""Lines after which an opening `---` is taken for a rule."""
_FENCE = re.compile(r"^ {0,3}(?:`{3,}|~{3,})[^`]*$")
_ONLY_MARKUP = re.compile(r"^(?:[-*_=|:+\s]{3,}|\s*\[[^\]]{1,200}\]:\s*\S+.*)$")
"""Rules, underlines of headings, the second line of tables, definitions of links."""
_LEADING = re.compile(r"^\s*(?:>\s?)*(?:#{1,6}\s+|[-*+]\s+(?:\[[ xX]\]\s+)?|\d{1,4}[.)]\s+)?")
_CLOSING_HASHES = re.compile(r"\s#+\s*$")
_LINK = re.compile(r"!?\[([^\[\]\n]{0,500})\](?:\([^()\n]{0,1000}\)|\[[^\[\]\n]{0,200}\])")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,1000})>")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,500}>|<!--(?:(?!<!--)[^\n]){0,2000}?-->")
_EMPHASIS = re.compile(r"(?<![\\\s])\*{1,3}|(?<!\\)\*{1,3}(?=\S)|~~|`+|(?<!\w)_{1,3}(?=\w)|(?<=[\w.,!?])_{1,3}(?!\w)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def prose(markdown: str) -> str:
    """The text without front matter and markup; code keeps its words, an image its caption, a table its cells."""
    lines = _without_front_matter(markdown.splitlines())
    return "\n".join(_plain(line) for line in lines if not _FENCE.match(line))


def _without_front_matter(lines: list[str]) -> list[str]:
    if not lines or lines[0].strip() not in ("---", "+++"):
        return lines
    fence = lines[0].strip()
    for number, line in enumerate(lines[1:LONGEST_FRONT_MATTER], 1):
        if line.strip() == fence:
            return lines[number + 1 :]
    return lines


def _plain(line: str) -> str:
    if _ONLY_MARKUP.match(line):
        return ""
    text = _CLOSING_HASHES.sub("", _LEADING.sub("", line, count=1))
    text = _TAG.sub("", _AUTOLINK.sub(r"\1", _LINK.sub(r"\1", _LINK.sub(r"\1", text))))
    text = _ESCAPE.sub(r"\1", _EMPHASIS.sub("", text))
    return " ".join(text.replace("|", " ").split()) if text.lstrip().startswith("|") else text.rstrip()
