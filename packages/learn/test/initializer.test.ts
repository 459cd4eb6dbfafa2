import { convert, fromData } from '@adjoint/core';
import { initializers } from '@adjoint/learn';
import { numpyLegacy, tensorflowRandom } from '@adjoint/random';
import { describe, expect, it } from 'vitest';

describe('an initializer', () => {
  it.each(initializers.map((each) => [each.name, each] as const))(
    '%s gives the dtype asked for',
    (_, each) => {
      const double = each.create([2, 3], numpyLegacy(1));
      const single = each.create([2, 3], numpyLegacy(1), 'f32');
      expect(double.dtype).toBe('f64');
      expect(single).toEqual(convert(fromData('f64', [2, 3], Float64Array.from(double.data)), 'f32'));
      expect(each.create([2, 3], tensorflowRandom(1), 'f64').dtype).toBe('f64');
    },
  );
});
