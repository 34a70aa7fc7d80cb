"""Every operator of mxlearn, one file per family. Importing this package fills core.operator.REGISTRY."""
from . import (
    arithmetic,
    broadcasting,
    comparison,
    conversion,
    dot,
    elementwise,
    reduce,
    scalar,
)
