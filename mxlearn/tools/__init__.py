"""Programs for preparing data, as MXNet has them: ``python -m mxlearn.tools.im2rec --help``."""
