"""Queries for a collection of photos: texts or photos, with the photos that are relevant to them."""

from components.search.queries.ad_hoc_queries import ad_hoc
from components.search.queries.caption_queries import captions
from components.search.queries.example_queries import examples
from components.search.queries.listed_queries import listed
from components.search.queries.query import Query, QuerySource

__all__ = ["Query", "QuerySource", "ad_hoc", "captions", "examples", "listed"]
