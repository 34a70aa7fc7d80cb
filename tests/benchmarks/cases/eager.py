"""What one small operation costs: the price of the library, not of arithmetic."""

from ..contest import Case, Goal, eager_three

OPERATIONS = ("add", "multiply", "dot", "sum", "relu")


def mx_operation(mx, name):
    """Return a step of one operation on (10, 10) arrays."""
    x, y = mx.nd.ones((10, 10)), mx.nd.ones((10, 10))
    steps = {
        "add": lambda: x + y,
        "multiply": lambda: x * y,
        "dot": lambda: mx.nd.dot(x, y),
        "sum": lambda: x.sum(),
        "relu": lambda: mx.nd.relu(x),
    }
    return _waiting(mx, steps[name])


def torch_operation(torch, name):
    """Return a step of one operation on (10, 10) arrays."""
    x, y = torch.ones(10, 10), torch.ones(10, 10)
    return {
        "add": lambda: x + y,
        "multiply": lambda: x * y,
        "dot": lambda: x @ y,
        "sum": lambda: x.sum(),
        "relu": lambda: torch.relu(x),
    }[name]


def mx_chain(mx, length):
    """Return a step that records ``length`` multiplications and goes back through them."""
    x, w = mx.nd.ones((10, 10)), mx.nd.ones((10, 10))
    x.attach_grad()

    def step():
        with mx.autograd.record():
            y = x
            for _ in range(length):
                y = y * w
        y.backward()
        return x.grad

    return _waiting(mx, step)


def torch_chain(torch, length):
    """Return a step that records ``length`` multiplications and goes back through them."""
    x, w, ones = torch.ones(10, 10, requires_grad=True), torch.ones(10, 10), torch.ones(10, 10)

    def step():
        x.grad = None
        y = x
        for _ in range(length):
            y = y * w
        y.backward(ones)

    return step


def _waiting(mx, step):
    """Return the step; where calls only enter a queue, wait for every hundredth result: the queue stays short."""
    if mx.__name__ == "mxlearn":
        return step
    calls = 0

    def waited():
        nonlocal calls
        result = step()
        calls += 1
        if calls % 100 == 0:
            result.wait_to_read()

    return waited


_GOALS = (Goal("mxlearn", "PyTorch", 0.45), Goal("mxlearn", "MXNet", 0.07))
CASES = (
    *(
        Case(f"op-{name}", __name__, f"{name} of (10, 10) arrays", "us", eager_three("operation", name=name))
        for name in OPERATIONS
    ),
    Case(
        "op-recorded",
        __name__,
        "recorded multiplication, forward + backward",
        "us",
        eager_three("chain", length=1),
        _GOALS,
    ),
    Case(
        "op-chain", __name__, "the same, in a chain of 100, each", "us", eager_three("chain", length=100), _GOALS, 100
    ),
)
