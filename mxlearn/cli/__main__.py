"""``python -m mxlearn.cli``: the command where its script is not on PATH."""

import sys

from mxlearn.cli import main

sys.exit(main())
