/**
 * Everything that `roots` depend on, each once, after what it depends on itself.
 * A depth-first walk with a stack of its own: depth is no limit.
 */
export function dependencyOrder<N>(roots: Iterable<N>, dependencies: (node: N) => readonly N[]): N[] {
  const order: N[] = [];
  const seen = new Set<N>();
  const stack: { readonly node: N; readonly rest: Iterator<N> }[] = [];
  const visit = (node: N): void => {
    if (seen.has(node)) return;
    seen.add(node);
    stack.push({ node, rest: dependencies(node)[Symbol.iterator]() });
  };
  for (const root of roots) {
    visit(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.rest.next();
      if (next.done !== true) visit(next.value);
      else {
        order.push(top.node);
        stack.pop();
      }
    }
  }
  return order;
}
