"""Mistakes with networks, losses and the Trainer."""
import numpy as np

import mxlearn as mx
from mxlearn import autograd, gluon, nd
from mxlearn.base import ArgumentError, ContextError, DataError, GradientError, MXNetError, NotFoundError, ShapeError
from mxlearn.gluon import nn

from .mistakes import collector

mistake, MISTAKES = collector()


def network():
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(nn.Dense(4, activation="relu"), nn.Dense(3))
    return net


def ready(hybrid=False):
    net = network()
    net.initialize()
    if hybrid:
        net.hybridize()
    net(nd.ones((2, 5)))
    return net


# -- parameters --------------------------------------------------------------------------------------------------------
@mistake(MXNetError, "net_dense0_weight", "initialize()")
def initialize_is_forgotten():
    network()(nd.ones((2, 5)))


@mistake(MXNetError, "net_dense0_weight", "initialize()")
def initialize_is_forgotten_and_the_network_is_hybrid():
    net = network()
    net.hybridize()
    net(nd.ones((2, 5)))


@mistake(gluon.parameter.DeferredInitializationError, "net_dense0_weight", "in_units")
def a_weight_is_read_before_its_shape_is_known():
    net = network()
    net.initialize()
    net[0].weight.data()


@mistake(ShapeError, "net_dense0", "(4, 5)", "(2, 7)")
def rows_of_another_length_come_later():
    ready()(nd.ones((2, 7)))


@mistake(ShapeError, "net_dense0", "(4, 5)", "(2, 7)")
def rows_of_another_length_come_later_to_a_hybrid_network():
    ready(hybrid=True)(nd.ones((2, 7)))


@mistake(ShapeError, "conv0", "(batch, channel, height, width)", "(2, 28, 28)")
def images_come_without_a_channel_axis():
    layer = nn.Conv2D(8, 3, prefix="conv0_")
    layer.initialize()
    layer(nd.ones((2, 28, 28)))


@mistake(ShapeError, "Convolution", "(8, 3, 3, 3)", "(2, 28, 28, 3)", "NCHW", "channel axis")
def images_come_with_channels_last():
    layer = nn.Conv2D(8, 3, in_channels=3)
    layer.initialize()
    layer(nd.ones((2, 28, 28, 3)))


@mistake(ShapeError, "Convolution", "kernel", "(9, 9)", "(2, 1, 5, 5)")
def a_kernel_is_larger_than_the_image():
    layer = nn.Conv2D(8, 9)
    layer.initialize()
    layer(nd.ones((2, 1, 5, 5)))


@mistake(ArgumentError, "Conv2D", "kernel_size", "(3, 3, 3)")
def a_kernel_has_an_axis_too_many():
    nn.Conv2D(8, kernel_size=(3, 3, 3))


@mistake(ContextError, "cpu(1)", "cpu(0)", "initialize")
def data_and_parameters_are_on_different_contexts():
    ready()(nd.ones((2, 5), ctx=mx.cpu(1)))


@mistake(ContextError, "gpu(0)", "mx.cpu()")
def a_network_is_initialized_on_a_gpu_that_is_not_there():
    net = nn.Dense(3, in_units=5)
    net.initialize(ctx=mx.gpu())


@mistake(ArgumentError, "HybridBlock", "numpy.ndarray", "mx.nd.array")
def a_network_gets_a_numpy_array():
    ready()(np.ones((2, 5), "float32"))


@mistake(ArgumentError, "numpy.ndarray", "mx.nd.array")
def a_hybrid_network_gets_a_numpy_array():
    ready(hybrid=True)(np.ones((2, 5), "float32"))


@mistake(MXNetError, "net_dense0", "float64", "float32", "astype")
def a_network_gets_float64():
    ready()(nd.ones((2, 5), dtype="float64"))


@mistake(ArgumentError, "dense", "weight", "units", "'ten'")
def the_number_of_units_is_a_word():
    net = nn.Dense("ten", in_units=3)
    net.initialize()


