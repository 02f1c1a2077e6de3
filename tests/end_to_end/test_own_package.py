"""A component in a package of its own, as docs/adding-a-component.md describes."""

import re
from pathlib import Path

GUIDE = Path(__file__).parents[2] / "docs" / "adding-a-component.md"


def test_the_backbone_of_the_guide_runs_from_another_package(hito, photos, records, tmp_path, monkeypatch):
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    options = tmp_path / "mine" / "conf" / "backbone"
    options.mkdir(parents=True)
    for package in (tmp_path / "mine", tmp_path / "mine" / "conf"):
        (package / "__init__.py").write_text("")
    unindented = "\n".join(line.removeprefix("   ") for line in code.splitlines())
    (tmp_path / "mine" / "average_colour.py").write_text(unindented)
    target = "_target_: mine.average_colour.average_colour\n_partial_: true\nimage_size: 224\n"
    (options / "average_colour.yaml").write_text(target)
    monkeypatch.syspath_prepend(tmp_path)
    words = [
        "data=folder",
        f"data.root={photos}",
        "tracker=none",
        "pixels.size=32",
        "training=thesis",
        "training.epochs=2",
    ]
    status, _, err = hito("hydra.searchpath=[pkg://mine.conf]", "backbone=average_colour", *words)
    assert status == 0, err
    (record,) = records().values()
    assert record["choices"]["backbone"] == "average_colour"
