"""Mistakes with symbols, executors and Module."""
import numpy as np

import mxlearn as mx
from mxlearn import nd, sym
from mxlearn.base import (
    ArgumentError,
    ContextError,
    DataError,
    MXNetError,
    NotFoundError,
    OutOfMemoryError,
    ShapeError,
)

from .mistakes import collector

mistake, MISTAKES = collector()


def classifier(name="softmax"):
    hidden = sym.FullyConnected(sym.Variable("data"), num_hidden=8, name="fc1")
    scores = sym.FullyConnected(sym.Activation(hidden, act_type="relu", name="relu1"), num_hidden=3, name="fc2")
    return sym.SoftmaxOutput(scores, name=name)


def batches(count=12, width=5, size=4, **options):
    return mx.io.NDArrayIter(np.ones((count, width)), np.zeros(count), size, **options)


def bound():
    module = mx.mod.Module(classifier())
    module.bind([("data", (4, 5))], [("softmax_label", (4,))])
    return module


# -- symbols -----------------------------------------------------------------------------------------------------------
@mistake(AttributeError, "FullyConected", "FullyConnected", python=True)
def an_operator_of_a_symbol_is_misspelled():
    sym.FullyConected(sym.Variable("data"), num_hidden=3)


@mistake(ArgumentError, "FullyConnected", "Symbol", "NDArray")
def a_symbol_operator_gets_an_array():
    sym.FullyConnected(nd.ones((2, 3)), num_hidden=3)


@mistake(ArgumentError, "exp", "NDArray", "Symbol")
def an_array_operator_gets_a_symbol():
    nd.exp(sym.Variable("x"))


@mistake(ArgumentError, "FullyConnected", "num_hiden", "num_hidden")
def an_attribute_of_a_symbol_is_misspelled():
    sym.FullyConnected(sym.Variable("data"), num_hiden=3)


@mistake(ArgumentError, "Variable", "string", "1")
def a_variable_has_a_number_for_a_name():
    sym.Variable(1)


@mistake(MXNetError, "Symbol", "truth value", "F.where")
def a_symbol_decides_an_if():
    if sym.Variable("x") > 0:
        pass


@mistake(MXNetError, "shape", "infer_shape")
def the_shape_of_a_symbol_is_read():
    sym.Variable("x").shape  # noqa: B018


@mistake(MXNetError, "asnumpy", "Symbol", "bind")
def the_values_of_a_symbol_are_read():
    sym.Variable("x").asnumpy()


@mistake(ShapeError, "FullyConnected 'fc1'", "(8, 9)", "(8, 5)")
def a_weight_of_a_symbol_does_not_fit():
    classifier().infer_shape(data=(4, 5), fc1_weight=(8, 9))


@mistake(ArgumentError, "dta", "data")
def the_shape_of_an_unknown_input_is_given():
    classifier().simple_bind(mx.cpu(), dta=(4, 5))


@mistake(ShapeError, "simple_bind", "data")
def the_shape_of_the_data_is_not_given():
    classifier().simple_bind(mx.cpu())


@mistake(ContextError, "gpu(0)", "mx.cpu()")
def a_symbol_is_bound_on_a_gpu_that_is_not_there():
    classifier().simple_bind(mx.gpu(), data=(4, 5))


@mistake(ArgumentError, "simple_bind", "Context", "'cpu'")
def a_symbol_is_bound_on_a_word():
    classifier().simple_bind("cpu", data=(4, 5))


@mistake(NotFoundError, "bind", "softmax_label")
def an_argument_is_missing_in_bind():
    classifier().bind(mx.cpu(), {"data": nd.ones((4, 5)), "fc1_weight": nd.ones((8, 5)), "fc1_bias": nd.ones((8,)),
                                 "fc2_weight": nd.ones((3, 8)), "fc2_bias": nd.ones((3,))})


