/** The unit in which WebAssembly's memory grows, in bytes. */
export const PAGE = 65_536;
/** How many pages 32-bit addresses reach. */
export const MOST_PAGES = 65_536;
