"""Recurrent networks: the operator RNN, Gluon's cells and layers."""

import numpy as np

from ..harness import Cases, normal, source

CASES = Cases()
op = CASES.op

GATES = {"rnn_relu": 1, "rnn_tanh": 1, "lstm": 4, "gru": 3}
TIME, BATCH, INPUTS, HIDDEN = 4, 3, 5, 2


def parameter_size(mode, layers, directions, projection=None):
    gates, size = GATES[mode], projection or HIDDEN
    total = 0
    for layer in range(layers):
        inputs = INPUTS if layer == 0 else directions * size
        run = gates * HIDDEN * (inputs + size + 2) + (projection or 0) * HIDDEN
        total += directions * run
    return total


def rnn_inputs(mode, layers, directions, projection=None):
    runs = layers * directions
    inputs = [
        normal(TIME, BATCH, INPUTS),
        normal(parameter_size(mode, layers, directions, projection), scale=0.5),
        normal(runs, BATCH, projection or HIDDEN),
    ]
    return inputs + ([normal(runs, BATCH, HIDDEN)] if mode == "lstm" else [])


# -- the operator ------------------------------------------------------------------------------------------------------
for _mode in GATES:
    for _layers in (1, 2, 3):
        for _directions in (1, 2):
            for _states in (False, True):
                op(
                    f"RNN/{_mode} layers {_layers} directions {_directions}{' states' if _states else ''}",
                    "RNN",
                    *rnn_inputs(_mode, _layers, _directions),
                    mode=_mode,
                    state_size=HIDDEN,
                    num_layers=_layers,
                    bidirectional=_directions == 2,
                    state_outputs=_states,
                )
    op(
        f"RNN/{_mode} float64",
        "RNN",
        *[i.draw(np.random.RandomState(3)).astype("float64") for i in rnn_inputs(_mode, 2, 2)],
        mode=_mode,
        state_size=HIDDEN,
        num_layers=2,
        bidirectional=True,
        state_outputs=True,
        scaled=1e-6,  # MXNet rounds some steps to float32
    )
    op(
        f"RNN/{_mode} dropout outside of training",
        "RNN",
        *rnn_inputs(_mode, 2, 1),
        mode=_mode,
        state_size=HIDDEN,
        num_layers=2,
        p=0.5,
        grad=False,
        train=False,
    )
for _layers, _directions in ((1, 1), (2, 1), (1, 2), (2, 2)):
    op(
        f"RNN/projection layers {_layers} directions {_directions}",
        "RNN",
        *rnn_inputs("lstm", _layers, _directions, 3),
        mode="lstm",
        state_size=HIDDEN,
        num_layers=_layers,
        bidirectional=_directions == 2,
        projection_size=3,
        state_outputs=True,
        grad=False,
        train=False,
    )
op(
    "RNN/clip",
    "RNN",
    *rnn_inputs("lstm", 1, 1),
    mode="lstm",
    state_size=HIDDEN,
    num_layers=1,
    lstm_state_clip_min=-0.1,
    lstm_state_clip_max=0.1,
)
op(
    "RNN/lengths",
    "RNN",
    *rnn_inputs("gru", 1, 1),
    np.array([1, 4, 2], dtype="float32"),
    mode="gru",
    state_size=HIDDEN,
    num_layers=1,
    use_sequence_length=True,
    grad=(0, 1, 2),
)
op("_rnn_param_concat", "_internal._rnn_param_concat", normal(3), normal(4), normal(1), dim=0)


@CASES.case("RNN/symbol")
def _(mx):
    answers = {}
    for mode in GATES:
        for states in (False, True):
            s = mx.sym.RNN(
                mx.sym.var("data"), mode=mode, state_size=3, num_layers=2, state_outputs=states, name="r", p=0.5
            )
            shapes = s.infer_shape(data=(5, 2, 4))
            answers[f"{mode} {states}"] = [s.list_arguments(), s.list_outputs(), [list(map(list, x)) for x in shapes]]
    s = mx.sym.RNN(mx.sym.var("data"), mode="gru", state_size=3, num_layers=1, use_sequence_length=True, name="r")
    answers["lengths"] = [s.list_arguments(), [list(x) for x in s.infer_shape(data=(5, 2, 4))[0]]]
    s = mx.sym.RNN(mx.sym.var("data"), mode="lstm", state_size=3, num_layers=2, projection_size=2, name="r")
    answers["projection"] = [list(x) for x in s.infer_shape(data=(5, 2, 4))[0]]
    return answers


