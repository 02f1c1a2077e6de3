from .checks import texts_of as texts_of
from .output import picture as picture
from .output import tabulate as tabulate
from .reviewer import Reviewer as Reviewer
from .reviewer import load_calibration as load_calibration