@mistake(ArgumentError, "Dense", "'activatoin'", "'activation'", "units")
def an_argument_of_a_layer_is_misspelled():
    nn.Dense(10, activatoin="relu")


@mistake(ArgumentError, "act_type", "'rleu'", "'relu'")
def an_activation_is_misspelled():
    net = nn.Dense(3, activation="rleu", in_units=2)
    net.initialize()
    net(nd.ones((1, 2)))


@mistake(ValueError, "xaver", "xavier", python=True)
def an_initializer_is_misspelled():
    ready().initialize("xaver", force_reinit=True)


@mistake(ArgumentError, "initializer", "name", "0.01")
def an_initializer_is_a_number():
    nn.Dense(3, in_units=2).initialize(0.01)


@mistake(AttributeError, "SoftmaxCrossEntropy", "SoftmaxCrossEntropyLoss", python=True)
def a_loss_is_misspelled():
    gluon.loss.SoftmaxCrossEntropy()


@mistake(AttributeError, "Conv2d", "Conv2D", python=True)
def a_layer_is_misspelled():
    nn.Conv2d(8, 3)


@mistake(AttributeError, "forwrad", python=True)
def a_method_of_a_block_is_misspelled():
    ready().forwrad(nd.ones((2, 5)))


@mistake(IndexError, "5", "2", python=True)
def a_layer_that_is_not_there_is_indexed():
    ready()[5]


@mistake(ArgumentError, "HybridSequential", "HybridBlock", "Sequential")
def a_block_is_added_to_a_hybrid_network():
    class Plain(gluon.Block):
        def forward(self, x):
            return x

    network().add(Plain())


@mistake(NotImplementedError, "Net", "forward", python=True)
def forward_is_forgotten():
    class Net(gluon.Block):
        pass

    Net()(nd.ones((1,)))


@mistake(MXNetError, "Net", "super().__init__", "__init__")
def super_init_is_forgotten():
    class Net(gluon.Block):
        def __init__(self):
            self.layer = nn.Dense(3)

    Net()


@mistake(MXNetError, "Net", "hybrid_forward", "F.")
def hybrid_forward_reads_a_shape():
    class Net(gluon.HybridBlock):
        def hybrid_forward(self, F, x):
            return F.reshape(x, (x.shape[0], -1))

    net = Net()
    net.hybridize()
    net(nd.ones((2, 3)))


@mistake(MXNetError, "Net", "hybrid_forward", "if", "F.where")
def hybrid_forward_decides_by_a_value():
    class Net(gluon.HybridBlock):
        def hybrid_forward(self, F, x):
            return x if F.sum(x) > 0 else -x

    net = Net()
    net.hybridize()
    net(nd.ones((2, 3)))


@mistake(MXNetError, "Net", "hybrid_forward", "asnumpy")
def hybrid_forward_prints_values():
    class Net(gluon.HybridBlock):
        def hybrid_forward(self, F, x):
            print(x.asnumpy())
            return x

    net = Net()
    net.hybridize()
    net(nd.ones((2, 3)))


@mistake(MXNetError, "Net", "mx.nd", "F.")
def hybrid_forward_uses_nd_instead_of_f():
    class Net(gluon.HybridBlock):
        def hybrid_forward(self, F, x):
            return nd.relu(x)

    net = Net()
    net.hybridize()
    net(nd.ones((2, 3)))


@mistake(ArgumentError, "Net", "hybrid_forward", "F.slice")
def hybrid_forward_indexes_in_numpys_way():
    class Net(gluon.HybridBlock):
        def hybrid_forward(self, F, x):
            return x[:, 0]

    net = Net()
    net.hybridize()
    net(nd.ones((2, 3)))


