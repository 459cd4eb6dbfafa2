/** What a broken plugin throws: it may come through where code is called, and must not where errors are data. */
export class Planted extends Error {
  override readonly name = 'Planted';
}

export const plant = (): never => {
  throw new Planted('planted');
};
