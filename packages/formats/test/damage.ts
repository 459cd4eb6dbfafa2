import { tensor } from '@adjoint/core';
import { at } from '@adjoint/core/extend';
import { writeSafetensors } from '@adjoint/formats';

/** Numbers below `below`, the same in each run. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const whole = writeSafetensors(
  {
    'state/W1': tensor([[1, 2, 3], [4, 5, 6]]), // prettier-ignore
    'state/b1': tensor([0.5, -0.5], 'f32'),
    'state/step': tensor(7, 'i32'),
    mask: tensor([1, 0, 1], 'bool'),
  },
  { format: 'test', step: '7' },
);

const digits = new TextEncoder().encode('0123456789');
const marks = new TextEncoder().encode('{}[]",:\\ -.eE');

/** Files that were damaged: bits and bytes turned over, digits changed, parts left out, doubled, moved and cut off. */
export function* damaged(count: number, seed = 1): Generator<Uint8Array> {
  const random = randomOf(seed);
  const header = 8 + Number(new DataView(whole.buffer).getBigUint64(0, true));
  for (let each = 0; each < count; each++) {
    let bytes: Uint8Array = whole.slice();
    for (let times = 1 + random(3); times > 0 && bytes.length > 0; times--) {
      const place = random(random(2) === 0 ? Math.min(header, bytes.length) : bytes.length);
      const length = random(20);
      const rest = bytes.subarray(place + length);
      switch (random(9)) {
        case 0:
          bytes[place] = at(bytes, place) ^ (1 << random(8));
          break;
        case 1:
          bytes[place] = random(256);
          break;
        case 2: {
          const numbers = [...bytes.keys()].filter((index) => digits.includes(at(bytes, index)));
          if (numbers.length > 0) bytes[at(numbers, random(numbers.length))] = at(digits, random(10));
          break;
        }
        case 3:
          bytes = Uint8Array.of(...bytes.subarray(0, place), ...rest);
          break;
        case 4:
          bytes = Uint8Array.of(...bytes.subarray(0, place + length), ...bytes.subarray(place));
          break;
        case 5:
          bytes = bytes.slice(0, place);
          break;
        case 6:
          bytes[place] = at(marks, random(marks.length));
          break;
        case 7:
          if (bytes.length >= 8) {
            new DataView(bytes.buffer).setBigUint64(0, BigInt(random(2 ** 32)) << BigInt(random(33)), true);
          }
          break;
        default:
          bytes.copyWithin(random(bytes.length), place, place + length);
      }
    }
    yield bytes;
  }
}
