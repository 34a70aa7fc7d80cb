"""Twenty steps of every optimizer on two parameters with fixed gradients."""

from ..harness import Cases, source

CASES = Cases()
STEPS = 20


def enter(
    case_id, name, *, dtype="float32", scheduler=None, scaled=None, multipliers=None, index_names=None, **options
):
    """Enter one optimizer: both parameters after steps 1, 2, 5 and 20, and the learning rate then."""

    def run(mx):
        random = source(case_id)
        chosen = dict(options)
        if scheduler is not None:
            chosen["lr_scheduler"] = scheduler(mx)
        optimizer = mx.optimizer.create(name, param_idx2name=index_names or {0: "a_weight", 1: "b_bias"}, **chosen)
        if multipliers is not None:
            optimizer.set_lr_mult(multipliers.get("lr", {}))
            optimizer.set_wd_mult(multipliers.get("wd", {}))
        update = mx.optimizer.get_updater(optimizer)
        weights = [mx.nd.array(random.normal(size=s), dtype=dtype) for s in ((4, 3), (5,))]
        answer = {}
        for step in range(1, STEPS + 1):
            for k, weight in enumerate(weights):
                grad = mx.nd.array(random.normal(size=weight.shape), dtype=dtype) + weight * 0.1
                update(k, grad, weight)
            if step in (1, 2, 5, STEPS):
                answer[f"after {step}"] = [w.asnumpy() for w in weights]
        answer["learning rate"] = float(optimizer.learning_rate)
        answer["updates"] = int(optimizer.num_update)
        return answer

    CASES.add(case_id, run, scaled=scaled)


NAMES = {
    "sgd": {"learning_rate": 0.1},
    "nag": {"learning_rate": 0.1, "momentum": 0.9},
    "signum": {"learning_rate": 0.01},
    "ftml": {"learning_rate": 0.01},
    "lars": {"learning_rate": 0.1, "momentum": 0.9},
    "lamb": {"learning_rate": 0.01},
    "dcasgd": {"learning_rate": 0.05},
    "adam": {"learning_rate": 0.01},
    "adagrad": {"learning_rate": 0.1},
    "rmsprop": {"learning_rate": 0.01},
    "adadelta": {},
    "ftrl": {"learning_rate": 0.1},
    "adamax": {"learning_rate": 0.01},
    "nadam": {"learning_rate": 0.01},
    "lbsgd": {"learning_rate": 0.1, "momentum": 0.9},
    "ccsgd": {"learning_rate": 0.1},
    "test": {},
}
for _name, _options in NAMES.items():
    enter(f"{_name}/default", _name, scaled=1e-5, **_options)
    if _name == "test":
        continue
    enter(f"{_name}/wd clip rescale", _name, scaled=1e-5, wd=0.05, clip_gradient=0.5, rescale_grad=0.5, **_options)