# -- Gluon -------------------------------------------------------------------------------------------------------------
def fill(mx, block, random, scale=0.5):
    """Give every parameter values that follow from its place, so that both implementations have the same."""
    for parameter in block.collect_params().values():
        parameter.set_data(mx.nd.array(random.normal(size=parameter.shape) * scale))


def flat(values):
    return [a for v in values for a in flat(v)] if isinstance(values, (list, tuple)) else [values]


def answers_of(mx, block, outputs):
    """Differentiate outputs, and return them and the gradients of all parameters."""
    outputs = list({id(o): o for o in flat(outputs)}.values())  # the last output of a cell is one of its states
    mx.autograd.backward(outputs, [mx.nd.full(o.shape, k + 1) for k, o in enumerate(outputs)])
    answer = {f"out{k}": o.asnumpy() for k, o in enumerate(outputs)}
    answer.update({f"grad {k}": p.grad().asnumpy() for k, p in enumerate(block.collect_params().values())})
    return answer


def gluon_cells(mx):
    rnn, more = mx.gluon.rnn, mx.gluon.contrib.rnn

    def stack(kind):
        cell = kind()
        cell.add(rnn.LSTMCell(2, input_size=5))
        cell.add(rnn.DropoutCell(0.0))
        cell.add(rnn.GRUCell(3, input_size=2))
        return cell

    def deep():
        cell = rnn.SequentialRNNCell()
        cell.add(rnn.BidirectionalCell(rnn.LSTMCell(2, input_size=5), rnn.GRUCell(3, input_size=5)))
        cell.add(rnn.ResidualCell(rnn.RNNCell(5, input_size=5)))
        return cell

    return {
        "RNNCell": lambda: rnn.RNNCell(2, input_size=5),
        "RNNCell relu": lambda: rnn.RNNCell(2, activation="relu", input_size=5),
        "LSTMCell": lambda: rnn.LSTMCell(2, input_size=5),
        "LSTMCell activations": lambda: rnn.LSTMCell(
            2, input_size=5, activation="softsign", recurrent_activation="tanh"
        ),
        "GRUCell": lambda: rnn.GRUCell(2, input_size=5),
        "SequentialRNNCell": lambda: stack(rnn.SequentialRNNCell),
        "HybridSequentialRNNCell": lambda: stack(rnn.HybridSequentialRNNCell),
        "ResidualCell": lambda: rnn.ResidualCell(rnn.GRUCell(5, input_size=5)),
        "ZoneoutCell": lambda: rnn.ZoneoutCell(rnn.LSTMCell(2, input_size=5), 0.0, 0.0),
        "BidirectionalCell": lambda: rnn.BidirectionalCell(
            rnn.LSTMCell(2, input_size=5), rnn.GRUCell(3, input_size=5)
        ),
        "deep": deep,
        "LSTMPCell": lambda: more.LSTMPCell(2, 3, input_size=5),
        "VariationalDropoutCell": lambda: more.VariationalDropoutCell(rnn.GRUCell(2, input_size=5)),
    }


CELL_NAMES = (
    "RNNCell",
    "RNNCell relu",
    "LSTMCell",
    "LSTMCell activations",
    "GRUCell",
    "SequentialRNNCell",
    "HybridSequentialRNNCell",
    "ResidualCell",
    "ZoneoutCell",
    "BidirectionalCell",
    "deep",
    "LSTMPCell",
    "VariationalDropoutCell",
)


