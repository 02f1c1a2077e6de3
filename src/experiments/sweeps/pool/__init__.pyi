from .launcher import launch as launch
from .slots import Slot as Slot
from .slots import make_slots as make_slots
