"""Golden files: what the real MXNet 1.9.1 answers, and the tests that ask mxlearn the same questions."""