def unroll_case(name, options, lengths):
    case_id = f"unroll/{name} {options['layout']} merged {options['merge_outputs']}{' lengths' if lengths else ''}"

    def run(mx):
        random = source(case_id)
        cell = gluon_cells(mx)[name]()
        cell.initialize()
        fill(mx, cell, random)
        shape = (TIME, BATCH, INPUTS) if options["layout"] == "TNC" else (BATCH, TIME, INPUTS)
        x = mx.nd.array(random.normal(size=shape))
        x.attach_grad()
        more = {"valid_length": mx.nd.array([2, 4, 1])} if lengths else {}
        with mx.autograd.record():
            outputs, states = cell.unroll(TIME, x, **options, **more)
        kinds = [isinstance(outputs, list), isinstance(states, list)]
        return {**answers_of(mx, cell, [outputs, states]), "x": x.grad.asnumpy(), "lists": kinds}

    CASES.add(case_id, run)


for _name in CELL_NAMES:
    for _layout in ("NTC", "TNC"):
        for _merge in (True, False):
            if _name == "VariationalDropoutCell" and (_layout == "TNC" or not _merge):
                continue  # without dropout it is its base cell
            for _lengths in (False, True):
                if _lengths and (_name == "deep" or (_name == "BidirectionalCell" and not _merge)):
                    continue  # MXNet fails, or returns what it did not mask
                unroll_case(_name, {"layout": _layout, "merge_outputs": _merge}, _lengths)


@CASES.case("cells/steps")
def _(mx):
    answers = {}
    for name, make in gluon_cells(mx).items():
        if name in ("BidirectionalCell", "deep"):
            continue
        random = source(name)
        cell = make()
        cell.initialize()
        fill(mx, cell, random)
        states = cell.begin_state(batch_size=BATCH, func=mx.nd.zeros)
        for step in range(2):
            output, states = cell(mx.nd.array(random.normal(size=(BATCH, INPUTS))), states)
            answers[f"{name} {step}"] = [a.asnumpy() for a in flat([output, states])]
    return answers


@CASES.case("cells/text")
def _(mx):
    answers = {}
    for name, make in gluon_cells(mx).items():
        cell = make()
        info = [[list(i["shape"]), i["__layout__"]] for i in cell.state_info(3)]
        names = [[p.name, list(p.shape)] for p in cell.collect_params().values()]
        answers[name] = [repr(cell), cell.prefix, info, names, list(cell._collect_params_with_prefix())]
    return answers


def conv_case(kind, dims):
    case_id = f"conv/Conv{dims}D{kind}Cell"

    def run(mx):
        random = source(case_id)
        size = (6, 5, 4)[:dims]
        cell = getattr(mx.gluon.contrib.rnn, f"Conv{dims}D{kind}Cell")((2, *size), 3, 3, 3, i2h_pad=(1,) * dims)
        cell.initialize()
        fill(mx, cell, random, 0.2)
        x = mx.nd.array(random.normal(size=(2, 3, 2, *size)))
        with mx.autograd.record():
            outputs, states = cell.unroll(3, x, merge_outputs=True)
        text = [repr(cell), [list(i["shape"]) for i in cell.state_info(7)]]
        return {**answers_of(mx, cell, [outputs, states]), "text": text}

    CASES.add(case_id, run, scaled=1e-5)


for _kind in ("RNN", "LSTM", "GRU"):
    for _dims in (1, 2, 3):
        conv_case(_kind, _dims)

LAYERS = {
    "RNN": ("RNN", {}),
    "RNN tanh": ("RNN", {"activation": "tanh", "num_layers": 2}),
    "LSTM": ("LSTM", {}),
    "LSTM NTC": ("LSTM", {"layout": "NTC", "num_layers": 2}),
    "LSTM bidirectional": ("LSTM", {"num_layers": 2, "bidirectional": True}),
    "GRU": ("GRU", {"num_layers": 3}),
    "GRU bidirectional NTC": ("GRU", {"bidirectional": True, "layout": "NTC"}),
}


