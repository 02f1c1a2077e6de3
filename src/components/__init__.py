"""Building blocks of experiments on photos of points of interest.

Nothing in here knows Hydra or the experiments: a component is a class or a function with a typed
signature, and `conf/` names it. The shared contracts are `components.data.Manifest` (what goes in)
and `components.results.predictions.Predictions` (what metrics and figures read).
"""
