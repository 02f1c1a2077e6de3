from .sweep_file import FILE as FILE
from .sweep_file import Sweep as Sweep
from .sweep_file import read_sweep as read_sweep
from .sweep_file import store_sweep as store_sweep
from .writing import LIMIT as LIMIT
from .writing import write_report as write_report
