"""Run by itself: draw the first page of `evidence.pdf` in a folder, and write it out as PNG.

It imports nothing of the product, so that it starts fast and knows no key.
"""

import resource
import sys
from pathlib import Path

import typst

CPU_SECONDS_MOST = 10
MEMORY_MOST = 1024**3
PAGE = """
#set page(width: 600pt, height: auto, margin: 0pt)
#image("evidence.pdf", page: 1, width: 600pt)
"""


def main(folder: Path) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MOST, CPU_SECONDS_MOST))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MOST, MEMORY_MOST))
    page = folder / "page.typ"
    page.write_text(PAGE, "utf-8")
    # 96 points an inch: 800 across.
    picture = typst.compile(str(page), root=str(folder), format="png", ppi=96.0)
    sys.stdout.buffer.write(picture[0] if isinstance(picture, list) else picture)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
