"""hito's own commands: first words of the command line that are not Hydra overrides."""

COMMANDS = {
    "components": "experiments.cli.components:components_command",
    "compare": "experiments.cli.compare:compare_command",
    "dashboard": "experiments.cli.dashboard:dashboard_command",
    "report": "experiments.cli.report:report_command",
    "runs": "experiments.cli.runs:runs_command",
    "serve": "experiments.cli.serve:serve_command",
    "sync": "experiments.cli.sync:sync_command",
    "wandb-sweep": "experiments.cli.wandb_sweep:wandb_sweep_command",
}
"""By name, the function that takes the words after it; its module is imported only when the command runs."""
