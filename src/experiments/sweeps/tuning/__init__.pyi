from .search import run_search as run_search
from .search_space import Axis as Axis
from .search_space import Choice as Choice
from .search_space import read_axes as read_axes
from .search_space import samples as samples
from .trial import reporting as reporting
