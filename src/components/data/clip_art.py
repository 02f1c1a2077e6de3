"""Clip art with names in Spanish and English, from Debian's package tuxpaint-stamps-default."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from components.data.hashing import sha256_of_all
from components.data.manifest import Manifest
from components.errors import ConfigError, DataError

PACKAGE = "tuxpaint-stamps-default"
LANGUAGES = ("es", "en")
COPY = re.compile(r"_(mirror|flip|mirror_flip)$")
NO_PHOTOS = "symbols"


def stamps(
    root: str | Path = "/usr/share/tuxpaint/stamps",
    *,
    min_pictures: int = 40,
    classes: Sequence[str] | None = None,
    language: str = "es",
) -> Manifest:
    """Small pictures of animals, food, buildings, ...: a category is a class, each picture is described in words.

    Many are photos cut out (PNG), others are drawings (SVG). Of the 16 categories those with few pictures are left
    out, and so are letters and coins (`symbols`), mirrored copies and drawings that are there as PNG too; each is
    named in `left_out`. `group` is the folder below the category (animals/birds), title and description are the
    picture's text, which `description_es` and `description_en` hold in both languages ("" where it has none).

    Args:
        root: Where the package lies.
        min_pictures: Categories with fewer are left out. Eight have at least 40.
        classes: The categories to take, whatever their size; None: all that are large enough.
        language: Of title and description: es or en.

    Raises:
        DataError: The package is not installed.
        ConfigError: There is no such category or language.
    """
    if language not in LANGUAGES:
        raise ConfigError(f"data.language={language!r}: expected one of {', '.join(LANGUAGES)}")
    top = Path(root).expanduser().absolute()
    if not top.is_dir():
        raise DataError(
            f"There are no stamps in {root}: install the Debian package {PACKAGE} (apt-get install {PACKAGE}), "
            "or name the folder that holds them with data.root"
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
            left_out[path.as_posix()] = f"{label} has {counts[label]} pictures, fewer than {min_pictures}"
        else:
            kept.append(path)
    if not kept:
        raise DataError(
            f"No category in {top} has {min_pictures} pictures; the largest: {dict(counts.most_common(3))}. "
            f"Lower data.min_pictures, or see that {PACKAGE} is installed whole"
        )
    texts = [_texts((top / path).with_suffix(".txt")) for path in kept]
    columns: dict[str, Any] = {
        "path": [path.as_posix() for path in kept],
        "label": [path.parts[0] for path in kept],
        "group": [path.parent.as_posix() for path in kept],
        "title": [one[language] for one in texts],
        "description": [one[language] for one in texts],
        "sha256": sha256_of_all([top / path for path in kept]),
        **{f"description_{name}": [one[name] for one in texts] for name in LANGUAGES},
    }
    return Manifest.of(top, columns, origin=f"clip art of {PACKAGE}", left_out=left_out)


def _pictures(top: Path) -> tuple[list[Path], dict[str, str]]:
    """Pictures relative to `top`, sorted, and the pictures that are not taken, each with the reason."""
    pictures, left_out = [], {}
    for file in sorted(top.rglob("*")):
        path = file.relative_to(top)
        if file.suffix not in (".png", ".svg") or len(path.parts) < 2:
            continue
        if path.parts[0] == NO_PHOTOS:
            left_out[path.as_posix()] = "letters, digits, coins and the like are no pictures of things"
        elif COPY.search(file.stem):
            left_out[path.as_posix()] = "a mirrored copy of another picture"
        elif file.suffix == ".svg" and file.with_suffix(".png").exists():
            left_out[path.as_posix()] = "the same picture as the PNG beside it"
        else:
            pictures.append(path)
    return pictures, left_out


def _texts(file: Path) -> dict[str, str]:
    """The description in each language: the first line is English, others say theirs ("es.utf8=Un koala.")."""
    lines = file.read_text("utf-8").splitlines() if file.is_file() else []
    texts = {"en": lines[0].strip() if lines else "", "es": ""}
    for line in lines[1:]:
        name, _, text = line.partition("=")
        if name == "es.utf8":
            texts["es"] = text.strip()
    return texts
