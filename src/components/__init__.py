"""Building blocks of experiments on photos of points of interest.

Components do not depend on Hydra or on `experiments`: each is a class or a function with a typed signature, and `conf/`
names it. The shared contracts are `components.data.Manifest` (the input of everything) and
`components.results.Predictions` (the input of metrics and figures).
"""
