"""PyTorch, eager, on one thread."""

import sys

import torch
import torch.nn.functional as F

from peer import open_data, serve

torch.set_num_threads(1)
data = open_data()


def take(dtype, *shape):
    return torch.from_numpy(data(dtype, *shape))


def descent(loss_of, parameters, rate):
    """A step of gradient descent, in place."""
    for each in parameters:
        each.requires_grad_()

    def step():
        loss = loss_of()
        gradients = torch.autograd.grad(loss, parameters)
        with torch.no_grad():
            for each, gradient in zip(parameters, gradients):
                each -= rate * gradient
        return loss.item()

    return step


def xor():
    x, y = take("f8", 4, 2), take("f8", 4, 1)
    w1, w2 = take("f8", 2, 10), take("f8", 10, 1)
    b1, b2 = torch.zeros(1, 10, dtype=torch.float64), torch.zeros(1, 1, dtype=torch.float64)
    step = descent(
        lambda: ((torch.sigmoid(F.relu(x @ w1 + b1) @ w2 + b2) - y) ** 2).mean(), [w1, w2, b1, b2], 1.5
    )

    def run():
        for _ in range(500):
            last = step()
        return last

    serve([run()], run, 500)


def mlp():
    x, y = take("f4", 128, 784), take("f4", 128, 10)
    sizes = [784, 256, 128, 10]
    weights = [take("f4", a, b) for a, b in zip(sizes, sizes[1:])]
    biases = [torch.zeros(b) for b in sizes[1:]]

    def loss():
        h = F.relu(x @ weights[0] + biases[0])
        h = F.relu(h @ weights[1] + biases[1])
        return F.cross_entropy(h @ weights[2] + biases[2], y)

    step = descent(loss, weights + biases, 0.01)
    serve([step(), step(), step()], step, 1)


def map_():
    x = take("f4", 1_000_000).requires_grad_()

    def run():
        value = (torch.sigmoid(x) * torch.tanh(x) + torch.exp(-x * x)).sum()
        return value.item(), torch.autograd.grad(value, x)[0]

    value, g = run()
    serve([value, g[500_000], g.double().abs().sum()], run, 1)


def matmul():
    a, b = take("f4", 512, 512), take("f4", 512, 512)
    c = a @ b
    serve([c[0, 0], c[256, 7], c.double().abs().sum()], lambda: a @ b, 1)


def chain():
    x = take("f8", 1)[0].requires_grad_()

    def run():
        y = x
        for _ in range(250):
            y = (y * x + 0.3) * 0.9 - 0.1
        return y.item(), torch.autograd.grad(y, x)[0].item()

    serve(run(), run, 1)


def convnet():
    x, labels = take("f4", 32, 1, 28, 28), take("i4", 32).long()
    k1, k2, w = take("f4", 8, 1, 3, 3), take("f4", 16, 8, 3, 3), take("f4", 784, 10)
    c1, c2, b = torch.zeros(8), torch.zeros(16), torch.zeros(10)

    def loss():
        h = F.max_pool2d(F.relu(F.conv2d(x, k1, c1, padding=1)), 2)
        h = F.max_pool2d(F.relu(F.conv2d(h, k2, c2, padding=1)), 2)
        return F.cross_entropy(h.reshape(32, 784) @ w + b, labels)

    step = descent(loss, [k1, k2, w, c1, c2, b], 0.01)
    serve([step(), step(), step()], step, 1)


{"xor": xor, "mlp": mlp, "map": map_, "matmul": matmul, "chain": chain, "convnet": convnet}[sys.argv[1]]()
