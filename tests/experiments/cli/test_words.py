"""Texts, paths, lists and mappings are taken as they are typed; where that is unclear, the words to type are said."""

import shlex
from pathlib import Path

import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from hypothesis import given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf

from experiments.cli.arguments import UsageError
from experiments.cli.suggestions import explain_words
from experiments.cli.value_words import for_the_shell, split_items
from experiments.cli.words import prepare
from experiments.config import InvalidValueError, compose_config

FOLDER, TABLE = ["data=folder"], ["data=table", "data.path=a.csv"]
AD_HOC = ["task=search", "query=ad_hoc"]


def value_of(word, *options, config_name="config"):
    """The value that the configuration has after a word was typed."""
    key = word.partition("=")[0].lstrip("+")
    while not isinstance(key, str) or key.rpartition(".")[2] in {"foto", "año", "energy"}:
        key = key.rpartition(".")[0]
    config = compose_config(prepare([*options, word], config_name), config_name)
    value = OmegaConf.select(config, key)
    return OmegaConf.to_container(value, resolve=True) if OmegaConf.is_config(value) else value


@pytest.mark.parametrize(
    "text",
    [
        "/fotos/Imágenes",
        "runs/epoch=3",
        "fotos #1",
        "O'Brien",
        'a"b',
        "fotos (2)",
        "a&b;c",
        "2024",
        "1e3",
        "true",
        "null",
        "a,b",
        "/fotos, 2024",
        "fotos [2024]",
        "[2024] fotos",
        "{x}",
        "a{b",
        "C:\\fotos",
        "año: 1",
        "100 %",
        "x$y",
        "a${b",
        "choice(a",
        "¿qué?",
        "写真",
        "a|b<c>d!e^f`g",
    ],
)
@pytest.mark.parametrize("key", ["data.root", "name", "output"])
def test_a_path_is_taken_as_typed(key, text):
    assert value_of(f"{key}={text}", *FOLDER) == text


def test_a_leading_tilde_of_a_path_is_the_home_folder(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ana maría")
    assert value_of("data.root=~/photos", *FOLDER) == "/home/ana maría/photos"
    assert value_of("query.photos=[~/a.jpg,b.jpg]", *AD_HOC) == ["/home/ana maría/a.jpg", "b.jpg"]
    assert value_of("query.texts=[~a]", *AD_HOC) == ["~a"]


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12))
def test_any_text_is_understood_by_hydra(text):
    """Quotes, references and backslashes of Hydra's own grammar keep their meaning; all else is the text itself."""
    (word,) = prepare([f"output={text}"])
    found = OverridesParser.create().parse_override(word).value()
    assert isinstance(found, str)
    if not set(text) & set("'\"\\$~") and text == text.strip():
        assert found == text


@pytest.mark.parametrize(
    ("word", "options", "expected"),
    [
        ("query.texts=[una señal de piedra]", AD_HOC, ["una señal de piedra"]),
        ("query.texts=wall", AD_HOC, ["wall"]),
        ("query.texts=a windmill", AD_HOC, ["a windmill"]),
        ("query.texts=una fuente, de piedra", AD_HOC, ["una fuente, de piedra"]),
        ("query.texts=[una fuente, 'de agua, fría', 2024, true, 1e3]", AD_HOC, [
            "una fuente", "de agua, fría", "2024", "true", "1e3",
        ]),
        ("query.texts=[O'Brien, ¿qué?]", AD_HOC, ["O'Brien", "¿qué?"]),
        ("query.texts=[]", AD_HOC, []),
        ("query.texts=[a,b]", AD_HOC, ["a", "b"]),
        ("matching.use=cosine", ["task=match"], ["cosine"]),
        ("+data.extensions=.jpg", FOLDER, [".jpg"]),
        ("data.extensions=null", FOLDER, None),
        ("classes=[señal, 7]", [], ["señal", "7"]),
        ("classes=fuente", [], ["fuente"]),
        ("table_metrics=kappa", [], ["kappa"]),
        ("learning_rates=0.1", ["task=head_search"], [0.1]),
        ("split.test=[sant,2024]", ["split=group"], ["sant", "2024"]),
        ("split.test=0.3", ["split=group"], 0.3),
        ("split.known=[árbol]", ["split=class_holdout"], ["árbol"]),
    ],
)  # fmt: skip
def test_lists_are_taken_as_typed_and_one_item_is_a_list(word, options, expected):
    assert value_of(word, *options) == expected


@pytest.mark.parametrize(
    ("word", "options", "expected"),
    [
        ("data.columns={foto: path}", TABLE, {"foto": "path"}),
        ("data.columns.foto=path", TABLE, {"foto": "path"}),
        ("+data.columns.foto=path", TABLE, {"foto": "path"}),
        ("data.columns={año: 2024, foto grande: path}", TABLE, {"año": "2024", "foto grande": "path"}),
        ("+data.columns.año=year", TABLE, {"año": "year"}),
        ("data.columns={a: \"it's \\\"x\\\"\", ñ: c}", TABLE, {"a": 'it\'s "x"', "ñ": "c"}),
        ("rename_classes={señal: cartel}", [], {"señal": "cartel"}),
        ("filters={label: [señal, fuente]}", [], {"label": ["señal", "fuente"]}),
        ("filters={label: parque, year: {at_least: 2020}}", [], {"label": "parque", "year": {"at_least": 2020}}),
        ("baseline={backbone: cnn}", [], {"backbone": "cnn"}),
        ("assignment.where={kind: mural, split: test}", ["task=assign", "assignment=thesis"], {
            "kind": "mural", "split": "test",
        }),
    ],
)  # fmt: skip
def test_mappings_take_any_key(word, options, expected):
    assert value_of(word, *options) == expected


