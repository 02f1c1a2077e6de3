"""The parser of hito's own commands, on every command."""

import pytest

from experiments.cli import main
from experiments.cli.arguments import UsageError, parse
from experiments.cli.commands import COMMANDS
from experiments.cli.usage import overview, usage

ALL = [*COMMANDS, *(f"{name} {word}" for name, command in COMMANDS.items() for word in command.subcommands)]


def test_names_options_and_overrides():
    arguments = parse(["aaaa/", "bbbb", "metric=kappa"], "compare")
    assert arguments.names == ("aaaa", "bbbb")
    assert arguments.options == {"metric": "kappa", "output": "multirun"}
    assert arguments.overrides == ()
    arguments = parse(["status=failed", "output=runs", "backbone=cnn"], "runs")
    assert (arguments.overrides, arguments.options["output"]) == (("status=failed", "backbone=cnn"), "runs")
    assert parse(["~data", "seed=1,2"], "wandb-sweep").overrides == ("~data", "seed=1,2")


@pytest.mark.parametrize("name", ALL)
def test_an_unknown_option_is_a_usage_error(name):
    with pytest.raises(UsageError, match=f"hito {name}: unknown argument '--wrong'.*\nUsage: hito {name}"):
        parse(["--wrong"], name)


@pytest.mark.parametrize(
    ("name", "words", "expected"),
    [
        ("compare", ["a", "b", "x=1"], r"hito compare: unknown argument 'x=1'\.\nUsage: hito compare BASELINE RUN"),
        ("compare", ["a", "b", "metrik=kappa"], r"unknown argument 'metrik=kappa'\. Did you mean metric\?"),
        ("compare", ["a"], r"expected BASELINE RUN \[RUN \.\.\.\], got 1 argument\."),
        ("report", ["a", "b"], "unknown argument 'b'"),
        ("report", ["output="], "output= has no value"),
        ("runs", ["shw", "a"], r"unknown argument 'shw'\. Did you mean show\?"),
        ("runs diff", ["a"], "expected RUN OTHER, got 1 argument"),
        ("components", ["a=1"], "unknown argument 'a=1'"),
        ("serve", ["a"], "unknown argument 'a'"),
    ],
)
def test_messages(name, words, expected):
    with pytest.raises(UsageError, match=expected):
        parse(words, name)


@pytest.mark.parametrize("value", ["abc", "0", "-1", "inf", "nan"])
def test_seconds(value):
    assert parse(["timeout=2.5"], "sync").seconds("timeout") == 2.5
    with pytest.raises(UsageError, match=f"hito sync: timeout={value}: expected a number of seconds"):
        parse([f"timeout={value}"], "sync").seconds("timeout")


def test_flags():
    assert parse(["yes=True"], "runs remove").flag("yes")
    assert not parse([], "runs remove").flag("yes")
    with pytest.raises(UsageError, match="yes=ja: expected true or false"):
        parse(["yes=ja"], "runs remove").flag("yes")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name, capsys):
    for words in ([name, "--help"], [name, "x", "-h"]):
        assert main(words) == 0
        out = capsys.readouterr().out
        assert COMMANDS[name].summary in out
        assert usage(name) in out
        for key in COMMANDS[name].options:
            assert f"  {key}=" in out
        assert max(map(len, out.splitlines())) <= 120
    assert f"  {name} " in overview()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_ends_with_2_for_an_unknown_argument(name, capsys):
    assert main([name, "--wrong"]) == 2
    assert f"hito {name}: unknown argument '--wrong'" in capsys.readouterr().err


def test_every_command_has_a_function():
    from importlib import import_module

    for command in COMMANDS.values():
        for each in (command, *command.subcommands.values()):
            module, _, function = each.function.partition(":")
            assert callable(getattr(import_module(module), function))
