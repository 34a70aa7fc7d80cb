"""Attributes that a ``with`` block gives to all symbols made inside it, such as ctx_group or __lr_mult__.

References: MXNet 1.9.1 module mxnet.attribute.
"""
import threading

from .base import ArgumentError, class_property

__all__ = ["AttrScope"]


# Attributes that a symbol keeps with underscores around their names, and lists under both names.
HIDDEN = ("ctx_group", "lr_mult", "wd_mult", "force_mirroring", "mirror_stage", "profiler_scope")


def stored(attr: dict) -> dict:
    """Return attributes under the names that a symbol keeps them by."""
    return {f"__{key}__" if key in HIDDEN else key: value for key, value in attr.items()}


class AttrScope:
    """Attributes for every symbol made inside a ``with`` block; nested blocks add to and override the outer ones.

    Examples
    --------
    >>> with mx.AttrScope(ctx_group="stage1"):
    ...     mx.sym.Variable("x").attr("ctx_group")
    'stage1'
    """

    def __init__(self, **kwargs):
        for key, value in kwargs.items():
            if not isinstance(value, str):
                raise ArgumentError(f"AttrScope: attributes must be strings. Received: {key}={value!r}")
        self._attr = kwargs

    def get(self, attr: dict | None = None) -> dict:
        """Return the scope's attributes with those of ``attr`` over them."""
        return {**self._attr, **(attr or {})}

    def __enter__(self):
        outer = _stack.scopes[-1]
        inner = AttrScope(**{**outer._attr, **self._attr})
        _stack.scopes = (*_stack.scopes, inner)
        return self

    def __exit__(self, *_) -> None:
        _stack.scopes = _stack.scopes[:-1]

    @class_property
    def current(cls) -> "AttrScope":
        """The attributes of the enclosing ``with`` blocks of this thread."""
        return _stack.scopes[-1]


class _Stack(threading.local):
    def __init__(self):
        self.scopes: tuple[AttrScope, ...] = (AttrScope(),)  # replaced as a whole: Ctrl-C finds it before or after


_stack = _Stack()


def current() -> AttrScope:
    """Return the scope in use."""
    return _stack.scopes[-1]
