/**
 * Everything that `roots` depend on, each once, after what it depends on itself.
 * A depth-first walk with a stack of its own: depth is no limit.
 */
export function dependencyOrder<N>(roots: Iterable<N>, dependencies: (node: N) => readonly N[]): N[] {
  const order: N[] = [];
  const seen = new Set<N>();
  const stack: { readonly node: N; readonly needs: readonly N[]; next: number }[] = [];
  const visit = (node: N): void => {
    if (seen.has(node)) return;
    seen.add(node);
    const needs = dependencies(node);
    if (needs.length === 0) order.push(node);
    else stack.push({ node, needs, next: 0 });
  };
  for (const root of roots) {
    visit(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const need = top.needs[top.next++];
      if (need !== undefined) visit(need);
      else {
        order.push(top.node);
        stack.pop();
      }
    }
  }
  return order;
}
