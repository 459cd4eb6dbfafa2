/** Module hooks that let a plugin's file import `@adjoint/…` and fp-ts wherever it lies. See `node:module`'s `register`. */

interface Context {
  readonly parentURL?: string | undefined;
}
type Next = (specifier: string, context: Context) => Promise<unknown>;

let parentURL = '';

export const initialize = (data: { readonly parentURL: string }): void => {
  parentURL = data.parentURL;
};

export const resolve = (specifier: string, context: Context, next: Next): Promise<unknown> =>
  next(specifier, /^(@adjoint|fp-ts)\//.test(specifier) ? { ...context, parentURL } : context);
