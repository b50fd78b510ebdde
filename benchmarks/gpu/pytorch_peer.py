#!/usr/bin/env python3
"""PyTorch's side of the comparison: the same work as `retrieval bench train|embed|search`, measured in turn with it.

    pytorch_peer.py [--device cuda] [--rounds 2] [--topics copy,train,extract,search] [--out FILE] -- COMMAND ...

COMMAND is how `retrieval` is called. In every round ours runs first, then each of the peers; a figure is the median of its rounds,
and each round's is the median of its calls. One JSON line for each pair: rates of both, and ours / theirs. Both sides wait for the
device after every call. `--tiny` takes sizes that prove the script and no speed.

The peers: channels last, bfloat16 by autocast (float32 on the processor); eager and, from PyTorch 2 on, torch.compile; Adam fused on CUDA. The network is
ResNet without its classification, GeM with a learnt exponent, L2; the step pairs the batch's images and takes half the sum of
squared distances. Search is topk(queries @ rows^T), queries from the host and results back to it, as ours has them.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time

import torch
from torch import nn
from torch.nn import functional


class Bottleneck(nn.Module):
    def __init__(self, inputs, width, stride):
        super().__init__()
        outputs = 4 * width
        self.body = nn.Sequential(
            nn.Conv2d(inputs, width, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True),
            nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True),
            nn.Conv2d(width, outputs, 1, bias=False), nn.BatchNorm2d(outputs))
        self.shortcut = nn.Sequential() if stride == 1 and inputs == outputs else nn.Sequential(
            nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return functional.relu(self.body(x) + self.shortcut(x), inplace=True)


class DescriptorNet(nn.Module):
    """ResNet-50's maps, GeM, L2."""

    def __init__(self, depths=(3, 4, 6, 3)):
        super().__init__()
        layers = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)]
        inputs = 64
        for stage, depth in enumerate(depths):
            for block in range(depth):
                layers.append(Bottleneck(inputs, 64 << stage, 2 if stage > 0 and block == 0 else 1))
                inputs = 4 * (64 << stage)
        self.body = nn.Sequential(*layers)
        self.exponent = nn.Parameter(torch.tensor([3.0]))

    def forward(self, images):
        powers = self.body(images).float().clamp(min=1e-6).pow(self.exponent)
        return functional.normalize(powers.mean((2, 3)).pow(1 / self.exponent))


class Run:
    """The device, the clock, our command and the printer."""

    def __init__(self, options):
        self.device, self.tiny, self.rounds, self.command = options.device, options.tiny, options.rounds, options.command
        self.calls = 1 if options.tiny else 20
        self.precision = "bf16" if options.device == "cuda" else "f32"
        self.output = open(options.out, "w") if options.out else sys.stdout

    def synchronize(self):
        if self.device == "cuda":
            torch.cuda.synchronize()

    def autocast(self):
        return torch.autocast(self.device, torch.bfloat16, enabled=self.precision == "bf16")

    def seconds(self, call):
        """Median seconds of a call that is warm."""
        for _ in range(1 if self.tiny else 5):
            call()
        self.synchronize()
        times = []
        for _ in range(self.calls):
            begin = time.perf_counter()
            call()
            self.synchronize()
            times.append(time.perf_counter() - begin)
        return statistics.median(times)

    def ours(self, topic, cases, precision, repeat):
        """Lines of our benchmark."""
        arguments = ["bench", topic, "--json", "--device", self.device, "--cases", cases, "--repeat", str(repeat)]
        if self.device == "cuda":
            arguments += ["--precision", precision]
        done = subprocess.run(self.command + arguments, stdout=subprocess.PIPE, text=True, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def in_turn(self, ours, peers):
        """Runs ours and each peer, round after round: {name: [rate of every round]}."""
        rates = {name: [] for name in ["ours", *peers]}
        for _ in range(self.rounds):
            rates["ours"].append(ours())
            for name, peer in peers.items():
                rates[name].append(peer())
        return rates

    def write(self, **figures):
        print(json.dumps(figures, separators=(",", ":")), file=self.output, flush=True)

    def compare(self, what, rates, **sizes):
        ours = statistics.median(rates["ours"])
        for name in rates:
            if name != "ours":
                theirs = statistics.median(rates[name])
                self.write(what=what, peer=name, **sizes, ours=round(ours, 2), theirs=round(theirs, 2), ratio=round(ours / theirs, 3),
                           oursRounds=[round(rate, 2) for rate in rates["ours"]], theirsRounds=[round(rate, 2) for rate in rates[name]])


def images(run, batch, height, width):
    return torch.rand(batch, 3, height, width, device=run.device).to(memory_format=torch.channels_last)


def variants(network):
    """The network as it is, and compiled where this PyTorch can."""
    return {"eager": network, **({"compile": torch.compile(network)} if hasattr(torch, "compile") else {})}


def training_step(run, network, forward, batch):
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-6, **({"fused": True} if run.device == "cuda" else {}))

    def step():
        optimizer.zero_grad(set_to_none=True)
        with run.autocast():
            descriptors = forward(batch)
        loss = (descriptors[0::2] - descriptors[1::2]).pow(2).sum() / 2
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def train(run):
    count, side = (4, 64) if run.tiny else (256, 224)
    network = DescriptorNet().to(run.device, memory_format=torch.channels_last).train()
    batch = images(run, count, side, side)
    steps = {name: training_step(run, network, forward, batch) for name, forward in variants(network).items()}
    rates = run.in_turn(
        lambda: run.ours("train", f"{count}x{side}x{side}", run.precision, run.calls)[0]["imagesPerSecond"],
        {name: lambda step=step: count / run.seconds(step) for name, step in steps.items()})
    run.compare("train", rates, precision=run.precision, batch=count, side=side)


