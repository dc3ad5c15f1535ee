"""Makes the PyTorch files of test/fixtures/weights. Needs Python with torch; only needed when they change.

    python tools/make-weights-fixtures.py

Writes small files as torch.save makes them, what they hold as expected.json, and files that try to run code when
Python unpickles them: each of those makes a file at the path in the environment variable DUBSCOPE_CANARY.
"""

import builtins
import collections
import io
import json
import os
import pickle
import posix
import struct
import zipfile
from pathlib import Path

import torch

OUT = Path(__file__).resolve().parent.parent / "test" / "fixtures" / "weights"
EXPECTED = {}


def described(tensor):
    """Shape, type and values of a tensor, for the reader's test."""
    return {
        "shape": list(tensor.shape),
        "dtype": str(tensor.dtype),
        "values": tensor.detach().to(torch.float64).flatten().tolist(),
    }


def save(name, value, tensors, **options):
    """Writes a file and notes the tensors it must give."""
    torch.save(value, OUT / name, **options)
    EXPECTED[name] = {key: described(tensor) for key, tensor in tensors.items()}


def make_plain():
    torch.manual_seed(1)
    dtypes = collections.OrderedDict(
        f32=torch.tensor([1.5, -2.25, 3e38]),
        f16=torch.tensor([1.5, -2.25, 65504.0, 6e-8], dtype=torch.float16),
        bf16=torch.tensor([1.5, -2.25, 3e38, 1e-40], dtype=torch.bfloat16),
        f64=torch.tensor([0.1, -1e-300, 2.0**30]),
        i64=torch.tensor(16777216),
        empty=torch.empty(0, 4),
        scalar=torch.tensor(7.0),
    )
    dtypes["f64"] = torch.tensor([0.1, -1e-300, 2.0**30], dtype=torch.float64)
    save("dtypes.pt", dtypes, dtypes)

    base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4)
    views = collections.OrderedDict(
        base=base,
        transposed=base.permute(2, 0, 1),
        sliced=base[1, 1:, ::2],
        stepped=base.flatten()[5::7],
        row=base[0, 2],
        parameter=torch.nn.Parameter(torch.ones(2, 2).t()),
    )
    save("views.pt", {"model": views}, views)

    module = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
    state = module.state_dict()
    for protocol in (2, 3, 4, 5):
        everything = {
            "model": state,
            "epoch": 12,
            "lr": 1e-4,
            "names": ["a", ("b", None, True, False)],
            "big": 2**40,
            "negative": -3,
            "size": torch.Size([2, 3]),
            "device": torch.device("cuda", 1),
            "bytes": b"\x00\xff" if protocol > 2 else None,
            "long text": "x" * 300,
            "rng": torch.arange(5, dtype=torch.uint8),
            "shared": state["0.weight"],
        }
        save(f"module-protocol{protocol}.pt", everything, state, pickle_protocol=protocol)


def make_official():
    """A part of an official checkpoint, with its prefixes, its head, and what is beside the state dict."""
    torch.manual_seed(2)
    model = collections.OrderedDict()
    model["backbone.net.audio.patch_embed.norm.running_mean"] = torch.randn(1)
    model["backbone.net.audio.patch_embed.norm.running_var"] = torch.rand(1)
    model["backbone.net.audio.patch_embed.norm.num_batches_tracked"] = torch.tensor(1234)
    model["mlp.0.weight"] = torch.randn(2, 3)
    save("official-part.pt", {"model": model, "epoch": 3}, model)


def make_refused():
    torch.save({"w": torch.ones(2)}, OUT / "legacy.pt", _use_new_zipfile_serialization=False)
    torch.jit.save(torch.jit.script(torch.nn.Linear(2, 1)), OUT / "script.pt")
    torch.save({"w": torch.tensor([1.0, float("nan"), float("inf")])}, OUT / "nan.pt")
    torch.save({"n": torch.tensor(2**24 + 1)}, OUT / "inexact.pt")
    torch.save({"w": torch.ones(1).expand(2**20)}, OUT / "expanded.pt")
    torch.save([torch.ones(1)], OUT / "list.pt")
    torch.save({"w": torch.ones(2, dtype=torch.int32)}, OUT / "int32.pt")
    rewrite("big-endian.pt", {"byteorder": b"big"})
    rewrite("short-storage.pt", {"data/0": struct.pack("<3f", 1, 2, 3)})
    rewrite("no-storage.pt", {"data/0": None})
    rewrite("compressed.pt", {}, compression=zipfile.ZIP_DEFLATED)