enter("sgd/momentum", "sgd", learning_rate=0.1, momentum=0.9, scaled=1e-5)
enter("sgd/momentum wd", "sgd", learning_rate=0.1, momentum=0.9, wd=0.01, scaled=1e-5)
enter("sgd/default rate", "sgd")
enter("sgd/float64", "sgd", dtype="float64", learning_rate=0.1, momentum=0.9, scaled=1e-6)
enter("sgd/float16", "sgd", dtype="float16", learning_rate=0.1, momentum=0.9, scaled=5e-3)
enter("sgd/multi_precision", "sgd", dtype="float16", learning_rate=0.1, momentum=0.9, multi_precision=True)
enter("sgd/multi_precision no momentum", "sgd", dtype="float16", learning_rate=0.1, multi_precision=True)
enter("nag/multi_precision", "nag", dtype="float16", learning_rate=0.1, momentum=0.9, multi_precision=True)
enter("nag/no momentum", "nag", learning_rate=0.1)
enter("adam/options", "adam", learning_rate=0.01, beta1=0.5, beta2=0.9, epsilon=1e-4, scaled=1e-5)
enter("rmsprop/centered", "rmsprop", learning_rate=0.01, centered=True, scaled=1e-5)
enter("rmsprop/clip_weights", "rmsprop", learning_rate=0.01, clip_weights=0.5, scaled=1e-5)
enter("adagrad/eps", "adagrad", learning_rate=0.1, eps=0.01, scaled=1e-5)
enter("adadelta/rho", "adadelta", rho=0.5, epsilon=1e-3, scaled=1e-5)
enter("ftrl/lamda1 beta", "ftrl", learning_rate=0.5, lamda1=0.1, beta=2, scaled=1e-5)
enter("signum/no momentum", "signum", learning_rate=0.01, momentum=0.0)
enter("signum/wd_lh", "signum", learning_rate=0.01, momentum=0.9, wd_lh=0.1)
enter("lamb/no bias correction", "lamb", learning_rate=0.01, bias_correction=False, scaled=1e-5)
enter("lamb/bounds", "lamb", learning_rate=0.01, lower_bound=0.5, upper_bound=1.5, scaled=1e-5)
enter("dcasgd/lamda", "dcasgd", learning_rate=0.05, lamda=0.1, scaled=1e-5)
enter("nadam/schedule_decay", "nadam", learning_rate=0.01, schedule_decay=0.01, scaled=1e-5)
enter("begin_num_update", "adam", learning_rate=0.01, begin_num_update=10, scaled=1e-5)
enter(
    "multipliers",
    "sgd",
    learning_rate=0.1,
    wd=0.1,
    multipliers={"lr": {"a_weight": 0.5, "b_bias": 0.0}, "wd": {"a_weight": 2.0}},
)
enter("bias and gamma get no weight decay", "sgd", learning_rate=0.1, wd=0.5, index_names={0: "bn_gamma", 1: "fc_bias"})
enter(
    "scheduler/factor",
    "sgd",
    learning_rate=0.5,
    scheduler=lambda mx: mx.lr_scheduler.FactorScheduler(step=5, factor=0.5),
)
enter(
    "scheduler/multifactor",
    "adam",
    learning_rate=0.1,
    scaled=1e-5,
    scheduler=lambda mx: mx.lr_scheduler.MultiFactorScheduler(step=[3, 9], factor=0.1),
)
enter(
    "scheduler/cosine",
    "sgd",
    learning_rate=0.5,
    momentum=0.5,
    scaled=1e-5,
    scheduler=lambda mx: mx.lr_scheduler.CosineScheduler(max_update=20, base_lr=0.3, final_lr=0.01),
)
enter(
    "scheduler/poly",
    "nag",
    learning_rate=0.2,
    momentum=0.5,
    scaled=1e-5,
    scheduler=lambda mx: mx.lr_scheduler.PolyScheduler(max_update=30, base_lr=0.3, pwr=2),
)


@CASES.case("set_learning_rate")
def _(mx):
    optimizer = mx.optimizer.SGD(learning_rate=0.1)
    update = mx.optimizer.get_updater(optimizer)
    weight = mx.nd.array([1, 2])
    update(0, mx.nd.array([1, 1]), weight)
    optimizer.set_learning_rate(1.0)
    update(0, mx.nd.array([1, 1]), weight)
    return {"weight": weight.asnumpy(), "rate": float(optimizer.learning_rate)}


@CASES.case("defaults")
def _(mx):
    facts = {}
    for name in sorted(NAMES):
        o = mx.optimizer.create(name)
        facts[name] = [type(o).__name__, float(o.lr), float(o.wd), float(o.rescale_grad), o.clip_gradient]
    return facts


@CASES.case("adam states")
def _(mx):
    optimizer = mx.optimizer.Adam()
    mean, var = optimizer.create_state(0, mx.nd.ones((2, 3)))
    return {
        "mean": mean.asnumpy(),
        "var": var.asnumpy(),
        "sgd": optimizer.__class__.__name__,
        "sgd state": mx.optimizer.SGD().create_state(0, mx.nd.ones(2)),
        "momentum state": mx.optimizer.SGD(momentum=0.9).create_state(0, mx.nd.ones(2)).asnumpy(),
    }
