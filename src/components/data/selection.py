"""Which photos of a source are used, and under which class names: filters, classes, a least number of photos."""

import re
import shlex
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.data.filters import filter_mask
from components.data.folder_names import class_name
from components.data.manifest import Manifest
from components.data.seeding import named_generator
from components.errors import ConfigError
from components.wording import counted, did_you_mean, shortened

MAX_NAMED = 1000
"""Largest number of photos excluded for one reason that are named one by one in `left_out`."""

MAX_LISTED = 10

PLAIN_WORD = re.compile(r"(?!(?:true|false|null)$)[A-Za-z_][\w-]*", re.ASCII | re.IGNORECASE)
"""Names that Hydra reads as text without quotes."""


def select(
    manifest: Manifest,
    *,
    filters: Mapping[str, Any] | None = None,
    classes: Sequence[Any] | str | None = None,
    rename_classes: Mapping[Any, Any] | Sequence[Sequence[Any]] | None = None,
    min_photos: int | None = None,
    max_photos: int | None = None,
) -> Manifest:
    """Rename classes, then exclude photos by filters, by class, classes of too few photos, and photos beyond a number.

    What is excluded is named in `left_out`, and counted in `notes`.

    Args:
        manifest: The photos.
        filters: Photos that are kept, see `filter_mask`; None: all.
        classes: Classes that are kept; photos without a label are not. None: all photos.
        rename_classes: New names of classes, {old name: new name} or [[old name, new name], ...]; classes with the same
            new name are joined.
        min_photos: Classes with fewer photos are excluded; None: none are.
        max_photos: Number of photos of each class, in each split if the source has one, that are used at most; which
            ones depends on the photos alone, not on a seed. None: all.

    Raises:
        ConfigError: There is no such class or column, a name is empty, or no photos are left.
    """
    if rename_classes:
        manifest = _renamed(manifest, rename_classes)
    if filters:
        kept = filter_mask(manifest, filters)
        manifest = _excluded(manifest, kept, f"does not pass filters={_plain(filters)}")
    if classes is not None:
        names = [_text(name) for name in ([classes] if isinstance(classes, str) else classes)]
        _check_classes(manifest, names, "classes")
        kept = np.isin(manifest.label.astype(str), names)
        manifest = _excluded(manifest, kept, f"its class is not among classes={_plain(names)}")
    if min_photos is not None:
        manifest = _with_enough(manifest, min_photos)
    if max_photos is not None:
        manifest = _at_most(manifest, max_photos)
    return manifest


def rename_word(old: str, new: str) -> str:
    """Return the word to type on the command line to join the class `old` with the class `new`.

    Keys of Hydra's mappings cannot be quoted, so names that need quotes are written as a list.

    Examples:
        >>> rename_word("sola", "fuente")
        "'rename_classes={sola: fuente}'"
    """
    if all(PLAIN_WORD.fullmatch(name) for name in (old, new)):
        return shlex.quote(f"rename_classes={{{old}: {new}}}")
    return shlex.quote(f"rename_classes=[[{_quoted(old)}, {_quoted(new)}]]")


def classes_word(names: Sequence[str]) -> str:
    """Return the word to type on the command line to use only these classes."""
    return shlex.quote(f"classes=[{', '.join(map(_quoted, names))}]")


def _quoted(name: str) -> str:
    """Return a text in the quotes of Hydra's grammar if it needs them; backslashes count only before a quote."""
    if PLAIN_WORD.fullmatch(name):
        return name
    return '"' + re.sub(r'(\\*)("|$)', lambda found: 2 * found[1] + '\\"' * bool(found[2]), name) + '"'


def similar_class_names(names: Iterable[str]) -> list[tuple[str, str]]:
    """Return the pairs of class names that differ only in case, such as Fuente and fuente."""
    first: dict[str, str] = {}
    return [(first[name.casefold()], name) for name in names if first.setdefault(name.casefold(), name) != name]


