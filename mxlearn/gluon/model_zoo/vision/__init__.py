"""Networks that classify images: ``mx.gluon.model_zoo.vision``.

    from mxlearn.gluon.model_zoo import vision

    net = vision.resnet18_v1(classes=10)     # or vision.get_model("resnet18_v1", classes=10)
    net.initialize(mx.init.Xavier())

Every function takes ``classes``, and ``pretrained``, ``ctx`` and ``root``: parameters that were trained before are read
from files in the folder ``root``, see mxlearn.gluon.model_zoo.model_store.

References: MXNet 1.9.1 module mxnet.gluon.model_zoo.vision, whose names of layers and parameters these networks have,
so that files of parameters fit both.
"""
from ....base import NotFoundError, nearest
from ...block import HybridBlock
from . import alexnet as _alexnet
from . import densenet, inception, mobilenet, resnet, squeezenet, vgg
from .alexnet import *  # noqa: F403
from .densenet import *  # noqa: F403
from .inception import *  # noqa: F403
from .mobilenet import *  # noqa: F403
from .resnet import *  # noqa: F403
from .squeezenet import *  # noqa: F403
from .vgg import *  # noqa: F403

_FAMILIES = (_alexnet, densenet, inception, mobilenet, resnet, squeezenet, vgg)

# name in the model store: function
_MODELS = {
    name.replace("mobilenet_v2", "mobilenetv2").replace("inception_v3", "inceptionv3"): getattr(family, name)
    for family in _FAMILIES
    for name in family.__all__
    if name.islower() and not name.startswith("get_")
}
for _name in ("mobilenet0_25", "mobilenet0_5", "mobilenet0_75", "mobilenet1_0", "squeezenet1_0", "squeezenet1_1"):
    _MODELS[_name.replace("_", ".")] = _MODELS.pop(_name)
for _name in ("0_25", "0_5", "0_75", "1_0"):
    _MODELS[f"mobilenetv2_{_name.replace('_', '.')}"] = _MODELS.pop(f"mobilenetv2_{_name}")


def get_model(name: str, **kwargs) -> HybridBlock:
    """Return a network by its name.

    Parameters
    ----------
    name : such as "resnet18_v1", "mobilenetv2_0.5", "vgg16_bn", "inceptionv3"; upper case is fine
    kwargs : classes, pretrained, ctx, root and what the network itself takes

    Raises
    ------
    NotFoundError
        If there is no network of that name; it lists them.
    """
    wanted = name.lower()
    if wanted not in _MODELS:
        known = "\n\t".join(sorted(_MODELS))
        raise NotFoundError(
            f"Model {name} is not supported.{nearest(wanted, _MODELS)} Available options are\n\t{known}"
        )
    return _MODELS[wanted](**kwargs)


__all__ = [name for family in _FAMILIES for name in family.__all__] + ["get_model"]
