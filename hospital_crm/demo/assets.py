"""Copies the few front-end files we serve out of `node_modules` into `static/vendor`.

What the files name but we do not ship (source maps, old font formats) is stripped, or the manifest storage would stop.
"""

import re
import shutil
import sys
from pathlib import Path

SERVED = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
    "@tabler/icons-webfont/dist/tabler-icons.min.css": "tabler-icons.min.css",
    "@tabler/icons-webfont/dist/fonts/tabler-icons.woff2": "fonts/tabler-icons.woff2",
    "echarts/dist/echarts.min.js": "echarts.min.js",
}
FOR_TESTS = {"axe-core/axe.min.js": "axe.min.js"}  # absent after `npm ci --omit=dev`

_SOURCE_MAP = re.compile(rb"(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)\s*")
_OLD_FONT = re.compile(rb',\s*url\("[^"]+\.(?:woff|ttf)[^"]*"\)\s*format\("[^"]+"\)')


def stripped(content: bytes) -> bytes:
    """The same CSS or JavaScript without references to files that are not shipped."""
    return _OLD_FONT.sub(b"", _SOURCE_MAP.sub(b"", content))


def copy_assets(modules: Path, target: Path) -> list[str]:
    """Copy every served file, replacing the whole target; refuses when a package lacks one of them."""
    fresh = target.with_name(f"{target.name}.copying")
    shutil.rmtree(fresh, ignore_errors=True)
    wanted = SERVED | {source: name for source, name in FOR_TESTS.items() if (modules / source).exists()}
    for source, name in wanted.items():
        place = fresh / name
        place.parent.mkdir(parents=True, exist_ok=True)
        content = (modules / source).read_bytes()
        place.write_bytes(content if place.suffix == ".woff2" else stripped(content))
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return sorted(wanted.values())


if __name__ == "__main__":
    print("static/vendor:", ", ".join(copy_assets(Path(sys.argv[1]), Path(sys.argv[2]))))
