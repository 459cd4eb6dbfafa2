export {
  openSafetensors,
  parseSafetensors,
  writeSafetensors,
  type ByteSource,
  type SafetensorsBytes,
  type SafetensorsFile,
} from './safetensors.js';
export { MOST_HEADER_BYTES, type StoredTensor } from './header.js';
export { nodeFile, nodeFolder, type FileStore } from './folder.js';
export { crc32 } from './checksum.js';