def rewrite(name, changes, pickled=None, compression=zipfile.ZIP_STORED):
    """A torch.save file written again by zipfile, with some entries changed, or left out (None)."""
    buffer = io.BytesIO()
    torch.save({"w": torch.arange(4.0)}, buffer)
    original = zipfile.ZipFile(buffer)
    with zipfile.ZipFile(OUT / name, "w", compression) as archive:
        for info in original.infolist():
            entry = info.filename.split("/", 1)[1]
            data = changes.get(entry, original.read(info))
            if entry == "data.pkl" and pickled is not None:
                data = pickled
            if data is not None:
                archive.writestr(zipfile.ZipInfo(info.filename), data, compress_type=compression)


COMMAND = 'echo ran > "$DUBSCOPE_CANARY"'
CODE = "open(__import__('os').environ['DUBSCOPE_CANARY'], 'w').write('ran')"


class Calls:
    """Pickles as a call of a function."""

    def __init__(self, function, *args):
        self.call = (function, args)

    def __reduce__(self):
        return self.call


def text(value):
    return b"X" + struct.pack("<I", len(value.encode())) + value.encode()


def make_hostile():
    tensor = torch.ones(2)
    storage = tensor._typed_storage()
    hostile = {
        "os-system.pt": Calls(os.system, COMMAND),
        "eval.pt": Calls(builtins.eval, CODE),
        "exec.pt": Calls(builtins.exec, CODE),
        "posix-system.pt": Calls(posix.system, COMMAND),
        "getattr.pt": Calls(getattr, Calls(__import__, "os"), "system"),
        "beside.pt": {"model": {"w": tensor}, "epoch": Calls(os.system, COMMAND)},
        "key.pt": {Calls(os.system, COMMAND): tensor},
        "in-tensor.pt": Calls(
            torch._utils._rebuild_tensor_v2, storage, Calls(os.system, COMMAND), (2,), (1,), False, {}
        ),
        "in-hooks.pt": Calls(
            torch._utils._rebuild_parameter, tensor, True, collections.OrderedDict(a=Calls(os.system, COMMAND))
        ),
        "torch-load.pt": Calls(torch.load, "somewhere.pt"),
        "torch-hub.pt": Calls(torch.hub.load, "someone/something", "model"),
        "from-bytes.pt": Calls(torch.storage._load_from_bytes, pickle.dumps(Calls(os.system, COMMAND))),
        "legacy-system.pt": Calls(os.system, COMMAND),
    }
    for name, value in hostile.items():
        is_legacy = name.startswith("legacy")
        torch.save(value, OUT / "hostile" / name, _use_new_zipfile_serialization=not is_legacy)
    raw = {
        "inst.pt": b"\x80\x02(" + text(COMMAND) + b"iposix\nsystem\n.",
        "obj.pt": b"\x80\x02(cposix\nsystem\n" + text(COMMAND) + b"o.",
        "stack-global.pt": b"\x80\x04" + text("posix") + text("system") + b"\x93" + text(COMMAND) + b"\x85R.",
        "newobj.pt": b"\x80\x02ccollections\nOrderedDict\n)\x81.",
        "ext.pt": b"\x80\x02\x82\x01.",
        "persid.pt": b"\x80\x02Pstorage\n.",
        "build.pt": b"\x80\x02}}" + text("__class__") + b"Nsb.",
        "call-storage.pt": b"\x80\x02ctorch\nFloatStorage\nK\x02\x85R.",
        "reduce-text.pt": b"\x80\x02" + text("posix.system") + text(COMMAND) + b"\x85R.",
        "dotted.pt": b"\x80\x04" + text("collections") + text("OrderedDict.__init__.__globals__") + b"\x93.",
    }
    for name, pickled in raw.items():
        rewrite(f"hostile/{name}", {}, pickled=pickled)


def main():
    (OUT / "hostile").mkdir(parents=True, exist_ok=True)
    make_plain()
    make_official()
    make_refused()
    make_hostile()
    (OUT / "expected.json").write_text(json.dumps(EXPECTED, indent=1) + "\n")


main()
