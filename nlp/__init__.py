"""The reading room: reports become statements (spaCy)."""

import os

# Before numpy loads: on 2 cores the BLAS default of several threads is up to 50 times
# slower than one thread a process.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
