"""The table of hito's own commands: first words of the command line that are not overrides for Hydra."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Option:
    """A KEY=VALUE argument of a command.

    Attributes:
        default: Its value when it is not given; "" if there is none.
        help: What it is, in a line.
    """

    default: str
    help: str


@dataclass(frozen=True)
class Command:
    """One command: what it takes, and the function that carries it out.

    Attributes:
        function: "module:name" of the function that takes the parsed arguments. It is imported only after they were
            parsed, so that help and errors appear at once.
        summary: What it does, in a line.
        names: Its arguments without "=", as the usage line shows them.
        minimum: Smallest number of those arguments.
        maximum: Largest number of them; None: any.
        options: The keys that it takes.
        overrides: Further KEY=VALUE arguments, as the usage line shows them; "": an unknown key is an error.
        subcommands: Commands of its own, by the word that follows the command.
    """

    function: str
    summary: str
    names: str = ""
    minimum: int = 0
    maximum: int | None = 0
    options: Mapping[str, Option] = field(default_factory=dict)
    overrides: str = ""
    subcommands: Mapping[str, "Command"] = field(default_factory=dict)


OUTPUT = Option("multirun", "folder below which the runs are stored")

COMMANDS: dict[str, Command] = {
    "compare": Command(
        "experiments.cli.compare:compare_command",
        "compare runs with a first one: better, worse or indistinguishable",
        names="BASELINE RUN [RUN ...]",
        minimum=2,
        maximum=None,
        options={
            "metric": Option("", "metrics to compare in, such as accuracy,kappa; default: the main one of the task"),
            "output": OUTPUT,
        },
    ),
    "components": Command(
        "experiments.cli.components:components_command",
        "list the options of all groups, or of one, with their arguments and defaults",
        names="[GROUP]",
        maximum=1,
    ),
    "dashboard": Command(
        "experiments.cli.dashboard:dashboard_command",
        "make a Weights & Biases workspace for the runs of an experiment, or of all",
        names="[EXPERIMENT]",
        maximum=1,
        options={
            "output": OUTPUT,
            "project": Option("hito", "project of the runs in Weights & Biases"),
            "entity": Option("", "user or team of the project; default: the one that is logged in"),
            "timeout": Option("5", "seconds to wait for the server's first answer"),
        },
    ),
    "report": Command(
        "experiments.cli.report:report_command",
        "write report.html again for an experiment, or for all; a sweep writes it at its end",
        names="[EXPERIMENT]",
        maximum=1,
        options={"output": OUTPUT},
    ),
    "runs": Command(
        "experiments.cli.runs:runs_command",
        "list stored runs, show one, compare the configurations of two, or remove some",
        overrides="[KEY=VALUE ...]",
        options={
            "output": OUTPUT,
            "sort": Option("started", "started, duration, metric (best first), id, or a key such as training.epochs"),
            "limit": Option("40", "largest number of rows, the last ones by sort; all: every row"),
        },
        subcommands={
            "show": Command(
                "experiments.cli.runs:show_command", "all that is stored of one run", "RUN", 1, 1, {"output": OUTPUT}
            ),
            "diff": Command(
                "experiments.cli.runs:diff_command", "how two runs differ", "RUN OTHER", 2, 2, {"output": OUTPUT}
            ),
            "remove": Command(
                "experiments.cli.runs:remove_command",
                "remove runs, named or chosen by KEY=VALUE",
                names="[RUN ...]",
                maximum=None,
                overrides="[KEY=VALUE ...]",
                options={"output": OUTPUT, "yes": Option("false", "true: remove without asking")},
            ),
        },
    ),
    "serve": Command(
        "experiments.cli.serve:serve_command",
        "a local web page: review a photo, search the existing points, look at their map",
        overrides="[KEY=VALUE ...]",
    ),
    "sync": Command(
        "experiments.cli.sync:sync_command",
        "send runs that were recorded offline to Weights & Biases",
        names="[EXPERIMENT]",
        maximum=1,
        options={"output": OUTPUT, "timeout": Option("60", "seconds to wait for the server to take one run")},
    ),
    "wandb-sweep": Command(
        "experiments.cli.wandb_sweep:wandb_sweep_command",
        "print a sweep of hito as the YAML that `wandb sweep` registers",
        overrides="OVERRIDE ...",
        options={"metric": Option("closed-0/validation_accuracy", "metric that Weights & Biases optimises")},
    ),
}