@mistake(ShapeError, "data", "(4, 5)", "(4, 6)", "reshape")
def an_executor_gets_data_of_another_shape():
    classifier().simple_bind(mx.cpu(), data=(4, 5)).forward(data=nd.ones((4, 6)))


@mistake(ArgumentError, "input", "data")
def an_executor_gets_data_under_another_name():
    classifier().simple_bind(mx.cpu(), data=(4, 5)).forward(input=nd.ones((4, 5)))


@mistake(MXNetError, "backward", "forward(is_train=True)")
def backward_comes_before_forward():
    classifier().simple_bind(mx.cpu(), data=(4, 5)).backward()


@mistake(NotFoundError, "fc3_output", "fc2_output")
def an_output_that_is_not_there_is_looked_up():
    classifier().get_internals()["fc3_output"]


@mistake(DataError, "net-symbol.json", "No such file")
def a_symbol_is_loaded_from_a_file_that_is_not_there(folder):
    sym.load(str(folder / "net-symbol.json"))


@mistake(DataError, "missing", "folder")
def a_symbol_is_saved_into_a_folder_that_is_not_there(folder):
    classifier().save(str(folder / "missing" / "net-symbol.json"))


# -- Module ------------------------------------------------------------------------------------------------------------
@mistake(NotFoundError, "data_names", "'image'", "data")
def a_module_is_told_a_wrong_data_name():
    mx.mod.Module(classifier(), data_names=["image"])


@mistake(UserWarning, "softmax_label", "out_label", python=True)
def the_loss_layer_of_a_module_has_another_name():
    mx.mod.Module(classifier("out"))


@mistake(ArgumentError, "out_label", "softmax_label", "label_name")
def the_iterator_and_the_module_name_the_label_differently():
    module = mx.mod.Module(classifier("out"), label_names=["out_label"])
    module.fit(batches(), num_epoch=1)


@mistake(ArgumentError, "data", "['pixels']")
def the_iterator_and_the_module_name_the_data_differently():
    mx.mod.Module(classifier()).fit(batches(data_name="pixels"), num_epoch=1)


@mistake(ArgumentError, "fit", "num_epoch")
def the_number_of_epochs_is_missing():
    mx.mod.Module(classifier()).fit(batches())


@mistake(ValueError, "adaam", "adam", python=True)
def the_optimizer_of_fit_is_misspelled():
    mx.mod.Module(classifier()).fit(batches(), optimizer="adaam", num_epoch=1)


@mistake(ValueError, "acuracy", "accuracy", python=True)
def the_metric_of_fit_is_misspelled():
    mx.mod.Module(classifier()).fit(batches(), eval_metric="acuracy", num_epoch=1)


@mistake(ArgumentError, "fit", "NDArrayIter", "numpy.ndarray")
def fit_gets_an_array_instead_of_an_iterator():
    mx.mod.Module(classifier()).fit(np.ones((12, 5)), num_epoch=1)


@mistake(ArgumentError, "Initializer", "mx.init.Xavier()", "0.1")
def the_initializer_of_fit_is_a_wrong_kind():
    mx.mod.Module(classifier()).fit(batches(), initializer=0.1, num_epoch=1)


@mistake(MXNetError, "forward", "bind(")
def a_module_runs_before_bind():
    mx.mod.Module(classifier()).forward(mx.io.DataBatch([nd.ones((4, 5))]))


@mistake(MXNetError, "forward", "init_params()")
def a_module_runs_before_init_params():
    bound().forward(mx.io.DataBatch([nd.ones((4, 5))]))


@mistake(MXNetError, "update", "init_optimizer()")
def a_module_updates_before_init_optimizer():
    module = bound()
    module.init_params()
    module.update()


@mistake(ShapeError, "'data' of shape (4, 7)", "'fc1_weight'", "(8, 5)")
def a_module_gets_rows_of_another_length():
    module = bound()
    module.init_params()
    module.forward(mx.io.DataBatch([nd.ones((4, 7))], [nd.ones((4,))]))


