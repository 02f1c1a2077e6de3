"""What is asked of a collection of photos: texts and photos, and which photos answer them rightly."""

from components.queries.asked import asked
from components.queries.captions import captions
from components.queries.examples import examples
from components.queries.listed import listed
from components.queries.query import MakeQueries, Query

__all__ = ["MakeQueries", "Query", "asked", "captions", "examples", "listed"]
