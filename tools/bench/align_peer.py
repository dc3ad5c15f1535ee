"""Measures planted pairs with BBC audio-offset-finder; prints [{ms, tookSec}] as JSON. Run by align.ts."""
import json
import sys
import time

from audio_offset_finder.audio_offset_finder import find_offset_between_files

folder, count = sys.argv[1], int(sys.argv[2])


def measure(i):
    began = time.perf_counter()
    found = find_offset_between_files(f"{folder}/{i}-original.wav", f"{folder}/{i}-dub.wav", trim=60)
    took = time.perf_counter() - began
    # Positive here: the second file's sound begins that much later in the first; turned to "the dub is late".
    return {"ms": -1000.0 * float(found["time_offset"]), "tookSec": took}


measure(0)
print(json.dumps([measure(i) for i in range(count)]))
