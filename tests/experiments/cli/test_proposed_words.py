"""Every command and word that the docs, the help pages and the messages propose can be typed."""

import re
import shlex
from pathlib import Path

import pytest
from omegaconf import OmegaConf

from experiments.cli.arguments import parse
from experiments.cli.commands import COMMANDS
from experiments.cli.suggestions import single_overrides
from experiments.cli.usage import EXAMPLES, NOTES, help_text, overview
from experiments.cli.value_words import parsed
from experiments.cli.words import prepare
from experiments.config import compose_config, configuration_folder, flatten

ROOT = Path(__file__).parents[3]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
NEEDS_PACKAGE = ("launcher=joblib", "launcher=ray", "launcher=submitit")
COMMAND = re.compile(r"(?:^|\s|`)((?:[A-Z_]+=\S+ )?hito [^`\n]*)", re.MULTILINE)
ENDS = re.compile(r"\s+(?:#|&&|\||;|>)\s.*|\s{2,}.*")
PLACEHOLDER = re.compile(r"\.\.\.|…|\b(OVERRIDE|COMMAND|GROUP|OPTION|NAME=|KEY|VALUE|TASK)\b")
OWN = {"backbone=average_colour"}
"""Words of an example that adds the component first."""


def code_of(text):
    """The code of a page: indented and fenced blocks, with lines that a backslash continues, and inline code."""
    blocks = re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL)
    blocks += re.findall(r"(?:^(?:    |\t).*\n)+", text, re.MULTILINE)
    inline = re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return [*(block.replace("\\\n", " ") for block in blocks), *(" ".join(code.split()) for code in inline)]


def commands_of(text):
    for block in code_of(text):
        for found in COMMAND.findall(block):
            yield ENDS.sub("", found).strip()


PROPOSED = sorted(
    {(page.name, command) for page in PAGES for command in commands_of(page.read_text(encoding="utf-8"))}
    | {("hito", example) for example in EXAMPLES}
    | {("hito", command) for note in NOTES.values() for command in commands_of(note)}
)


def test_the_pages_propose_commands():
    assert len(PROPOSED) > 40


@pytest.mark.parametrize(("page", "command"), PROPOSED)
def test_what_is_proposed_can_be_typed(page, command):
    words = shlex.split(command)
    words = words[words.index("hito") + 1 :]
    if any(PLACEHOLDER.search(word) or word in OWN for word in words):
        return  # a pattern of commands
    if words == [command.partition(" ")[2]] and words[0] in COMMANDS:
        return  # the command is named, not proposed
    if not words or words[0].startswith("--") or set(words) & {"--help", "-h"}:
        return
    if words[0] in COMMANDS and words[0] not in {"serve", "wandb-sweep"}:
        name, rest = words[0], words[1:]
        if rest and rest[0] in COMMANDS[name].subcommands:
            name, rest = f"{name} {rest[0]}", rest[1:]
        parse(rest, name)
        return
    assert words[0] in COMMANDS or "=" in words[0] or words[0].startswith("-"), words[0]
    name = "serve" if words[0] == "serve" else "config"
    composes(words[1:] if words[0] in COMMANDS else words, name, sweep=words[0] == "wandb-sweep" or None)


def composes(words, name="config", *, sweep=None):
    if any(word.startswith(NEEDS_PACKAGE) for word in words):
        pytest.skip("the launcher may not be installed")
    prepared = prepare(words, name, sweep=sweep)
    overrides = [parsed(word) for word in prepared if "=" in word or word.startswith("~")]
    assert None not in overrides
    config = compose_config(single_overrides([found for found in overrides if found is not None]), name)
    assert OmegaConf.to_container(config, resolve=False)


def keys_of(text):
    """Words KEY=VALUE in inline code, without placeholders in capitals for the key."""
    for code in code_of(text):
        if re.fullmatch(r"'?\+{0,2}[a-z_]+(?:[./@][a-z_0-9]+)*=[^\s'`]*'?", code):
            yield code.strip("'")


WORDS = sorted(
    {(page.name, word) for page in PAGES for word in keys_of(page.read_text(encoding="utf-8"))}
    | {("conf", word) for path in configuration_folder().rglob("*.yaml") for word in keys_of(path.read_text())}
)


@pytest.fixture(scope="module")
def keys_of_options():
    """The keys that the files of the configuration set, by their dotted names."""
    folder = configuration_folder()
    found = set()
    for path in folder.rglob("*.yaml"):
        group = path.parent.relative_to(folder).as_posix().replace("/", ".")
        is_global = group in {".", "experiment", "serve"} or "_global_" in path.read_text(encoding="utf-8")[:30]
        content = OmegaConf.to_container(OmegaConf.load(path), resolve=False)
        prefix = "" if is_global else f"{group}."
        found |= set(flatten(content, prefix)) | {f"{prefix}{key}" for key in content}
    return found


@pytest.mark.parametrize(("page", "word"), WORDS)
def test_the_keys_that_pages_name_exist(page, word, keys_of_options):
    key, _, value = word.lstrip("+").partition("=")
    commands = [*COMMANDS.values(), *(one for command in COMMANDS.values() for one in command.subcommands.values())]
    if word in OF_FILES or key.startswith("hydra") or any(key in command.options for command in commands):
        return
    if not (configuration_folder() / key).is_dir():
        assert key in keys_of_options or key.rpartition(".")[0] in OPEN_MAPPINGS
        return
    options = [option for option in re.split(r"[,|]", value) if option and not re.fullmatch("[A-Z_]+", option)]
    for option in options:
        assert (configuration_folder() / key / f"{option}.yaml").is_file()


OF_FILES = {"sep=;"}
"""What a file may hold, not the command line."""

OPEN_MAPPINGS = {"filters", "data.columns", "reference_results"}
"""Mappings that take any key."""


def test_help_of_every_command_names_it():
    assert all(f"hito {name}" in help_text(name) for name in COMMANDS)
    assert all(example in overview() for example in EXAMPLES)
