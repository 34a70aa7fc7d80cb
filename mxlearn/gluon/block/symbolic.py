"""SymbolBlock: a Symbol as a layer."""

from ... import symbol as sym
from ...base import ArgumentError
from ...ndarray import NDArray
from ...symbol import Symbol
from ..parameter import ParameterDict
from .base import Block
from .hybrid import HybridBlock
from .structure import flatten, regroup


class SymbolBlock(HybridBlock):
    """A Block made of a Symbol; its parameters are the symbol's other variables.

    Parameters
    ----------
    outputs : Symbol or list of Symbol
    inputs : Symbol or list of Symbol, the variables that are fed
    params : ParameterDict with values for the rest

    Examples
    --------
    >>> x = mx.sym.Variable("x")
    >>> net = mx.gluon.SymbolBlock(mx.sym.relu(x), x)
    >>> net(mx.nd.array([-1, 2])).asnumpy().tolist()
    [0.0, 2.0]

    References: MXNet 1.9.1 class mxnet.gluon.SymbolBlock.
    """

    @staticmethod
    def imports(
        symbol_file, input_names, param_file=None, ctx=None, allow_missing: bool = False, ignore_extra: bool = False
    ) -> "SymbolBlock":
        """Return the Block of a symbol file and a parameter file, as export() wrote them.

        Parameters
        ----------
        symbol_file, param_file : paths; without param_file the Block still has to be initialized
        input_names : str or list of str
        ctx : Context or list of Context
        allow_missing, ignore_extra : accept parameters that the parameter file, or the symbol, does not have
        """
        symbol = sym.load(symbol_file)
        names = [input_names] if isinstance(input_names, str) else list(input_names)
        unknown = [name for name in names if name not in symbol.list_inputs()]
        if unknown:
            raise ArgumentError(
                f"{symbol_file}: there is no input {unknown[0]!r}; it has {', '.join(symbol.list_inputs()[:8])}, ..."
            )
        named = {node.name: node for node in symbol._nodes() if node.op is None}
        block = SymbolBlock(symbol, [Symbol([(named[name], 0)]) for name in names])
        if param_file is not None:
            block.collect_params().load(
                param_file, ctx, allow_missing, ignore_extra, cast_dtype=True, dtype_source="saved"
            )
        return block

    def __init__(self, outputs, inputs, params: ParameterDict | None = None):
        super().__init__(prefix="", params=None)
        self._prefix, self._params = "", ParameterDict("", params)
        inputs = [inputs] if isinstance(inputs, Symbol) else list(inputs)
        outputs_list, self._out_structure = flatten(outputs if isinstance(outputs, (list, tuple)) else outputs)
        self._symbol = sym.Group(outputs_list)
        if isinstance(outputs, Symbol) and len(outputs) > 1:
            self._out_structure = [0] * len(outputs)
        self._input_symbols = inputs
        fed = set()
        for symbol in inputs:
            node = symbol._entry[0]
            if node.op is not None:
                raise ArgumentError(f"SymbolBlock: the input {symbol.name!r} is no variable but an operator's output")
            fed.add(node.name)
        auxiliary = set(self._symbol.list_auxiliary_states())
        meta = {str(n.name): n.meta or {} for n in self._symbol._nodes() if n.op is None}
        for name in self._symbol.list_inputs():
            if name in fed:
                continue
            options: dict = {"allow_deferred_init": True}
            if "__shape__" in meta[name]:
                from ...core.attributes import parse_shape

                options["shape"] = parse_shape(meta[name]["__shape__"])
            if name in auxiliary:
                options.update(grad_req="null", differentiable=False)
            if "__init__" in meta[name]:  # such as ones for a moving variance; MXNet fills it with random numbers
                options["init"] = meta[name]["__init__"]
            self._reg_params[name] = self._params.get(name, **options)

    def _get_graph(self, *args):
        flat = [x for x in flatten(args)[0] if x is not None]
        if len(flat) != len(self._input_symbols):
            raise ArgumentError(f"SymbolBlock: {len(self._input_symbols)} inputs are needed, {len(flat)} given")
        return self._input_symbols, self._symbol, self._out_structure

    def forward(self, x, *args):
        """Run the symbol."""
        if isinstance(x, Symbol):
            names = [str(s.name) for s in self._input_symbols]
            composed = self._symbol(**dict(zip(names, (x, *args), strict=True)))
            return regroup(list(composed), self._out_structure)[0]
        if not isinstance(x, NDArray):
            raise ArgumentError(f"SymbolBlock: expected an NDArray or a Symbol. Received: {type(x).__name__}")
        return self._call_cached_op(x, *args)

    def _clear_cached_op(self) -> None:
        self._cached_ops = {}

    def cast(self, dtype) -> None:
        """Convert all parameters to another dtype."""
        self._clear_cached_op()
        Block.cast(self, dtype)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(\n{self._symbol!r} : {len(self._input_symbols)} -> {len(self._symbol)}\n)"
