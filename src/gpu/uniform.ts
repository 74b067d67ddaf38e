import './float16_array';
import { makeShaderDataDefinitions, makeStructuredView, type StructuredView } from 'webgpu-utils';

/** The bytes of a shader's uniform struct, laid out as its WGSL declares it; set numbers by their field's name. */
export function uniformView(source: string, name: string): StructuredView {
  const definition = makeShaderDataDefinitions(source).uniforms[name];
  if (!definition) throw new Error(`the shader has no uniform ${name}`);
  return makeStructuredView(definition);
}
