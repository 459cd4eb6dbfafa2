import { elementwise, scalar } from '@adjoint/core';

/** x · tanh(softplus(x)). Misra, 2019. */
const mish = elementwise('mish', (x) => scalar.multiply(x, scalar.tanh(scalar.softplus(x))));

export default { name: 'mish', version: '1.0.0', core: '^0.1.0', ops: [mish] };
