"""How loops are compiled: `entry` points are called from Python and cached, `inner` ones are not.

Inner functions get no wrapper for Python: for functions with many arrays in their arguments that
is most of the compilation time.
"""

from __future__ import annotations

from numba import njit

entry = njit(cache=True)
inner = njit(no_cpython_wrapper=True, no_cfunc_wrapper=True)
