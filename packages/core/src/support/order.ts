/**
 * Everything that `roots` depend on, each once, after what it depends on itself.
 * A depth-first walk with a stack of its own: depth is no limit.
 * @param dependency what a node depends on, by its index; `undefined` behind the last one
 */
export function dependencyOrder<N>(
  roots: Iterable<N>,
  dependency: (node: N, index: number) => N | undefined,
): N[] {
  const order: N[] = [];
  const seen = new Set<N>();
  const stack: { readonly node: N; next: number }[] = [];
  const visit = (node: N): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (dependency(node, 0) === undefined) order.push(node);
    else stack.push({ node, next: 0 });
  };
  for (const root of roots) {
    visit(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const needed = dependency(top.node, top.next++);
      if (needed !== undefined) visit(needed);
      else {
        order.push(top.node);
        stack.pop();
      }
    }
  }
  return order;
}
