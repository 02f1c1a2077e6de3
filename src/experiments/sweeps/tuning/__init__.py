"""Search for good settings with Optuna: what `sweeper=optuna` does."""
