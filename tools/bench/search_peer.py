"""The peer's turn of search.ts (faiss), or what is right in double precision (exact); prints JSON."""
import json
import sys
import time

import numpy as np

what, folder, rows, queries, dim = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
K, BATCH, ONES = 10, 100, 20
asked = np.fromfile(f"{folder}/queries.f32", dtype=np.float32).reshape(queries, dim)
table = np.memmap(f"{folder}/table.f32", dtype=np.float32, mode="r", shape=(rows, dim))


def exact():
    """The nearest rows by inner products of doubles, equal ones by row."""
    best = [[] for _ in range(queries)]
    double = asked.astype(np.float64)
    for start in range(0, rows, 50_000):
        block = table[start : start + 50_000].astype(np.float64)
        scores = double @ block.T
        keep = min(K, block.shape[0])
        top = np.argpartition(-scores, keep - 1, axis=1)[:, :keep]
        for q in range(queries):
            best[q] += [(-scores[q, row], start + int(row)) for row in top[q]]
    return [[row for _, row in sorted(one)[:K]] for one in best]


if what == "exact":
    print(json.dumps({"batchSec": 0, "oneSec": 0, "peakBytes": 0, "rows": exact()}))
    sys.exit()

import faiss  # noqa: E402

index = faiss.IndexFlatIP(dim)
for start in range(0, rows, 100_000):
    index.add(np.ascontiguousarray(table[start : start + 100_000]))
index.search(asked[:BATCH], K)
index.search(asked[:1], K)
began = time.perf_counter()
found = [index.search(asked[start : start + BATCH], K)[1] for start in range(0, queries, BATCH)]
batch = time.perf_counter() - began
times = []
for q in range(ONES):
    began = time.perf_counter()
    index.search(asked[q : q + 1], K)
    times.append(time.perf_counter() - began)
peak = next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(
    json.dumps(
        {
            "batchSec": batch,
            "oneSec": sorted(times)[ONES // 2],
            "peakBytes": peak,
            "rows": np.concatenate(found).tolist(),
        }
    )
)
