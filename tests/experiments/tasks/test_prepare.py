import json
import shutil
from functools import partial

import pytest
from PIL import Image

from components.data import folder, given, kfold, load_pixels, stratified
from experiments.runs.run import Run
from experiments.tasks.prepare import prepare, show_again


@pytest.fixture
def root(tmp_path):
    import numpy as np

    for row in range(24):
        folder_of_class = tmp_path / "photos" / ("mural [norte]" if row % 2 else "fuente")
        folder_of_class.mkdir(parents=True, exist_ok=True)
        coarse = np.random.default_rng(row).integers(0, 256, (5, 5, 3), dtype=np.uint8)
        Image.fromarray(coarse).resize((40, 40), Image.Resampling.BICUBIC).save(folder_of_class / f"niño {row}.png")
    return tmp_path / "photos"


@pytest.fixture
def look(root, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")

    def run(split=given):
        run_folder = tmp_path / "run"
        run_folder.mkdir()
        outcome = prepare(
            data=folder(root),
            split=split,
            pixels=partial(load_pixels, size=16),
            seed=0,
            run=Run(folder=run_folder, tracker=None, subtitle=""),
        )
        outcome.show()
        return outcome, capsys.readouterr().out, run_folder

    return run


def test_good_photos_are_counted_and_nothing_is_found(look):
    outcome, out, run_folder = look()
    for expected in ("mural [norte]", "fuente", "24", "40 to 40 pixels", "no two photos have the same bytes"):
        assert expected in out
    assert "nothing is on two sides of the split" in out
    assert "the photos can be split" in out
    assert outcome.left_out == {}
    assert json.loads((run_folder / "inspection.json").read_text("utf-8"))["photos"] == 24
    with Image.open(run_folder / "figures" / "contact_sheet.png") as sheet:
        assert min(sheet.size) > 300


def test_everything_that_is_wrong_is_said_at_once(look, root):
    shutil.copy(root / "fuente/niño 0.png", root / "mural [norte]/copia [1].png")
    (root / "fuente/rota.jpg").write_bytes(b"")
    (root / "sola").mkdir()
    shutil.copy(root / "fuente/niño 2.png", root / "sola/a.png")
    outcome, out, run_folder = look(partial(stratified, validation=0.1, test=0.2))
    assert "fuente/rota.jpg: empty file (0 bytes)" in out
    assert "mural [norte]/copia [1].png" in out
    assert "2 photos with more than one label" in out
    assert "The class 'sola'" in out
    assert outcome.notes[0].startswith("The class 'sola'")
    assert outcome.left_out == {"fuente/rota.jpg": "empty file (0 bytes)"}
    assert (run_folder / "findings.csv").read_text("utf-8").count("two labels") == 2


def test_leaks_are_listed_and_do_not_stop_it(look, root):
    for number, name in enumerate(("fuente", "mural [norte]")):
        for split in ("train", "test"):
            (root.parent / "photos" / split / name).mkdir(parents=True)
        for row in range(number, 24, 2):
            source = root / name / f"niño {row}.png"
            shutil.copy(source, root / "train" / name / source.name)
            if row < 6:
                shutil.copy(source, root / "test" / name / source.name)
        shutil.rmtree(root / name)
    _, out, run_folder = look()
    assert "6 leaks: the same photo or object on two sides of the split" in out
    assert "same bytes" in (run_folder / "findings.csv").read_text("utf-8")


def test_what_was_read_as_what_is_said(look, root):
    (root / "vacía").mkdir()
    (root / "@eaDir").mkdir()
    shutil.copy(root / "fuente/niño 0.png", root / "@eaDir/a.png")
    _, out, run_folder = look()
    assert "passed over, of systems and tools: @eaDir/" in out
    assert "vacía/: a folder without photos" in out
    assert json.loads((run_folder / "inspection.json").read_text("utf-8"))["notes"]


def test_near_duplicates_under_two_labels_are_named_and_counted_under_their_own(look, root):
    (root / "parecida").mkdir()
    for row in range(0, 12, 2):
        with Image.open(root / f"fuente/niño {row}.png") as photo:
            photo.resize((80, 80)).save(root / f"parecida/{row}.jpg", quality=95)
    outcome, out, run_folder = look()
    assert "6 pairs of near duplicates with two labels" in out
    assert "fuente/niño 0.png is fuente, parecida/0.jpg is parecida" in out
    assert "the photos can be split" in out
    assert outcome.notes == ()
    counts = json.loads((run_folder / "inspection.json").read_text("utf-8"))["counts"]
    assert {label: sum(row.values()) for label, row in counts.items()} == {
        "fuente": 12,
        "mural [norte]": 12,
        "parecida": 6,
    }
    assert (run_folder / "findings.csv").read_text("utf-8").count("near duplicates with two labels") == 6


def test_classes_that_differ_only_in_case_are_said_with_what_joins_them(look, root):
    (root / "Fuente").mkdir()
    (root / "fuente/niño 0.png").rename(root / "Fuente/1.png")
    _, out, _ = look()
    assert (
        "the classes 'Fuente' and 'fuente' differ only in case; to join them: 'rename_classes={fuente: Fuente}'" in out
    )


def test_the_tables_of_a_finished_run_are_shown_again(look, root, capsys):
    (root / "fuente/notas.txt").write_text("x")
    shutil.copy(root / "fuente/niño 0.png", root / "mural [norte]/copia.png")
    _, out, run_folder = look()
    show_again(run_folder)
    assert capsys.readouterr().out == out
    assert "fuente/notas.txt: not a photo by its extension (.txt)" in out


def test_folds_are_said_and_each_is_checked(look):
    _, out, run_folder = look(partial(kfold, folds=4))
    assert "the split draws 4 folds: the counts by split are of the first, leaks of all" in out
    assert "nothing is on two sides of the split" in out
    counts = json.loads((run_folder / "inspection.json").read_text("utf-8"))["counts"]
    assert counts == {name: {"train": 9, "test": 3} for name in ("fuente", "mural [norte]")}