@mistake(TypeError, "weight", python=True)
def hybrid_forward_does_not_take_its_parameters():
    class Net(gluon.HybridBlock):
        def __init__(self):
            super().__init__()
            self.weight = self.params.get("weight", shape=(2, 3))

        def hybrid_forward(self, F, x):
            return x

    net = Net()
    net.initialize()
    net(nd.ones((2, 3)))


@mistake(ArgumentError, "HybridBlock", "str")
def hybrid_forward_returns_a_word():
    class Net(gluon.HybridBlock):
        def hybrid_forward(self, F, x):
            return "done"

    net = Net()
    net.hybridize()
    net(nd.ones((2, 3)))


# -- losses ------------------------------------------------------------------------------------------------------------
@mistake(ShapeError, "pick", "(4,)", "(3,)")
def there_are_fewer_labels_than_predictions():
    gluon.loss.SoftmaxCrossEntropyLoss()(nd.ones((4, 10)), nd.ones((3,)))


@mistake(ShapeError, "reshape_like", "(4, 1)", "(5,)")
def a_regression_gets_labels_of_another_length():
    gluon.loss.L2Loss()(nd.ones((4, 1)), nd.ones((5,)))


@mistake(ShapeError, "one_hot", "sparse_label=False")
def a_classification_gets_one_hot_labels():
    gluon.loss.SoftmaxCrossEntropyLoss()(nd.ones((4, 10)), nd.ones((4, 10)))


@mistake(ArgumentError, "softmaxcrossentropyloss", "numpy.ndarray", "mx.nd.array")
def a_loss_gets_labels_of_numpy():
    gluon.loss.SoftmaxCrossEntropyLoss()(nd.ones((4, 10)), np.ones((4,)))


@mistake(TypeError, "label", python=True)
def a_loss_gets_no_labels():
    gluon.loss.L2Loss()(nd.ones((4, 1)))


@mistake(ArgumentError, "weight", "number", "'big'")
def the_weight_of_a_loss_is_a_word():
    gluon.loss.L1Loss(weight="big")(nd.ones((4, 1)), nd.ones((4, 1)))


# -- the Trainer -------------------------------------------------------------------------------------------------------
@mistake(ValueError, "sgdd", "sgd", python=True)
def an_optimizer_is_misspelled():
    gluon.Trainer(ready().collect_params(), "sgdd")


@mistake(ArgumentError, "SGD", "learnin_rate", "learning_rate")
def an_optimizer_option_is_misspelled():
    gluon.Trainer(ready().collect_params(), "sgd", {"learnin_rate": 0.1})


@mistake(ArgumentError, "optimizer_params", "dict", "0.1")
def the_optimizer_options_are_a_number():
    gluon.Trainer(ready().collect_params(), "sgd", 0.1)


@mistake(ArgumentError, "learning_rate", "'fast'")
def the_learning_rate_is_a_word():
    net = ready()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": "fast"})
    with autograd.record():
        loss = net(nd.ones((2, 5))).sum()
    loss.backward()
    trainer.step(2)


@mistake(ArgumentError, "Trainer", "collect_params()", "HybridSequential")
def a_trainer_gets_the_network_itself():
    gluon.Trainer(ready(), "sgd")


@mistake(ArgumentError, "Trainer", "no parameters")
def a_trainer_gets_no_parameters():
    gluon.Trainer({}, "sgd")


@mistake(TypeError, "batch_size", python=True)
def step_gets_no_batch_size():
    gluon.Trainer(ready().collect_params(), "sgd").step()


@mistake(ArgumentError, "step", "batch_size", "0")
def step_gets_batch_size_zero():
    net = ready()
    with autograd.record():
        loss = net(nd.ones((2, 5))).sum()
    loss.backward()
    gluon.Trainer(net.collect_params(), "sgd").step(0)


@mistake(UserWarning, "net_dense0_", "backward", python=True)
def step_comes_before_backward():
    net = ready()
    gluon.Trainer(net.collect_params(), "sgd").step(2)


