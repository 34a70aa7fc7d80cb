"""Data for the course: small tables, handwritten digits, and verified downloads.

    mxlearn.data.load("house_prices")     a table: .features, .target, .columns, .truth
    mxlearn.data.mnist()                  handwritten digits: the full MNIST if it is there, else the embedded ones
    mxlearn.data.read_idx(path)           one array of an IDX file
"""
from mxlearn.data.catalog import CATALOG, home
from mxlearn.data.idx import read_idx, write_idx
from mxlearn.data.images import ImageSet, mnist
from mxlearn.data.tables import Table, load, names

__all__ = ["CATALOG", "ImageSet", "Table", "home", "load", "mnist", "names", "read_idx", "write_idx"]
