"""The other side of interop.test.ts: a real PyTorch. One JSON document on standard output."""

import collections
import hashlib
import json
import os
import sys

import safetensors.torch
import torch


def digest(tensor):
    return hashlib.sha256(tensor.contiguous().numpy().tobytes()).hexdigest()


def make(layout, out):
    """Files of random weights: as the official training would save them, half precision, and safetensors."""
    generator = torch.Generator().manual_seed(3)
    state = collections.OrderedDict()
    for name, shape in layout:
        is_count = name.endswith("num_batches_tracked")
        state[name] = torch.tensor(98765) if is_count else torch.randn(shape, generator=generator)
    model = collections.OrderedDict((f"backbone.{name}", tensor) for name, tensor in state.items())
    model["mlp.0.weight"] = torch.ones(4, 768)
    torch.save({"model": model, "epoch": 7, "optimizer": {"state": {0: {"step": torch.tensor(3.0)}}}}, f"{out}/full.pt")
    safetensors.torch.save_file(dict(state), f"{out}/full.safetensors")
    half = {name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in state.items()}
    audio = {name: tensor for name, tensor in half.items() if name.startswith("net.audio.")}
    safetensors.torch.save_file(audio, f"{out}/half-audio.safetensors")
    torch.save(audio, f"{out}/half-audio.pt")
    return {
        "full": {name: digest(tensor) for name, tensor in state.items()},
        "half": {name: digest(tensor.float() if tensor.is_floating_point() else tensor) for name, tensor in audio.items()},
    }


def module_of(layout):
    """A module with exactly these parameters and buffers."""
    root = torch.nn.Module()
    for name, shape in layout:
        *path, leaf = name.split(".")
        owner = root
        for part in path:
            if not hasattr(owner, part):
                owner.add_module(part, torch.nn.Module())
            owner = getattr(owner, part)
        if leaf == "num_batches_tracked":
            owner.register_buffer(leaf, torch.tensor(0))
        elif leaf.startswith("running_"):
            owner.register_buffer(leaf, torch.zeros(shape))
        else:
            owner.register_parameter(leaf, torch.nn.Parameter(torch.zeros(shape)))
    return root


def check(layout, path):
    """Loads a file as the official code does (paper-facts 3.5), strictly."""
    if path.endswith(".pt"):
        saved = torch.load(path, map_location="cpu", weights_only=True)["model"]
        state = {k.replace("backbone.", ""): v for k, v in saved.items() if k.startswith("backbone.")}
    else:
        state = safetensors.torch.load_file(path)
    module = module_of(layout)
    module.load_state_dict(state, strict=True)
    loaded = module.state_dict()
    return {
        "names": list(state.keys()),
        "types": sorted({str(tensor.dtype) for tensor in state.values()}),
        "same_types": all(loaded[name].dtype == tensor.dtype for name, tensor in state.items()),
        "digests": {name: digest(tensor) for name, tensor in loaded.items()},
    }


def run(folder, canary, *names):
    """What an incautious person does, with each file: whether it ran code."""
    ran = {}
    for name in names:
        os.environ["DUBSCOPE_CANARY"] = f"{canary}-{name}"
        try:
            torch.load(os.path.join(folder, name), weights_only=False)
        except Exception:
            pass
        ran[name] = os.path.exists(f"{canary}-{name}")
    return ran


command, *arguments = sys.argv[1:]
if command == "run":
    result = run(*arguments)
else:
    with open(arguments[0]) as listed:
        layout = json.load(listed)
    result = (make if command == "make" else check)(layout, arguments[1])
print(json.dumps(result))
