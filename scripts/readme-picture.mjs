// Draws the README's picture: the prediction surface of the NumPy preset, as `npm run xor -- --json` gives it on stdin.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { Resvg } from '@resvg/resvg-js';
import { surface3d, toSvg } from '@adjoint/viz';

const { surface } = JSON.parse(await text(process.stdin));
const svg = await toSvg(surface3d(surface));
const png = new Resvg(svg, { fitTo: { mode: 'zoom', value: 1.5 }, background: 'white' }).render().asPng();
mkdirSync('docs', { recursive: true });
writeFileSync('docs/surface.png.partial', png);
renameSync('docs/surface.png.partial', 'docs/surface.png');
