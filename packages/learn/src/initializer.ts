import { ones, refuse, zeros, type RandomStream, type Shape, type Tensor } from '@adjoint/core';

/** The start of a parameter. */
export interface Initializer {
  readonly name: string;
  readonly create: (shape: Shape, stream: RandomStream) => Tensor;
}

/** Where a parameter starts. The last axis is the output's, the one before it the input's. */

/** The numbers of inputs and outputs of a weight matrix. */
function fans(shape: Shape): { readonly fanIn: number; readonly fanOut: number } {
  const [fanIn, fanOut] = shape.slice(-2);
  if (fanIn === undefined || fanOut === undefined) {
    refuse('option', ['initializer'], `needs a matrix, given rank ${shape.length}`);
  }
  return { fanIn, fanOut };
}

/** Zeros, as biases start. */
export const zerosInitializer: Initializer = { name: 'zeros', create: (shape) => zeros(shape) };

export const onesInitializer: Initializer = { name: 'ones', create: (shape) => ones(shape) };

/** Normal with mean 0 and deviation 1. */
export const normalInitializer: Initializer = {
  name: 'normal',
  create: (shape, stream) => stream.normal(shape),
};

/** Uniform in [0, 1). */
export const uniformInitializer: Initializer = {
  name: 'uniform',
  create: (shape, stream) => stream.uniform(shape),
};

/** Uniform within ±√(6/(in + out)). Glorot and Bengio, 2010, equation 16. */
export const glorotUniform: Initializer = {
  name: 'glorotUniform',
  create(shape, stream) {
    const { fanIn, fanOut } = fans(shape);
    const limit = Math.sqrt(6 / (fanIn + fanOut));
    return stream.uniform(shape, -limit, limit);
  },
};

/** Normal with deviation √(2/(in + out)). Glorot and Bengio, 2010, equation 12. */
export const glorotNormal: Initializer = {
  name: 'glorotNormal',
  create(shape, stream) {
    const { fanIn, fanOut } = fans(shape);
    return stream.normal(shape, 0, Math.sqrt(2 / (fanIn + fanOut)));
  },
};

/** Normal with deviation √(2/in), for relu. He et al., 2015, equation 10. */
export const heNormal: Initializer = {
  name: 'heNormal',
  create: (shape, stream) => stream.normal(shape, 0, Math.sqrt(2 / fans(shape).fanIn)),
};

export const initializers: readonly Initializer[] = [
  zerosInitializer,
  onesInitializer,
  normalInitializer,
  uniformInitializer,
  glorotUniform,
  glorotNormal,
  heNormal,
];
