"""Data source: clip art with descriptions in Spanish and English, from Debian's package tuxpaint-stamps-default."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from components.data.hashing import sha256_of_all
from components.data.manifest import Manifest
from components.data.source_paths import source_path
from components.errors import ConfigError, DataError
from components.wording import counted

PACKAGE = "tuxpaint-stamps-default"
LANGUAGES = ("es", "en")
MIRRORED = re.compile(r"_(mirror|flip|mirror_flip)$")
SYMBOLS = "symbols"


def stamps(
    root: str | Path = "/usr/share/tuxpaint/stamps",
    *,
    min_pictures: int = 40,
    classes: Sequence[str] | None = None,
    language: str = "es",
) -> Manifest:
    """Read small pictures of animals, food, buildings, ...: each category is a class, each picture has a description.

    Many are photos without background (PNG), others are drawings (SVG). Of the 16 categories, those with few pictures
    are skipped, as are letters and coins (`symbols`), mirrored copies, and drawings that exist as PNG too; each is
    named in `left_out`. `group` is the folder of the picture (animals/birds). Title and description are the
    description in `language`; the extra columns `description_es` and `description_en` have both ("" if it has none).

    Args:
        root: Folder of the package's pictures.
        min_pictures: Categories with fewer pictures are skipped. Eight have at least 40.
        classes: Categories to read, whatever their size; None: all with at least `min_pictures`.
        language: Language of title and description: es or en.

    Raises:
        DataError: The package is not installed, or no category is large enough.
        ConfigError: There is no such category or language.
    """
    if language not in LANGUAGES:
        raise ConfigError(f"data.language={language!r}: expected one of {', '.join(LANGUAGES)}")
    top = source_path("data.root", root, "the folder of the pictures")
    if not top.is_dir():
        raise DataError(
            f"data.root={root} does not exist: install the Debian package {PACKAGE} (apt-get install {PACKAGE}), "
            "or set data.root to the folder of its pictures"
        )
    pictures, left_out = _pictures(top)
    counts = Counter(path.parts[0] for path in pictures)
    if unknown := sorted(set(classes or ()) - set(counts)):
        raise ConfigError(f"data.classes={unknown}: no such category; there are {', '.join(sorted(counts))}")
    kept = []
    for path in pictures:
        label = path.parts[0]
        if classes is not None and label not in classes:
            left_out[path.as_posix()] = f"{label} is not among data.classes"
        elif classes is None and counts[label] < min_pictures:
            left_out[path.as_posix()] = f"{label} has {counted(counts[label], 'picture')}, fewer than {min_pictures}"
        else:
            kept.append(path)
    if not kept:
        raise DataError(
            f"No category in {top} has {min_pictures} pictures; the largest: {dict(counts.most_common(3))}. "
            f"Lower data.min_pictures, or reinstall {PACKAGE} if it is incomplete"
        )
    texts = [_texts((top / path).with_suffix(".txt")) for path in kept]
    columns: dict[str, Any] = {
        "path": [path.as_posix() for path in kept],
        "label": [path.parts[0] for path in kept],
        "group": [path.parent.as_posix() for path in kept],
        "title": [text[language] for text in texts],
        "description": [text[language] for text in texts],
        "sha256": sha256_of_all([top / path for path in kept]),
        **{f"description_{name}": [text[name] for text in texts] for name in LANGUAGES},
    }
    return Manifest.of(top, columns, origin=f"clip art of {PACKAGE}", left_out=left_out)


def _pictures(top: Path) -> tuple[list[Path], dict[str, str]]:
    """Return the paths of pictures relative to `top`, sorted, and the skipped pictures mapped to the reason."""
    pictures, left_out = [], {}
    for file in sorted(top.rglob("*")):
        path = file.relative_to(top)
        if file.suffix not in (".png", ".svg") or len(path.parts) < 2:
            continue
        if path.parts[0] == SYMBOLS:
            left_out[path.as_posix()] = "letters, digits, coins and the like are not pictures of objects"
        elif MIRRORED.search(file.stem):
            left_out[path.as_posix()] = "a mirrored copy of another picture"
        elif file.suffix == ".svg" and file.with_suffix(".png").exists():
            left_out[path.as_posix()] = "the same picture exists as PNG"
        else:
            pictures.append(path)
    return pictures, left_out


def _texts(file: Path) -> dict[str, str]:
    """Return the description by language: the first line is English, others name theirs ("es.utf8=Un koala.")."""
    lines = file.read_text("utf-8").splitlines() if file.is_file() else []
    texts = {"en": lines[0].strip() if lines else "", "es": ""}
    for line in lines[1:]:
        name, _, text = line.partition("=")
        if name == "es.utf8":
            texts["es"] = text.strip()
    return texts
