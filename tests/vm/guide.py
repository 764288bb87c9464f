"""The commands of packaging/README.md: the blocks that are marked as shell, by the heading that they stand under."""

import re
import sys
from pathlib import Path

# The guide's heading for each place of a kiosk.
HEADINGS = {"console": "The console", "x11": "The X11 session", "wayland": "The Wayland session"}
# What is tried beside it.
BESIDE = {"console": ["SSH"]}
GUIDE = Path(__file__).resolve().parents[2] / "packaging/README.md"


def sections(text=None):
    """{heading: [block, ...]} of the guide's shell blocks, word for word."""
    found, heading, block = {}, "", None
    for line in (text or GUIDE.read_text()).splitlines():
        if block is not None:
            if line.startswith("```"):
                found.setdefault(heading, []).append("\n".join(block))
                block = None
            else:
                block.append(line)
        elif line == "```sh":
            block = []
        elif match := re.fullmatch(r"##+ (.+)", line):
            heading = match[1]
    return found


def is_install(line):
    """Whether a line of the guide fetches packages."""
    return line.startswith("apt-get install ")


def packages(heading):
    """What the section has installed by apt-get."""
    lines = [line for block in sections().get(heading, []) for line in block.splitlines() if is_install(line)]
    return [word for line in lines for word in line.split()[2:] if not word.startswith("-")]


def scripts(heading):
    """The section's blocks as they are, but for the packages, which the image has already."""
    blocks = sections().get(heading)
    if not blocks:
        raise SystemExit(f"the guide has no commands under {heading!r}; it has: {', '.join(sections())}")
    without = ["\n".join(line for line in block.splitlines() if not is_install(line)) for block in blocks]
    return [script for script in without if script.strip()]


if __name__ == "__main__":
    place = sys.argv[1:]
    if place:
        print(*(package for heading in [HEADINGS[place[0]], *BESIDE.get(place[0], [])] for package in packages(heading)))
    else:
        # The places that the guide has commands for.
        print(*(name for name, heading in HEADINGS.items() if heading in sections()))
