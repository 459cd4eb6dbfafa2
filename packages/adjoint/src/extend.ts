// What authors of primitive ops, transforms and backends need, beside what users do.
export * from '@adjoint/core/extend';
