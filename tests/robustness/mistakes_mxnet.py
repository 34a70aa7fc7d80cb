"""Parts of MXNet that mxlearn does not have, and mistakes of those who write lessons."""
from mxlearn_widgets.lesson import check

import mxlearn as mx
from mxlearn import gluon, nd
from mxlearn.base import ArgumentError

from .mistakes import collector

mistake, MISTAKES = collector()


@mistake(OSError, "'resnet18_v1'", "none are fetched")
def a_pretrained_network_is_used():
    gluon.model_zoo.vision.resnet18_v1(pretrained=True, root="nowhere")


@mistake(TypeError, "csr to row_sparse", "'default' first")
def a_csr_matrix_becomes_row_sparse():
    nd.sparse.zeros("csr", (2, 2)).tostype("row_sparse")


@mistake(OSError, "train.rec", "Check the path")
def a_record_file_is_missing():
    mx.io.ImageRecordIter(path_imgrec="train.rec", data_shape=(3, 8, 8), batch_size=2)


@mistake(AttributeError, "'autogard'", "'autograd'")
def a_module_is_misspelled():
    mx.autogard.record()


@mistake(AttributeError, "'NDArrayIterator'", "'NDArrayIter'")
def an_iterator_is_misspelled():
    mx.io.NDArrayIterator()


@mistake(AttributeError, "'Trianer'", "'Trainer'")
def a_class_of_gluon_is_misspelled():
    gluon.Trianer()


@mistake(ArgumentError, "KVStore", "'dist_syn'", "'device'")
def several_machines_are_wanted():
    mx.kv.create("dist_syn")


@mistake(ArgumentError, "check 'Exercise 1'", "list of cases", "((2, 3), 5)")
def an_exercise_checks_a_function_against_a_number():
    check("Exercise 1", lambda x: x + 1, 3)
