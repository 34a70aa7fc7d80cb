"""Image operators on NDArrays: ``mx.nd.image``."""
from ..core.frontend import namespace
from .calling import build

__getattr__, __dir__ = namespace(globals(), build, ("_image_",))
