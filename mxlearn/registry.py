"""Registries of classes that a name or a JSON string can create: metrics and initializers.

A registered class C can be made by ``create("c", ...)`` (its lower-cased name or an alias), ``create(C())`` (handed
back), ``create('["c", {"option": 1}]')`` (the form that symbol files hold), or ``create({"kind": "c", "option": 1})``.
JSON is only ever turned into arguments of registered classes. API: MXNet 1.9.1's mxnet.registry.
"""
import json
import warnings
from collections.abc import Callable

from .base import ArgumentError, NotFoundError, nearest

__all__ = ["get_alias_func", "get_create_func", "get_register_func", "get_registry"]

_REGISTRY: dict[type, dict[str, type]] = {}


class NotRegisteredError(NotFoundError, ArgumentError, AssertionError):
    """No class of that name is registered. Also an AssertionError, which MXNet raises here."""


def get_registry(base_class: type) -> dict[str, type]:
    """Return a copy of the registry of a base class: lower-case name to class."""
    return dict(_REGISTRY.get(base_class, {}))


def get_register_func(base_class: type, nickname: str) -> Callable:
    """Return the function ``register(klass, name=None)`` for subclasses of ``base_class``."""
    registry = _REGISTRY.setdefault(base_class, {})

    def register(klass, name=None):
        if not (isinstance(klass, type) and issubclass(klass, base_class)):
            raise ArgumentError(f"{nickname}.register: expected a subclass of {base_class.__name__}, not {klass!r}")
        key = (name or klass.__name__).lower()
        known = registry.get(key)
        if known is not None and known is not klass:
            warnings.warn(
                f"New {nickname} {klass.__module__}.{klass.__name__} registered with name {key} is overriding existing "
                f"{nickname} {known.__module__}.{known.__name__}",
                UserWarning,
                stacklevel=2,
            )
        registry[key] = klass
        return klass

    register.__doc__ = f"Register a {nickname} class under its lower-cased name, or ``name``; usable as a decorator."
    return register


def get_alias_func(base_class: type, nickname: str) -> Callable:
    """Return the decorator ``alias(*names)``, which registers a class under further names."""
    register = get_register_func(base_class, nickname)

    def alias(*aliases):
        def decorate(klass):
            for name in aliases:
                register(klass, name)
            return klass

        return decorate

    alias.__doc__ = f"Return a decorator that registers a {nickname} class under each of ``aliases``."
    return alias


def get_create_func(base_class: type, nickname: str) -> Callable:
    """Return the function ``create(spec, *args, **kwargs)`` for ``base_class``."""
    registry = _REGISTRY.setdefault(base_class, {})

    def create(*args, **kwargs):
        if args:
            spec, args = args[0], args[1:]
        elif nickname in kwargs:
            spec = kwargs.pop(nickname)
        else:
            raise ArgumentError(f"{nickname}.create: expected a name or an instance first. Received: {sorted(kwargs)}")
        if isinstance(spec, base_class):
            if args or kwargs:
                raise ArgumentError(f"{nickname}.create: {type(spec).__name__} is made already; it takes no arguments")
            return spec
        if isinstance(spec, dict):
            return create(**spec)
        if not isinstance(spec, str):
            raise ArgumentError(f"{nickname}.create: expected a name, a JSON string or an instance. Received: {spec!r}")
        if spec.startswith(("[", "{")):
            if args or kwargs:
                raise ArgumentError(f"{nickname}.create: {spec!r} brings its own arguments")
            return _from_json(create, spec, nickname)
        klass = registry.get(spec.lower())
        if klass is None:
            raise NotRegisteredError(
                f"{spec} is not registered. Please register with {nickname}.register first."
                f"{nearest(spec.lower(), registry)}\n  Registered: {', '.join(sorted(registry))}."
            )
        return klass(*args, **kwargs)

    create.__doc__ = f"Create a {nickname} from a registered name, an instance, a dict, or its JSON form."
    return create


def _from_json(create: Callable, text: str, nickname: str):
    try:
        spec = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ArgumentError(f"{nickname}.create: {text[:80]!r} is not valid JSON: {error}") from None
    if isinstance(spec, dict):
        return create(**spec)
    if len(spec) == 2 and isinstance(spec[0], str) and isinstance(spec[1], dict):
        return create(spec[0], **spec[1])
    raise ArgumentError(f'{nickname}.create: expected ["name", {{options}}]. Received: {text[:80]!r}')