def _renamed(manifest: Manifest, rename_classes: Mapping[Any, Any] | Sequence[Sequence[Any]]) -> Manifest:
    try:
        pairs = (
            rename_classes.items()
            if isinstance(rename_classes, Mapping)
            else [(old, new) for old, new in rename_classes]
        )
        new_names = {_text(old): _text(new) for old, new in pairs}
    except (TypeError, ValueError):
        raise ConfigError(
            f"rename_classes={rename_classes}: expected {{OLD NAME: NEW NAME}} or [[OLD NAME, NEW NAME]]"
        ) from None
    _check_classes(manifest, list(new_names), "rename_classes")
    if empty := [old for old, new in new_names.items() if not new]:
        raise ConfigError(f"rename_classes: the new name of {empty[0]!r} is empty; expected the name of a class")
    labels = [new_names.get(label, label) for label in manifest.label.tolist()]
    said = ", ".join(f"{old} as {new}" for old, new in new_names.items())
    return manifest.replace(
        label=np.array(labels, dtype=object), notes=(*manifest.notes, f"classes were renamed: {said}")
    )


def _with_enough(manifest: Manifest, min_photos: int) -> Manifest:
    if isinstance(min_photos, bool) or min_photos != int(min_photos) or min_photos < 0:
        raise ConfigError(f"min_photos={min_photos}: expected a whole number of photos per class")
    counts = Counter(manifest.label.tolist())
    for name in manifest.classes:
        if counts[name] < min_photos:
            reason = f"the class {name!r} has {counted(counts[name], 'photo')}, fewer than min_photos={min_photos}"
            manifest = _excluded(manifest, manifest.label != name, reason)
    return manifest


def _at_most(manifest: Manifest, max_photos: int) -> Manifest:
    if isinstance(max_photos, bool) or max_photos != int(max_photos) or max_photos < 1:
        raise ConfigError(f"max_photos={max_photos}: expected a whole number of photos per class, at least 1")
    kept = np.zeros(len(manifest), dtype=bool)
    order = np.argsort(manifest.path.astype(str))
    pairs = np.array([f"{label}\0{split}" for label, split in zip(manifest.label, manifest.split, strict=True)])
    for pair in np.unique(pairs):
        rows = order[pairs[order] == pair]
        kept[named_generator(0, pair).permutation(rows)[:max_photos]] = True
    return _excluded(manifest, kept, f"not among the max_photos={max_photos} of its class that were drawn")


def _check_classes(manifest: Manifest, names: Sequence[str], key: str) -> None:
    if not names:
        raise ConfigError(f"{key} is empty; expected names of classes, or null. {_known(manifest)}")
    if unknown := [name for name in names if name not in manifest.classes]:
        hint = did_you_mean(unknown[0], manifest.classes)
        raise ConfigError(f"{key}: there is no class {unknown[0]!r}.{hint} {_known(manifest)}")


def _known(manifest: Manifest) -> str:
    return f"Classes: {', '.join(shortened(manifest.classes, MAX_LISTED)) or 'none, the photos have no labels'}"


def _excluded(manifest: Manifest, kept: NDArray[np.bool_], reason: str) -> Manifest:
    """Return the photos that are kept; the others are in `left_out`."""
    if kept.all():
        return manifest
    if not kept.any():
        raise ConfigError(
            f"No photos are left: of {counted(len(manifest), 'photo')} each is excluded ({reason}). {_known(manifest)}"
        )
    paths = manifest.path[~kept].tolist()
    names = paths if len(paths) <= MAX_NAMED else [f"{paths[0]} and {len(paths) - 1:,} other photos"]
    note = f"{len(paths):,} of {counted(len(manifest), 'photo')} excluded: {reason}"
    return manifest.take(kept).replace(
        left_out={**manifest.left_out, **dict.fromkeys(names, reason)}, notes=(*manifest.notes, note)
    )


def _text(name: Any) -> str:
    """Return a name of a configuration as text: YAML reads a class called true or 7 as a truth value or a number."""
    return str(name).lower() if isinstance(name, bool) or name is None else class_name(str(name))


def _plain(value: Any) -> str:
    """Return a value as it is typed on the command line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_plain(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_plain, value)) + "]"
    return str(value)
