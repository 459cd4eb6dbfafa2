"""What every peer in Python does: reads its data, prints what it computed, then a time for each line that it reads."""

import sys
import time

import numpy as np

SAMPLE = 0.04


def open_data():
    """A function that takes the next numbers of the data file as an array of a dtype and shape."""
    raw = open(sys.argv[2], "rb").read()
    at = 0

    def take(dtype, *shape):
        nonlocal at
        length = int(np.prod(shape))
        taken = np.frombuffer(raw, dtype, length, at).reshape(shape).copy()
        at += taken.nbytes
        return taken

    return take


def serve(check, run, steps):
    """Prints the seconds that one of `steps` steps of a run takes, for each line of standard input."""
    print(*(float(each) for each in check), flush=True)
    for _ in sys.stdin:
        start = now = time.perf_counter()
        calls = 0
        while now - start < SAMPLE:
            run()
            calls += 1
            now = time.perf_counter()
        print((now - start) / (calls * steps), flush=True)