@mistake(ShapeError, "softmax_label", "(3,)", "(4,)")
def a_module_gets_fewer_labels():
    module = bound()
    module.init_params()
    module.forward(mx.io.DataBatch([nd.ones((4, 5))], [nd.ones((3,))]))


@mistake(ShapeError, "fc1_weight", "(8, 5)", "(2, 2)")
def a_module_gets_parameters_of_another_shape():
    module = bound()
    module.init_params(arg_params={"fc1_weight": nd.ones((2, 2))}, allow_missing=True)


@mistake(UserWarning, "fc1_wieght", "fc1_weight", python=True)
def a_module_gets_a_parameter_with_a_misspelled_name():
    module = bound()
    module.init_params(arg_params={"fc1_wieght": nd.ones((8, 5))}, allow_missing=True)


@mistake(ShapeError, "2", "3 contexts", "batch_size")
def a_batch_is_smaller_than_the_number_of_contexts():
    module = mx.mod.Module(classifier(), context=[mx.cpu(i) for i in range(3)])
    module.bind([("data", (2, 5))], [("softmax_label", (2,))])


@mistake(ArgumentError, "context", "'cpu'")
def the_context_of_a_module_is_a_word():
    mx.mod.Module(classifier(), context="cpu")


@mistake(ShapeError, "labels (3,)", "predictions (4,)")
def a_metric_gets_fewer_labels_than_predictions():
    mx.metric.create("acc").update([nd.ones((3,))], [nd.ones((4, 3))])


@mistake(ShapeError, "labels 2", "predictions 1", "same batch")
def a_metric_gets_a_list_of_numbers():
    mx.metric.Accuracy().update([1, 0], [nd.ones((2, 3))])


@mistake(DataError, "lenet-0099.params", "No such file", "lenet-0003.params")
def a_checkpoint_of_an_epoch_that_was_not_saved(folder):
    module = bound()
    module.init_params()
    module.save_checkpoint(str(folder / "lenet"), 3)
    mx.model.load_checkpoint(str(folder / "lenet"), 99)


@mistake(DataError, "missing", "folder")
def a_checkpoint_is_saved_into_a_folder_that_is_not_there(folder):
    module = bound()
    module.init_params()
    module.save_checkpoint(str(folder / "missing" / "lenet"), 3)


@mistake(DataError, "lenet-0003.states", "No such file")
def optimizer_states_that_were_not_saved_are_loaded(folder):
    module = bound()
    module.init_params()
    module.save_checkpoint(str(folder / "lenet"), 3)
    loaded = mx.mod.Module.load(str(folder / "lenet"), 3, load_optimizer_states=True)
    loaded.fit(batches(), num_epoch=1)


@mistake(MXNetError, "get_input_grads", "inputs_need_grad=True")
def the_gradient_of_the_data_is_read_without_asking_for_it():
    module = bound()
    module.init_params()
    module.get_input_grads()


@mistake(ArgumentError, "plot_network", "Symbol", "HybridSequential")
def a_block_is_plotted_as_a_symbol():
    mx.viz.plot_network(mx.gluon.nn.HybridSequential())


@mistake(ArgumentError, "step", "Received: 0")
def a_schedule_has_step_zero():
    mx.lr_scheduler.FactorScheduler(step=0)


@mistake(OutOfMemoryError, "1000000000000", "GiB")
def a_layer_of_a_symbol_is_larger_than_any_memory():
    sym.FullyConnected(sym.Variable("data"), num_hidden=10**12, name="fc1").simple_bind(mx.cpu(), data=(4, 10**6))


@mistake(OutOfMemoryError, "memory")
def a_file_makes_a_layer_of_an_overflowing_size():
    text = sym.FullyConnected(sym.Variable("data"), num_hidden=3, name="fc1").tojson()
    sym.load_json(text.replace('"3"', '"99999999999999999999999"')).simple_bind(mx.cpu(), data=(4, 5))
