"""Every operator of mxlearn, one file per family.

A family is imported when one of its operators is needed; see mxlearn.core.registry.
"""
from ..core.operator import REGISTRY
from .index import INDEX

REGISTRY.shelve(__name__, INDEX)
