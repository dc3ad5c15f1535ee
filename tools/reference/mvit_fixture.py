"""Makes a fixture for `dubscope parity` from torchvision's mvit_v2_s: the video tower of size S with overlapping patches.

Usage: python mvit_fixture.py OUT.json   (needs torch, torchvision, numpy)

torchvision's network has no input norm; it is applied by hand. Weights and input come from the formula of the
fixtures: an integer hash of the element and the position of the tensor in the state dict.
"""

import json
import math
import re
import sys

import numpy as np
import torch
from torchvision.models.video import mvit_v2_s

EMBED, DEPTH, STAGES, TIMES = 96, 16, (1, 3, 14), 8
SHAPE = (1, 3, 16, 224, 224)
GRADIENTS = [
    "patch_embed.proj.weight", "patch_embed.proj.bias", "blocks.0.attn.qkv.weight", "blocks.0.attn.rel_pos_h",
    "blocks.0.attn.rel_pos_w", "blocks.0.attn.rel_pos_t", "blocks.0.attn.pool_k.weight", "blocks.1.proj.weight",
    "blocks.3.attn.norm_q.weight", "blocks.14.attn.pool_q.weight", "blocks.15.mlp.fc1.weight", "norm.weight",
    "cls_token",
]


def hashed(count, position):
    mask = np.uint64(0xFFFFFFFF)
    x = (np.arange(count, dtype=np.uint64) + np.uint64((position * 0x9E3779B9) & 0xFFFFFFFF)) & mask
    x ^= x >> np.uint64(16)
    x = (x * np.uint64(0x85EBCA6B)) & mask
    x ^= x >> np.uint64(13)
    x = (x * np.uint64(0xC2B2AE35)) & mask
    x ^= x >> np.uint64(16)
    return x.astype(np.float64) / 2**32


def official_name(name):
    """From torchvision's name of a weight to the official one."""
    if name == "pos_encoding.class_token":
        return "cls_token"
    name = name.replace("conv_proj", "patch_embed.proj")
    name = re.sub(r"attn\.pool_([qkv])\.pool\.weight", r"attn.pool_\1.weight", name)
    name = re.sub(r"attn\.pool_([qkv])\.norm_act\.0\.", r"attn.norm_\1.", name)
    name = name.replace("attn.project.0.", "attn.proj.").replace("mlp.0.", "mlp.fc1.").replace("mlp.3.", "mlp.fc2.")
    return name.replace(".project.", ".proj.")


def state_dict_order():
    """Names of the official state dict, in its order: a tensor's position decides its values."""
    order = ["cls_token"]
    order += [f"patch_embed.norm.{part}" for part in ("running_mean", "running_var", "num_batches_tracked")]
    order += ["patch_embed.proj.weight", "patch_embed.proj.bias"]
    both = lambda layer: [f"{layer}.weight", f"{layer}.bias"]
    for i in range(DEPTH):
        block = f"blocks.{i}"
        order += both(f"{block}.norm1") + [f"{block}.attn.rel_pos_{axis}" for axis in "hwt"]
        order += both(f"{block}.attn.qkv") + both(f"{block}.attn.proj")
        for part in "qkv":
            order += [f"{block}.attn.pool_{part}.weight"] + both(f"{block}.attn.norm_{part}")
        order += both(f"{block}.norm2") + both(f"{block}.mlp.fc1") + both(f"{block}.mlp.fc2")
        if i in STAGES:
            order += both(f"{block}.proj")
    return order + both("norm")


def fill(model):
    order = state_dict_order()
    state = model.state_dict()
    filled = {}
    for name, tensor in state.items():
        official = official_name(name)
        u = 2 * hashed(tensor.numel(), order.index(official)) - 1
        if "norm" in official and official.endswith(".weight"):
            values = 1 + 0.1 * u
        elif "rel_pos_" in official or official == "cls_token":
            values = 0.3 * u
        elif tensor.dim() == 1:
            values = 0.1 * u
        else:
            values = u * math.sqrt(3 / (tensor.numel() / tensor.shape[0]))
        filled[name] = torch.tensor(values.astype(np.float32)).reshape(tensor.shape)
    model.load_state_dict(filled)


def stage(name, tokens):
    tokens = tokens.detach()
    rms = tokens.square().mean().sqrt().item()
    return [name, list(tokens.shape), tokens.mean().item(), rms, tokens.flatten()[:4].tolist()]


def run(model, dtype):
    """Features, loss and stages in one precision; gradients are left in the model."""
    model = model.to(dtype)
    values = torch.tensor(hashed(math.prod(SHAPE), 9999).astype(np.float32).reshape(SHAPE)).to(dtype)
    video = (values - 0.45) / math.sqrt(0.05 + 1e-5)
    stages, hooks = [], []

    def after(name):
        return lambda module, inputs, out: stages.append(stage(name, out[0] if isinstance(out, tuple) else out))

    hooks.append(
        model.conv_proj.register_forward_hook(
            lambda module, inputs, out: stages.append(stage("patch_embed", out.flatten(2).transpose(1, 2)))
        )
    )
    for i, block in enumerate(model.blocks):
        hooks.append(block.attn.register_forward_hook(after(f"blocks.{i}.attn")))
        hooks.append(block.register_forward_hook(after(f"blocks.{i}")))
    model.zero_grad()
    features = model(video)
    loss = (features * torch.cos(0.1 * torch.arange(features.shape[1], dtype=dtype))).sum()
    loss.backward()
    for hook in hooks:
        hook.remove()
    return features, loss, stages


def main():
    model = mvit_v2_s()
    model.eval()
    model.head = torch.nn.Identity()
    fill(model)
    exact, _, _ = run(model, torch.float64)
    exact_first = exact[:, :8].tolist()
    features, loss, stages = run(model, torch.float32)
    gradients = {official_name(name): weight.grad for name, weight in model.named_parameters()}
    fixture = {
        "note": f"torchvision mvit_v2_s, torch {torch.__version__}; weights and input by the formula of the fixtures",
        "video_overlapTrue": {
            "input_shape": list(SHAPE),
            "out_shape": list(features.shape),
            "first8": features[:, :8].tolist(),
            "first8_fp64": exact_first,
            "last4": features[:, -4:].tolist(),
            "l2": features.norm(dim=1).tolist(),
            "loss": loss.item(),
            "stages": stages,
            "grads": {
                name: {"l2": gradients[name].norm().item(), "first4": gradients[name].flatten()[:4].tolist()}
                for name in GRADIENTS
            },
        },
    }
    with open(sys.argv[1], "w") as out:
        json.dump(fixture, out)


if __name__ == "__main__":
    main()