def layer_case(name, hybrid, given):
    case_id = f"layer/{name}{' hybrid' if hybrid else ''}{' states' if given else ''}"

    def run(mx):
        random = source(case_id)
        kind, options = LAYERS[name]
        layer = getattr(mx.gluon.rnn, kind)(HIDDEN, input_size=INPUTS, **options)
        layer.initialize()
        fill(mx, layer, random)
        if hybrid:
            layer.hybridize()
        shape = (BATCH, TIME, INPUTS) if options.get("layout") == "NTC" else (TIME, BATCH, INPUTS)
        x = mx.nd.array(random.normal(size=shape))
        x.attach_grad()
        args = ()
        if given:
            args = ([mx.nd.array(random.normal(size=s.shape)) for s in layer.begin_state(BATCH)],)
        with mx.autograd.record():
            out = layer(x, *args)
        return {**answers_of(mx, layer, [out]), "x": x.grad.asnumpy()}

    CASES.add(case_id, run)


for _name in LAYERS:
    for _hybrid in (False, True):
        for _given in (False, True):
            layer_case(_name, _hybrid, _given)


@CASES.case("layer/text")
def _(mx):
    answers = {}
    for name, (kind, options) in {**LAYERS, "projection": ("LSTM", {"projection_size": 3, "dropout": 0.5})}.items():
        for inputs in (0, INPUTS):
            layer = getattr(mx.gluon.rnn, kind)(HIDDEN, input_size=inputs, **options)
            names = [[p.name, list(p.shape)] for p in layer.collect_params().values()]
            info = [[list(i["shape"]), i["__layout__"]] for i in layer.state_info(3)]
            answers[f"{name} {inputs}"] = [repr(layer), names, info, list(layer._collect_params_with_prefix())]
    return answers


@CASES.case("layer/deferred in a network")
def _(mx):
    random = source("deferred")
    net = mx.gluon.nn.HybridSequential()
    net.add(mx.gluon.rnn.LSTM(HIDDEN, 2, bidirectional=True), mx.gluon.nn.Dense(2, flatten=False))
    net.initialize()
    net.hybridize()
    x = mx.nd.array(random.normal(size=(TIME, BATCH, INPUTS)))
    net(x)
    fill(mx, net, random)
    return {"out": net(x).asnumpy(), "names": [[p.name, list(p.shape)] for p in net.collect_params().values()]}


@CASES.case("layer/projection")
def _(mx):
    random = source("projection")
    layer = mx.gluon.rnn.LSTM(HIDDEN, 2, projection_size=3, bidirectional=True, input_size=INPUTS)
    layer.initialize()
    fill(mx, layer, random)
    out, states = layer(mx.nd.array(random.normal(size=(TIME, BATCH, INPUTS))), layer.begin_state(BATCH))
    return {f"out{k}": a.asnumpy() for k, a in enumerate(flat([out, states]))}


@CASES.case("layer/initializers")
def _(mx):
    layer = mx.gluon.rnn.LSTM(
        HIDDEN,
        input_size=INPUTS,
        i2h_weight_initializer=mx.init.Constant(0.5),
        i2h_bias_initializer=mx.init.LSTMBias(2.0),
        h2h_bias_initializer="ones",
    )
    layer.initialize(mx.init.Zero())
    return {k: p.data().asnumpy() for k, p in layer._collect_params_with_prefix().items()}


def training_case(kind):
    case_id = f"training/{kind}"

    def run(mx):
        """Learn to tell whether the sum of a sequence is positive."""
        random = source(case_id)
        net = mx.gluon.nn.HybridSequential(prefix="net_")
        with net.name_scope():
            net.add(getattr(mx.gluon.rnn, kind)(4, layout="NTC", input_size=2), mx.gluon.nn.Dense(1, in_units=24))
        net.initialize()
        fill(mx, net, random, 0.3)
        x = mx.nd.array(random.normal(size=(16, 6, 2)))
        y = mx.nd.array(x.asnumpy().sum(axis=(1, 2)) > 0)
        trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5})
        loss = mx.gluon.loss.SigmoidBCELoss()
        history = []
        for _ in range(10):
            with mx.autograd.record():
                value = loss(net(x), y)
            value.backward()
            trainer.step(16)
            history.append(float(value.asnumpy().mean()))
        return {"loss": np.array(history, "float32"), "weight": net[1].weight.data().asnumpy()}

    CASES.add(case_id, run, scaled=1e-4)


for _kind in ("RNN", "LSTM", "GRU"):
    training_case(_kind)
