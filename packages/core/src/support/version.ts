/** The version that a plugin's `core` range is compared with. */
export const coreVersion = '0.1.0';