@mistake(MXNetError, "net_dense0_", "initialize()")
def a_trainer_steps_before_initialize():
    gluon.Trainer(network().collect_params(), "sgd").step(2)


@mistake(GradientError, "backward", "autograd.record()")
def a_training_loop_forgets_record():
    net = ready()
    loss = gluon.loss.L2Loss()(net(nd.ones((2, 5))), nd.ones((2, 3)))
    loss.backward()


@mistake(MXNetError, "net_dense0_weight", "grad_req", "null")
def the_gradient_of_a_fixed_parameter_is_read():
    net = ready()
    net.collect_params().setattr("grad_req", "null")
    net[0].weight.grad()


@mistake(UserWarning, "LRScheduler", "set_learning_rate", python=True)
def the_learning_rate_is_set_under_a_schedule():
    schedule = mx.lr_scheduler.FactorScheduler(10)
    trainer = gluon.Trainer(ready().collect_params(), "sgd", {"lr_scheduler": schedule})
    trainer.set_learning_rate(0.1)


# -- files of parameters -----------------------------------------------------------------------------------------------
@mistake(DataError, "nowhere.params", "No such file")
def parameters_are_loaded_from_a_file_that_is_not_there(folder):
    ready().load_parameters(folder / "nowhere.params")


@mistake(DataError, "Is a directory")
def parameters_are_loaded_from_a_folder(folder):
    ready().load_parameters(folder)


@mistake(DataError, "missing", "net.params", "folder")
def parameters_are_saved_into_a_folder_that_is_not_there(folder):
    ready().save_parameters(folder / "missing" / "net.params")


@mistake(MXNetError, "net_dense0_weight", "initialize()")
def parameters_are_saved_before_they_are_initialized(folder):
    network().save_parameters(folder / "net.params")


@mistake(ShapeError, "net_dense0_weight", "(4, 9)", "(4, 5)", "net.params")
def parameters_of_another_shape_are_loaded(folder):
    ready().save_parameters(folder / "net.params")
    net = network()
    net.initialize()
    net(nd.ones((2, 9)))
    net.load_parameters(folder / "net.params")


@mistake(NotFoundError, "2.weight", "net.params", "ignore_extra=True")
def parameters_of_a_deeper_network_are_loaded(folder):
    net = network()
    with net.name_scope():
        net.add(nn.Dense(2))
    net.initialize()
    net(nd.ones((2, 5)))
    net.save_parameters(folder / "net.params")
    ready().load_parameters(folder / "net.params")


@mistake(NotFoundError, "1.weight", "net.params", "allow_missing=True")
def parameters_of_a_flatter_network_are_loaded(folder):
    net = nn.HybridSequential()
    net.add(nn.Dense(4))
    net.initialize()
    net(nd.ones((2, 5)))
    net.save_parameters(folder / "net.params")
    ready().load_parameters(folder / "net.params")


@mistake(MXNetError, "export", "hybridize()")
def a_network_is_exported_before_it_ran(folder):
    net = network()
    net.initialize()
    net.export(str(folder / "net"))


@mistake(ArgumentError, "net-symbol.json", "'images'", "data")
def an_exported_network_is_imported_under_a_wrong_input_name(folder):
    ready(hybrid=True).export(str(folder / "net"))
    gluon.SymbolBlock.imports(str(folder / "net-symbol.json"), ["images"], str(folder / "net-0000.params"))


# -- utilities ---------------------------------------------------------------------------------------------------------
@mistake(ValueError, "5", "2", "even_split", python=True)
def a_batch_is_split_among_contexts_that_do_not_divide_it():
    gluon.utils.split_and_load(nd.ones((5, 2)), [mx.cpu(0), mx.cpu(1)])


@mistake(MXNetError, "clip_global_norm", "array")
def gradients_of_nothing_are_clipped():
    gluon.utils.clip_global_norm([], 1.0)
