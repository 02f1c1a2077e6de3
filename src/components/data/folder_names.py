"""Names of folders and files: which are splits, which belong to a system or a tool, and how classes are spelt."""

import os
import re
import unicodedata

TRAIN, VALIDATION, TEST = "train", "validation", "test"
SPLIT_WORDS = {
    **dict.fromkeys(("train", "training", "trn", "entrenamiento", "entreno"), TRAIN),
    **dict.fromkeys(("validation", "validate", "val", "valid", "dev", "development", "eval", "validacion"), VALIDATION),
    **dict.fromkeys(("test", "testing", "tst", "prueba", "pruebas", "testeo"), TEST),
}
"""Usual names of splits, mapped to the split. `split_of` accepts them in any case, and with words that say nothing."""

FILLERS = frozenset(
    re.findall(
        r"\w+",
        """set sets data dataset split image images img imgs photo photos picture pictures
        conjunto datos de foto fotos imagen imagenes""",
    )
)
"""Words that a name of a split may contain besides, as in `train_set`, `Test images` and `val-data`."""

SYSTEM_NAMES = frozenset(
    [
        # Windows, macOS, Linux
        *("thumbs.db", "ehthumbs.db", "desktop.ini", "$recycle.bin", "recycler", "recycled", "$winreagent"),
        *("system volume information", "__macosx", "icon\r", "network trash folder", "temporary items", "lost+found"),
        # network storage and synchronisation
        *("@eadir", "@recycle", "@recently-snapshot", "@tmp", "@synoresource", "@synoeastream", "@sharesnap"),
        *("#recycle", "#snapshot", "~snapshot", "_gsdata_", "thevolumesettingsfolder"),
        # tools
        *("__pycache__", "node_modules", "site-packages", "venv", "wandb", "mlruns", "lightning_logs", "multirun"),
        "picasa.ini",
    ]
)
"""Files and folders that operating systems, network storage and tools create, in lower case."""

SYSTEM_PATTERN = re.compile(r"found\.\d{3}|.*\.lrdata", re.IGNORECASE)
"""Folders of recovered files (chkdsk) and of Lightroom's previews."""

INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def split_of(name: str) -> str:
    """Return the split that a folder or a value of a table is named after, or "" if it is no name of a split.

    Case, accents, digits at the end and words such as "set" or "images" do not matter.

    Examples:
        >>> [split_of(name) for name in ("Train", "test_set", "val2017", "TrainingData", "invalid", "images")]
        ['train', 'test', 'validation', 'train', '', '']
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", spaced) if not unicodedata.combining(sign))
    words = [word for word in re.split(r"[\W\d_]+", plain.casefold()) if word and word not in FILLERS]
    if len(words) != 1:
        return ""
    (word,) = words
    stem = re.sub(r"(set|data|images|imgs)$", "", word)
    return SPLIT_WORDS.get(word, SPLIT_WORDS.get(stem, ""))


def class_name(text: str) -> str:
    """Return the name of a class in one spelling: names that look the same are the same class.

    Accents are composed (NFC), invisible characters are removed, and white space is a single space.
    """
    return " ".join(unicodedata.normalize("NFC", text).translate(INVISIBLE).split())


def is_ignored(name: str) -> bool:
    """Return whether a file or folder is hidden, or was created by an operating system, a network storage or a tool."""
    return name.startswith(".") or name.lower() in SYSTEM_NAMES or bool(SYSTEM_PATTERN.fullmatch(name))


def is_utf8(name: str) -> bool:
    """Return whether a name is valid UTF-8; others come from systems with another encoding, such as Latin-1."""
    return name.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in name)


def escaped(name: str) -> str:
    r"""Return a name that can be printed: bytes that are not UTF-8 become `\xf1`."""
    return name if is_utf8(name) else os.fsencode(name).decode("utf-8", "backslashreplace")
