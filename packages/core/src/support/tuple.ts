/** `N` of `T`; any number of them where `N` is only `number`. */
export type Tuple<T, N extends number> = number extends N ? readonly T[] : TupleOf<T, N>;
type TupleOf<T, N extends number, Done extends readonly T[] = readonly []> = Done['length'] extends N
  ? Done
  : TupleOf<T, N, readonly [...Done, T]>;
