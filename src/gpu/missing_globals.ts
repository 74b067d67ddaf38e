// What webgpu-utils takes from the global scope: Float16Array when it is imported, GPUShaderStage when it reads a shader.
// Node and browsers without WebGPU record and plan a run too. We store no half floats in uniforms, so a type of the
// same size will do; the stages are WebGPU's own numbers.
const scope = globalThis as unknown as Record<string, unknown>;
scope.Float16Array ??= class Float16Array extends Uint16Array {};
scope.GPUShaderStage ??= { VERTEX: 1, FRAGMENT: 2, COMPUTE: 4 };

export {};
