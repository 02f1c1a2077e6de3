"""What is asked of a collection of photos: texts and photos, and which photos answer them rightly."""

from components.search.queries.ad_hoc import ad_hoc
from components.search.queries.captions import captions
from components.search.queries.examples import examples
from components.search.queries.listed import listed
from components.search.queries.query import Query, QuerySource

__all__ = ["Query", "QuerySource", "ad_hoc", "captions", "examples", "listed"]
