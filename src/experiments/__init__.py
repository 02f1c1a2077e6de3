"""The flows: what the command line runs, how a run is identified and recorded, how sweeps become tables."""
