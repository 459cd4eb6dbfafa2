import {
  convert,
  ones,
  zeros,
  type FloatDType,
  type RandomStream,
  type Shape,
  type Tensor,
} from '@adjoint/core';
import { refuse } from '@adjoint/core/extend';

/** The start of a parameter. */
export interface Initializer {
  readonly name: string;
  /** @param dtype what the numbers are rounded to; that of the stream's deviates, or f64, unless given */
  readonly create: (shape: Shape, stream: RandomStream, dtype?: FloatDType) => Tensor;
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

/** Deviates as a dtype holds them: each is rounded by itself, so that the stream goes on the same. */
const rounded = (deviates: Tensor, dtype: FloatDType | undefined): Tensor =>
  dtype === undefined ? deviates : convert(deviates, dtype);

/** Zeros, as biases start. */
export const zerosInitializer: Initializer = {
  name: 'zeros',
  create: (shape, _stream, dtype = 'f64') => zeros(shape, dtype),
};

export const onesInitializer: Initializer = {
  name: 'ones',
  create: (shape, _stream, dtype = 'f64') => ones(shape, dtype),
};

/** Normal with mean 0 and deviation 1. */
export const normalInitializer: Initializer = {
  name: 'normal',
  create: (shape, stream, dtype) => rounded(stream.normal(shape), dtype),
};

/** Uniform in [0, 1). */
export const uniformInitializer: Initializer = {
  name: 'uniform',
  create: (shape, stream, dtype) => rounded(stream.uniform(shape), dtype),
};

/** Uniform within ±√(6/(in + out)). Glorot and Bengio, 2010, equation 16. */
export const glorotUniform: Initializer = {
  name: 'glorotUniform',
  create(shape, stream, dtype) {
    const { fanIn, fanOut } = fans(shape);
    const limit = Math.sqrt(6 / (fanIn + fanOut));
    return rounded(stream.uniform(shape, -limit, limit), dtype);
  },
};

/** Normal with deviation √(2/(in + out)). Glorot and Bengio, 2010, equation 12. */
export const glorotNormal: Initializer = {
  name: 'glorotNormal',
  create(shape, stream, dtype) {
    const { fanIn, fanOut } = fans(shape);
    return rounded(stream.normal(shape, 0, Math.sqrt(2 / (fanIn + fanOut))), dtype);
  },
};

/** Normal with deviation √(2/in), for relu. He et al., 2015, equation 10. */
export const heNormal: Initializer = {
  name: 'heNormal',
  create: (shape, stream, dtype) => rounded(stream.normal(shape, 0, Math.sqrt(2 / fans(shape).fanIn)), dtype),
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
