"""Learning rates over the updates, for every scheduler and its warmup."""

from ..harness import Cases

CASES = Cases()
SCHEDULERS = {
    "factor": ("FactorScheduler", {"step": 10, "factor": 0.5}),
    "factor stop": ("FactorScheduler", {"step": 3, "factor": 0.1, "stop_factor_lr": 1e-3}),
    "factor base_lr": ("FactorScheduler", {"step": 7, "factor": 0.9, "base_lr": 0.3}),
    "factor warmup": ("FactorScheduler", {"step": 10, "factor": 0.5, "warmup_steps": 5, "warmup_begin_lr": 0.001}),
    "factor constant warmup": (
        "FactorScheduler",
        {"step": 10, "factor": 0.5, "warmup_steps": 5, "warmup_begin_lr": 0.001, "warmup_mode": "constant"},
    ),
    "multifactor": ("MultiFactorScheduler", {"step": [5, 12, 30], "factor": 0.1}),
    "multifactor warmup": ("MultiFactorScheduler", {"step": [8, 20], "factor": 0.3, "base_lr": 1.0, "warmup_steps": 4}),
    "poly": ("PolyScheduler", {"max_update": 30}),
    "poly options": ("PolyScheduler", {"max_update": 25, "base_lr": 0.5, "pwr": 3, "final_lr": 0.05}),
    "poly warmup": ("PolyScheduler", {"max_update": 30, "base_lr": 0.5, "warmup_steps": 6, "warmup_begin_lr": 0.1}),
    "cosine": ("CosineScheduler", {"max_update": 30}),
    "cosine options": ("CosineScheduler", {"max_update": 25, "base_lr": 0.5, "final_lr": 0.05}),
    "cosine warmup": (
        "CosineScheduler",
        {"max_update": 30, "base_lr": 0.5, "warmup_steps": 6, "warmup_mode": "constant"},
    ),
}


def rates(name, options, updates):
    def run(mx):
        scheduler = getattr(mx.lr_scheduler, name)(**options)
        return {"rates": [float(scheduler(k)) for k in updates]}

    return run


for _text, (_name, _options) in SCHEDULERS.items():
    CASES.add(_text, rates(_name, _options, range(41)))
    CASES.add(f"{_text}/jumps", rates(_name, _options, (1, 2, 15, 16, 40, 200)))
