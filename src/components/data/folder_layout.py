"""What the folders of a data set mean: splits, classes, or classes with splits inside. Only this module decides it.

A folder `train` may be a split or a class (of vehicles), and so may `valid` (of proposals). Folders are splits only if
they are named like splits and hold folders of classes; whatever was decided is said in a note, with the key that says
otherwise.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from components.data.folder_names import TRAIN, class_name, split_of
from components.data.folder_tree import Parts
from components.errors import ConfigError, DataError
from components.wording import shortened

Splits = bool | Literal["auto"]
"""Values of `data.splits`: whether top folders are splits, or `auto`."""

MAX_NAMED = 6
NO_CLASS, NO_SPLIT = "not in the folder of a class", "not below train/, validation/ or test/"
NO_NAME = "the name of its class has no visible character; rename the folder"
"""Reasons why a photo has no place."""


@dataclass(frozen=True)
class Layout:
    """The meaning of the folders.

    Attributes:
        order: Meaning of the folders of a photo, from the top: some of "split" and "class".
        splits: Folders that are splits, mapped to the split.
        note: What was decided and how to say otherwise; "" if there was nothing to decide.
    """

    order: tuple[Literal["split", "class"], ...]
    splits: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    def place(self, photo: Parts) -> tuple[str, str] | str:
        """Return the label and the split of a photo, or the reason why it has none.

        Args:
            photo: Path of the photo.
        """
        label = split = ""
        for depth, meaning in enumerate(self.order):
            if depth >= len(photo) - 1:
                return NO_CLASS if meaning == "class" else NO_SPLIT
            if meaning == "class":
                label = class_name(photo[depth])
                if not label:
                    return NO_NAME
            elif photo[depth] in self.splits:
                split = self.splits[photo[depth]]
            else:
                return NO_SPLIT
        return label, split

    def expects_photos(self, folder: Parts) -> bool:
        """Return whether a folder is one of a split or of a class, so that it is named if it has no photos."""
        if len(folder) == 1:
            return True
        if self.order[:1] == ("split",):
            return folder[0] in self.splits and len(folder) <= len(self.order)
        return len(folder) <= len(self.order)


@dataclass
class _Top:
    """A folder at the top: how many photos lie directly in it, and how many in each of its folders."""

    direct: int = 0
    below: Counter[str] = field(default_factory=Counter)

    @property
    def holds_classes(self) -> bool:
        return self.below.total() > self.direct


def find_layout(photos: Sequence[Parts], splits: Splits = "auto") -> Layout:
    """Decide what the folders of the photos mean.

    With `auto`, top folders are splits if they are named like splits and hold folders of the same classes; or, if all
    top folders are named like splits, if the training folder holds folders of classes. Where every class contains
    nothing but folders named like splits, these are the splits. In all other cases top folders are classes.

    Args:
        photos: Paths of the photos.
        splits: `auto`; True: top folders named like splits are splits; False: all top folders are classes.

    Raises:
        ConfigError: `splits` is invalid.
        DataError: `splits` is True, and no top folder is named like a split.
    """
    if splits not in ("auto", True, False):
        raise ConfigError(f"data.splits={splits!r}: expected auto, true or false")
    tops: dict[str, _Top] = {}
    for parts in photos:
        if len(parts) > 1:
            top = tops.setdefault(parts[0], _Top())
            top.direct += len(parts) == 2
            if len(parts) > 2:
                top.below[class_name(parts[1])] += 1
    named = {name: split for name in sorted(tops) if (split := split_of(name))}
    if splits is True and not named:
        raise DataError(
            "data.splits=true, and no top folder with photos is named like a split, such as train, validation or test: "
            f"{', '.join(shortened(sorted(tops), MAX_NAMED)) or 'there are no folders'}. Rename them, or set "
            "data.splits=auto"
        )
    if splits is True or (splits == "auto" and named and _are_splits(tops, named)):
        return _split_layout(tops, named)
    if not tops:
        return Layout(())
    if splits == "auto" and not named and (inside := _splits_inside(tops)):
        said = f"the folders {_listed(inside)} of each class were read as its splits"
        return Layout(("class", "split"), inside, f"{said} (data.splits=false ignores them)")
    return Layout(("class",), note=_class_note(tops, named) if splits == "auto" else "")


def _are_splits(tops: Mapping[str, _Top], named: Mapping[str, str]) -> bool:
    with_classes = [name for name in named if tops[name].holds_classes]
    others = set(tops) - set(named)
    if not with_classes:
        return False
    if len(set(named.values())) == 1 and others:
        return _is_lone_split(tops, with_classes, others)
    if len(with_classes) < len(named):  # test photos without a class
        return not others and any(named[name] == TRAIN for name in with_classes)
    train = [name for name in named if named[name] == TRAIN] or [max(named, key=lambda name: len(tops[name].below))]
    classes = {label for name in train for label in tops[name].below}
    return all(classes & set(tops[name].below) for name in named)


def _is_lone_split(tops: Mapping[str, _Top], with_classes: Sequence[str], others: Iterable[str]) -> bool:
    """Return whether a folder named like a split is one despite others beside it, of few photos and no folders."""
    inside = sum(tops[name].below.total() for name in with_classes)
    several = any(len(tops[name].below) > 1 for name in with_classes)
    flat = not any(tops[name].below for name in others)
    return several and flat and inside > sum(tops[name].direct for name in others)


def _split_layout(tops: Mapping[str, _Top], named: Mapping[str, str]) -> Layout:
    note = f"top folders were read as splits: {_listed(named)} (data.splits=false reads them as classes)"
    labelled = any(tops[name].below for name in named)
    return Layout(("split", "class") if labelled else ("split",), named, note)


def _splits_inside(tops: Mapping[str, _Top]) -> dict[str, str]:
    """Return the folders named like splits if every one of several classes contains nothing else."""
    inside = {name: split_of(name) for top in tops.values() for name in sorted(top.below)}
    agree = len(tops) > 1 and all(inside.values()) and not any(top.direct for top in tops.values())
    return inside if agree and len(set(inside.values())) > 1 else {}


def _class_note(tops: Mapping[str, _Top], named: Mapping[str, str]) -> str:
    if named:
        folders = ", ".join(f"{name}/" for name in shortened(list(named), MAX_NAMED))
        why = "they do not hold folders of the same classes" if len(named) > 1 else "other folders lie beside it"
        if not any(tops[name].holds_classes for name in named):
            why = "no folders of classes in it" if len(named) == 1 else "no folders of classes in them"
        return (
            f"{folders} read as {_class(len(named))}, not as {_split(len(named))}: {why} (data.splits=true otherwise)"
        )
    if len(tops) == 1:
        (name, top) = next(iter(tops.items()))
        if len(top.below) > 1:
            return (
                f"all photos are in the folder {name}/, which was read as the only class; if its folders are the "
                f"classes or the splits, add it to data.root"
            )
    return ""


def _class(count: int) -> str:
    return "a class" if count == 1 else "classes"


def _split(count: int) -> str:
    return "a split" if count == 1 else "splits"


def _listed(named: Mapping[str, str]) -> str:
    return ", ".join(shortened([f"{name}/ as {split}" for name, split in named.items()], MAX_NAMED))