def test_mappings_are_added_to_what_is_there():
    added = value_of("prompt.names={energy: a windmill}", "task=zero_shot")
    assert added["energy"] == ["a windmill"]
    assert "parque" in added
    added = value_of("prompt.names={energía: [un molino, otro]}", "task=zero_shot")
    assert added["energía"] == ["un molino", "otro"]
    assert "parque" in added
    assert value_of("data.columns={foto: path}", *TABLE, "+data.columns.año=year") == {"año": "year", "foto": "path"}


def test_numbers_choices_and_interpolations_are_left_as_they_are():
    words = [
        "-m",
        "seed=0,1",
        "training.epochs=range(1,4)",
        "training.optimizer.lr=choice(0.1,0.01)",
        "backbone=glob(*)",
        "pixels.size=96",
        "output=${oc.env:HOME}/runs",
        "training.patience=null",
        "hydra.verbose=true",
        "~training.keep",
    ]
    assert prepare(words) == words


def test_backbones_side_by_side_are_options_and_have_keys_of_their_own():
    words = ["backbone=side_by_side", "backbone@backbone.first=mobilenet_v2", "backbone.first.views=[mirror]"]
    assert prepare(words) == words
    assert prepare([*words[:2], "backbone.first.views=mirror"])[-1] == "backbone.first.views=[mirror]"
    assert prepare(["-m", words[0], "backbone@backbone.second=timm,cnn"])[-1] == "backbone@backbone.second=timm,cnn"
    assert value_of("backbone.first.weights=/á,2024.pt", *words[:2]) == "/á,2024.pt"


def test_options_of_hydra_may_stand_between_overrides():
    assert prepare(["seed=1", "-m", "--config-name", "serve", "port=1"]) == [
        "-m", "--config-name", "serve", "seed=1", "port=1",
    ]  # fmt: skip


def test_the_values_of_a_sweep_are_texts_each():
    assert prepare(["-m", *FOLDER, "data.root=/á,2024"])[-1] == "data.root='/á','2024'"
    assert prepare(["-m", *AD_HOC, "query.texts=wall,[a,b]"])[-1] == "query.texts=[wall],[a,b]"
    assert prepare(["-m", *FOLDER, "data.root=choice(/á, /b)"])[-1] == "data.root=choice('/á', /b)"
    assert prepare([*FOLDER, "data.root=/á,/b"], sweep=True)[-1] == "data.root='/á',/b"


def test_a_path_with_a_comma_in_a_sweep_is_answered_with_the_word_to_type(tmp_path):
    folder = tmp_path / "fotos,2024"
    folder.mkdir()
    with pytest.raises(UsageError, match="in a sweep a comma separates values") as error:
        prepare(["-m", *FOLDER, f"data.root={folder}", "seed=0,1"])
    (typed,) = shlex.split(str(error.value).rpartition("type ")[2])
    assert prepare(["-m", *FOLDER, typed, "seed=0,1"])[-2] == typed
    assert value_of(typed, *FOLDER) == str(folder)


def test_a_forgotten_m_is_answered_with_words_that_work():
    words = prepare([*AD_HOC, "query.texts=wall,fountain"])
    message = explain_words(words) or ""
    assert "hito -m query.texts=wall,fountain" in message
    as_list, as_text = (shlex.split(part)[0] for part in message.split("type ")[1:])
    assert value_of(as_list.rstrip(";"), *AD_HOC) == ["wall", "fountain"]
    assert value_of(as_text, *AD_HOC) == ["wall,fountain"]


def test_a_folder_of_experiments_is_a_part_of_the_name_of_the_experiment():
    """`hito --help` and Hydra's completion list the group experiment/thesis."""
    assert prepare(["experiment/thesis=closed_set", "seed=1"]) == ["experiment=thesis/closed_set", "seed=1"]
    assert prepare(["-m", "experiment/thesis=closed_set,open_set"])[-1] == (
        "experiment=thesis/closed_set,thesis/open_set"
    )


def test_a_key_of_another_task_cannot_be_added():
    with pytest.raises(UsageError, match="k_max belongs to task=cluster: add task=cluster"):
        prepare(["+k_max=3"])
    assert prepare(["task=cluster", "+k_selection.foo=3"])


def test_settings_of_hydra_that_have_no_effect_are_refused():
    with pytest.raises(InvalidValueError, match=r"hydra\.job\.chdir=true: .* type output=FOLDER"):
        prepare(["-m", "seed=0,1", "hydra.job.chdir=true"])
    for key in ("hydra.sweep.dir", "hydra.run.dir", "++hydra.sweep.subdir"):
        with pytest.raises(InvalidValueError, match=r"has no effect.* Type output=FOLDER"):
            prepare([f"{key}=X"])
    assert prepare(["hydra.job.chdir=false"])


def test_words_of_hito_serve_are_texts_too():
    assert value_of("photo_map=2024", config_name="serve") == "2024"
    assert value_of("existing.path=/á", "data@existing=table", config_name="serve") == "/á"


def test_items_are_split_outside_quotes_and_brackets():
    assert split_items("O'Brien, a, it's") == ["O'Brien", " a", " it's"]
    assert split_items("'a, b', [c, {d: e, f: g}]") == ["'a, b'", " [c, {d: e, f: g}]"]
    assert split_items("a\\, b") == ["a\\, b"]


@settings(max_examples=60, deadline=None)
@given(word=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20))
def test_a_word_for_the_shell_is_one_word(word):
    assert shlex.split(for_the_shell(word)) == [word]


def test_paths_are_expanded_to_the_folder_of_the_user():
    assert value_of("output=~", *FOLDER) == str(Path.home())