def extract(run):
    network = DescriptorNet().to(run.device, memory_format=torch.channels_last).eval()
    for count, height, width in [(2, 32, 32)] if run.tiny else [(256, 224, 224), (16, 1024, 768)]:
        batch = images(run, count, height, width)

        def describe(forward):
            with torch.no_grad(), run.autocast():
                return forward(batch)

        rates = run.in_turn(
            lambda: run.ours("embed", f"{count}x{height}x{width}", run.precision, run.calls)[0]["imagesPerSecond"],
            {name: lambda forward=forward: count / run.seconds(lambda: describe(forward)) for name, forward in variants(network).items()})
        run.compare("extract", rates, precision=run.precision, batch=count, height=height, width=width)


def search(run):
    k = 10
    for count, dimension in [(1000, 32)] if run.tiny else [(1_000_000, 128), (100_000, 2048)]:
        rows = functional.normalize(torch.rand(count, dimension, device=run.device) - 0.5)
        for queries in [4] if run.tiny else [1, 32, 1024]:
            host = torch.rand(queries, dimension)

            def find(tf32):
                torch.backends.cuda.matmul.allow_tf32 = tf32
                scores, ids = torch.topk(host.to(run.device) @ rows.t(), k)
                return scores.cpu(), ids.cpu()

            peers = {"f32": False, **({"tf32": True} if run.device == "cuda" else {})}
            rates = run.in_turn(
                lambda: run.ours("search", f"{count}x{dimension}x{queries}x{k}", "tf32", run.calls)[0]["queriesPerSecond"],
                {name: lambda tf32=tf32: queries / run.seconds(lambda: find(tf32)) for name, tf32 in peers.items()})
            run.compare("search", rates, count=count, dimension=dimension, queries=queries, k=k)


def copy(run):
    """What PyTorch measures of the machine, to hold our ceilings against."""
    source = torch.empty(1 << (20 if run.tiny else 30), dtype=torch.uint8, device=run.device)
    target = torch.empty_like(source)
    run.write(what="copy", bytesPerSecond=2 * source.numel() / run.seconds(lambda: target.copy_(source)))
    side = 64 if run.tiny else 8192
    for name, kind in {"bf16": torch.bfloat16, "f32": torch.float32}.items():
        a, b = (torch.rand(side, side, device=run.device).to(kind) for _ in range(2))
        torch.backends.cuda.matmul.allow_tf32 = False
        run.write(what="matmul", precision=name, flopsPerSecond=2 * side ** 3 / run.seconds(lambda: a @ b))


def main():
    topics = {"copy": copy, "train": train, "extract": extract, "search": search}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--topics", default=",".join(topics))
    parser.add_argument("--out")
    parser.add_argument("command", nargs="+", help="how retrieval is called")
    options = parser.parse_args()
    run = Run(options)
    run.write(what="peer", torch=torch.__version__, cuda=torch.version.cuda, gpu=torch.cuda.get_device_name() if run.device == "cuda" else None)
    for name in options.topics.split(","):
        topics[name](run)
        if run.device == "cuda":
            torch.cuda.empty_cache()


if __name__ == "__main__":
    main()
