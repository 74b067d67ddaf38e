// webgpu-utils asks for Float16Array when it is imported. Node 20 and browsers before 2025 have none; we store no
// half floats in uniforms, so a type of the same size will do.
const scope = globalThis as unknown as Record<string, unknown>;
scope.Float16Array ??= class Float16Array extends Uint16Array {};

export {};
