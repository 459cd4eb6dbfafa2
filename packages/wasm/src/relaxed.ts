import { FunctionBody } from './binary/code.js';
import { encodeModule } from './binary/module.js';

/**
 * Whether the engine has multiply-add. Node 20 has it behind the V8 flag `--experimental-wasm-relaxed-simd`, which a
 * program may set at run time with `v8.setFlagsFromString`.
 */
export function hasRelaxedArithmetic(): boolean {
  const body = new FunctionBody(0);
  for (let operand = 0; operand < 3; operand++) body.bytes16('v128.const', new Uint8Array(16));
  body.op('f32x4.relaxed_madd');
  return WebAssembly.validate(
    encodeModule({
      imports: [],
      functions: [{ parameters: [], results: ['v128'], body }],
      memory: { initial: 0, maximum: 0, shared: false },
    }),
  );
}
