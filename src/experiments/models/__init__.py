"""Models of a run: train replicates, save, load, decide."""
