"""The peer of the training benchmark: forward, backward and AdamW update of torchvision's mvit_v2_s, as PyTorch does it.

Prints one line of JSON. Arguments: batch, steps, threads.
"""

import json
import os
import resource
import sys
import time

import torch
from torchvision.models.video import mvit_v2_s

batch, steps, threads = (int(text) for text in sys.argv[1:4])
started = float(os.environ["BENCH_STARTED_MS"]) / 1000
torch.set_num_threads(threads)
torch.manual_seed(0)
model = mvit_v2_s(stochastic_depth_prob=0.0)
model.head = torch.nn.Identity()
model.train()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.05)
video = torch.rand(batch, 3, 16, 224, 224)
built_ms = (time.time() - started) * 1000

steps_ms = []
first_step_ms = 0.0
for step in range(steps):
    begin = time.perf_counter()
    optimizer.zero_grad(set_to_none=True)
    loss = model(video).square().mean()
    loss.backward()
    optimizer.step()
    value = loss.item()
    steps_ms.append((time.perf_counter() - begin) * 1000)
    if step == 0:
        first_step_ms = (time.time() - started) * 1000
print(
    json.dumps(
        {
            "stepsMs": steps_ms,
            "builtMs": built_ms,
            "firstStepMs": first_step_ms,
            "loss": value,
            "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            "what": f"torch {torch.__version__}",
        }
    )
)
