"""Analysis of what a town promises, needs and spends. Data in, data out: no web, no clock."""

import os

# For numpy, before it is read in: tables here are small, and threads among which one is shared out
# take ten times as long to wait for each other. Whoever wants them sets it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
