"""Values of any text for any key: they are taken, or a sentence says what is wrong; nothing is a defect."""

import pytest
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.types import RunMode
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf

from components.errors import HitoError
from experiments.cli.renamed import check_renamed
from experiments.cli.suggestions import explain, is_about_the_command_line
from experiments.cli.words import prepare
from experiments.config import CONFIG_NAME, Composer, check_values, compose_config, configuration_folder, flatten

PROPERTIES = settings.get_profile("properties")

TASKS = ["classify", "cluster", "prepare", "match", "search", "locate", "review"]
GROUPS = ["backbone", "head", "data", "training", "training/optimizer", "tracker", "launcher", "sweeper", "task"]
VALUES = [
    *(
        "",
        "null",
        "true",
        "nan",
        "-inf",
        "1e400",
        "-1",
        "0",
        "1.5",
        "1_000",
        "9" * 400,
        "0x10",
        "abc",
        "Imágenes",
        "日本",
    ),
    *("photos/epoch=3", "a b", "a,b", "[", "]", "{", "}", "[a", "[]", "{}", "[[]]", "{a: 1}", "{a:", "{: }", "[1,[2]]"),
    *("'", '"', "''", "it's", "\\", "\\'", "${", "${}", "${a}", "${seed}", "${oc.env:X}", "???", "~", "~x", "#", "a#b"),
    *(
        "range(3)",
        "range(",
        "choice(a)",
        "int(a)",
        "glob(*)",
        "interval(0,1)",
        "sort(",
        "@",
        "a@b",
        "=",
        "a=b",
        ":",
        "::",
    ),
    *(
        "2024-01-01",
        "\t",
        " ",
        "\n",
        "a\nb",
        "\x7f",
        "\u200b",
        "\u202e",
        "😀",
        "&amp;",
        "%s",
        "{0}",
        "!tag",
        "*x",
        "&x",
    ),
]
any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), max_size=10)
punctuation = st.text("[]{}(),:'\"\\$=~ @#ñ1a.-+*", max_size=8)
numbers = st.integers(-(10**20), 10**20).map(str) | st.floats().map(str)
values = st.one_of(st.sampled_from(VALUES), punctuation, any_text, numbers)


@pytest.fixture(scope="module")
def keys():
    """All keys of the configurations of some tasks, with the task that each belongs to."""
    found = {}
    for task in TASKS:
        for key in flatten(OmegaConf.to_container(compose_config([f"task={task}"]))):
            found.setdefault(key, task)
    return sorted(found.items())


@pytest.fixture(scope="module")
def composer():
    """Hydra's composition of a job, of which the part that cases share is done once."""
    with initialize_config_dir(str(configuration_folder()), version_base="1.3"):
        loader = GlobalHydra.instance().hydra.config_loader
    return Composer(loader, loader.load_configuration("config", ["hydra.job.name=j"], run_mode=RunMode.MULTIRUN))


@pytest.fixture
def shared_composition(monkeypatch):
    """Let the same words be composed once: a composition takes half a second."""
    found = {}

    def composed(words, config_name=CONFIG_NAME, *, return_hydra_config=False):
        asked = (*words, config_name, return_hydra_config)
        if asked not in found:
            found[asked] = compose_config(words, config_name, return_hydra_config=return_hydra_config)
        return found[asked]

    monkeypatch.setattr("experiments.cli.key_types.compose_config", composed)
    monkeypatch.setattr("experiments.cli.suggestions.compose_config", composed)


def refusal(words, composer):
    """Return what is wrong with a command line, as `hito` says it before a run starts; "" if nothing is."""
    try:
        check_renamed(words)
        job = composer(prepare(words))
        check_values(job.nodes(), job.config)
    except HitoError as error:
        return str(error)
    except Exception as error:
        if not is_about_the_command_line(error):
            raise
        return explain(error, prepare(words), CONFIG_NAME)
    return ""


@settings(PROPERTIES, phases=[Phase.generate])
@given(data=st.data())
def test_a_value_is_taken_or_refused_in_words(data, keys, composer, shared_composition):
    """The keys are drawn by number, so that a failure does not list them all."""
    key, task = keys[data.draw(st.integers(0, len(keys) - 1))]
    others = st.sampled_from(GROUPS) | any_text.filter(lambda text: "=" not in text)
    name = data.draw(st.sampled_from(6 * [key]) | others)
    sign = data.draw(st.sampled_from(["", "", "", "+", "++"]))
    said = refusal([f"task={task}", f"{sign}{name}={data.draw(values)}"], composer)
    assert not said or len(said.strip()) > 10
    assert "a defect" not in said
