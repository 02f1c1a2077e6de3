import hashlib

import numpy as np
import pytest

from components.data import Manifest, hashed, sha256_of_all
from components.data.hashing import FILES_PER_TASK
from components.errors import DataError


def test_hashes_are_those_of_hashlib_in_the_order_of_the_files(tmp_path):
    files = []
    for number in range(2 * FILES_PER_TASK + 3):
        files.append(tmp_path / f"{number}")
        files[-1].write_bytes(bytes([number]) * number)
    assert list(sha256_of_all(files)) == [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    assert sha256_of_all([]).shape == (0,)


def test_only_missing_hashes_are_computed(tmp_path):
    (tmp_path / "b").write_bytes(b"photo")
    manifest = Manifest.of(tmp_path, {"path": ["a", "b"], "sha256": ["known", ""]})
    found = hashed(manifest)
    assert list(found.sha256) == ["known", hashlib.sha256(b"photo").hexdigest()]
    assert manifest.sha256[1] == ""
    assert hashed(found) is found


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"gone: cannot be read \(No such file or directory\); restore the file"):
        hashed(Manifest.of(tmp_path, {"path": np.array(["gone"], dtype=object)}))
