"""The network as an ONNX file: batch norms within the convolutions, shares of one at the end."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from training.crops import CLASSES
from training.network import Block, MaskNet
from training.weather import INPUT

OPSET = 13


class Drawing:
    """A graph in the making; each method adds a step and gives the name of its outcome."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def step(self, kind: str, *inputs: str, **settings: object) -> str:
        """Any operator."""
        name = f"{kind}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **settings))
        return name

    def constant(self, values: NDArray[np.float32]) -> str:
        """Weights."""
        name = f"weights{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(values, name))
        return name

    def convolved(self, seen: str, conv: nn.Conv2d, norm: nn.BatchNorm2d) -> str:
        """A convolution with its batch norm in it."""
        fused = nn.utils.fusion.fuse_conv_bn_eval(conv, norm)
        kernel, bias = fused.weight.detach().numpy(), fused.bias.detach().numpy()
        pads, strides = list(conv.padding) * 2, list(conv.stride)
        shape = list(conv.kernel_size)
        inputs = (seen, self.constant(kernel), self.constant(bias))
        return self.step("Conv", *inputs, kernel_shape=shape, pads=pads, strides=strides)

    def block(self, seen: str, block: Block) -> str:
        """Two convolutions beside a short cut."""
        along = self.step("Relu", self.convolved(seen, block.first, block.first_norm))
        along = self.convolved(along, block.second, block.second_norm)
        short = self.convolved(seen, block.short, block.short_norm)
        return self.step("Relu", self.step("Add", along, short))


def write(net: MaskNet, path: Path, about: str) -> None:
    """Write the network: `pictures` (n × 3 × 80 × 80) in, `shares` (n × 3) out."""
    drawing = Drawing()
    with torch.no_grad():
        seen = drawing.step("Relu", drawing.convolved("pictures", net.stem, net.stem_norm))
        for block in net.blocks:
            seen = drawing.block(seen, block)
        seen = drawing.step("Flatten", drawing.step("GlobalAveragePool", seen))
        kernel, bias = (part.numpy() for part in (net.answer.weight, net.answer.bias))
        ends = (drawing.constant(kernel), drawing.constant(bias))
    logits = drawing.step("Gemm", seen, *ends, transB=1)
    drawing.nodes.append(helper.make_node("Softmax", [logits], ["shares"], axis=1))
    pictures = helper.make_tensor_value_info("pictures", TensorProto.FLOAT, ["n", 3, INPUT, INPUT])
    shares = helper.make_tensor_value_info("shares", TensorProto.FLOAT, ["n", len(CLASSES)])
    graph = helper.make_graph(drawing.nodes, "mask", [pictures], [shares], drawing.weights)
    opset = helper.make_opsetid("", OPSET)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=8, doc_string=about)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
