from .finding import Finding as Finding
from .finding import texts_of as texts_of
from .pages import photo_uri as photo_uri
from .reviewer import Reviewer as Reviewer
from .reviewer import load_calibration as load_calibration
from .table import review_table as review_table
