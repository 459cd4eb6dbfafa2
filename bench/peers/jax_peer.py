"""JAX, each step under `jit`; the 500 steps of XOR are one scan."""

import sys

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp  # noqa: E402
from jax import lax, nn  # noqa: E402

from peer import open_data, serve  # noqa: E402

data = open_data()


def take(dtype, *shape):
    return jnp.asarray(data(dtype, *shape))


def descent(loss_of, parameters, rate, steps=1):
    """A call that takes steps of gradient descent and gives the last loss."""

    def step(at, _):
        loss, gradients = jax.value_and_grad(loss_of)(at)
        return [each - rate * gradient for each, gradient in zip(at, gradients)], loss

    many = jax.jit(lambda at: lax.scan(step, at, None, length=steps)) if steps > 1 else jax.jit(lambda at: step(at, None))
    state = parameters

    def run():
        nonlocal state
        state, losses = many(state)
        return float(losses[-1] if steps > 1 else losses)

    return run


def xor():
    x, y = take("f8", 4, 2), take("f8", 4, 1)
    parameters = [take("f8", 2, 10), take("f8", 10, 1), jnp.zeros((1, 10)), jnp.zeros((1, 1))]

    def loss(at):
        w1, w2, b1, b2 = at
        return jnp.mean((nn.sigmoid(nn.relu(x @ w1 + b1) @ w2 + b2) - y) ** 2)

    run = descent(loss, parameters, 1.5, 500)
    serve([run()], run, 500)


def mlp():
    x, y = take("f4", 128, 784), take("f4", 128, 10)
    sizes = [784, 256, 128, 10]
    weights = [take("f4", a, b) for a, b in zip(sizes, sizes[1:])]
    biases = [jnp.zeros(b, "f4") for b in sizes[1:]]

    def loss(at):
        w1, w2, w3, b1, b2, b3 = at
        logits = nn.relu(nn.relu(x @ w1 + b1) @ w2 + b2) @ w3 + b3
        return -jnp.mean(jnp.sum(y * nn.log_softmax(logits), -1))

    run = descent(loss, weights + biases, jnp.float32(0.01))
    serve([run(), run(), run()], run, 1)


def map_():
    x = take("f4", 1_000_000)
    both = jax.jit(jax.value_and_grad(lambda v: jnp.sum(nn.sigmoid(v) * jnp.tanh(v) + jnp.exp(-v * v))))
    value, g = both(x)
    serve([value, g[500_000], jnp.abs(g.astype("f8")).sum()], lambda: jax.block_until_ready(both(x)), 1)


def matmul():
    a, b = take("f4", 512, 512), take("f4", 512, 512)
    product = jax.jit(jnp.matmul)
    c = product(a, b)
    check = [c[0, 0], c[256, 7], jnp.abs(c.astype("f8")).sum()]
    serve(check, lambda: product(a, b).block_until_ready(), 1)


def chain():
    x = take("f8", 1)[0]

    def value(v):
        y = v
        for _ in range(250):
            y = (y * v + 0.3) * 0.9 - 0.1
        return y

    both = jax.jit(jax.value_and_grad(value))
    serve(both(x), lambda: jax.block_until_ready(both(x)), 1)


def convnet():
    x, labels = take("f4", 32, 1, 28, 28), take("i4", 32)
    parameters = [take("f4", 8, 1, 3, 3), take("f4", 16, 8, 3, 3), take("f4", 784, 10)]
    parameters += [jnp.zeros((8, 1, 1), "f4"), jnp.zeros((16, 1, 1), "f4"), jnp.zeros(10, "f4")]

    def layer(h, k, c):
        h = nn.relu(lax.conv_general_dilated(h, k, (1, 1), [(1, 1), (1, 1)]) + c)
        return lax.reduce_window(h, -jnp.inf, lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")

    def loss(at):
        k1, k2, w, c1, c2, b = at
        logits = layer(layer(x, k1, c1), k2, c2).reshape(32, 784) @ w + b
        return -jnp.mean(jnp.take_along_axis(nn.log_softmax(logits), labels[:, None], 1))

    run = descent(loss, parameters, jnp.float32(0.01))
    serve([run(), run(), run()], run, 1)


{"xor": xor, "mlp": mlp, "map": map_, "matmul": matmul, "chain": chain, "convnet": convnet}[sys.argv[1]]()
